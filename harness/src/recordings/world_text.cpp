#include "recordings/world_text.hpp"

#include "harness/report.hpp"
#include "rehearsal/yaml_text.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

using Json = nlohmann::ordered_json;

bool is_there(const Json& world, std::string_view path) {
  const Json* at = &world;
  while (!path.empty()) {
    const std::string key{path.substr(0, path.find('\n'))};
    path.remove_prefix(key.size() + 1);
    if (!at->is_object() || !at->contains(key)) return false;
    at = &(*at)[key];
  }
  return true;
}

class Writer {
public:
  explicit Writer(const Comments& comments) : comments_{comments} {}

  void write(const Json& map, const std::string& path, std::size_t indent) {
    for (const auto& [key, value] : map.items()) {
      const std::string below = path + key + "\n";
      if (const auto comment = comments_.find(below); comment != comments_.end())
        text += comment_lines(comment->second, indent);
      const std::string whole = yaml_text(Json{{key, value}});
      if (value.is_object() && !value.empty() && has_comments_below(below)) {
        const std::string name = yaml_text(Json{{key, nullptr}});
        text += std::string(indent, ' ') + name.substr(0, name.rfind(" null")) + "\n";
        write(value, below, indent + 2);
      } else {
        for (const std::string& line : lines_of(whole))
          text += line.empty() ? "\n" : std::string(indent, ' ') + line + "\n";
      }
    }
  }

  std::string text{};

private:
  [[nodiscard]] bool has_comments_below(const std::string& path) const {
    const auto next = comments_.upper_bound(path);
    return next != comments_.end() && next->first.starts_with(path);
  }

  const Comments& comments_;
};

}  // namespace

std::string comment_lines(const std::string& text, std::size_t indent) {
  std::string result;
  for (const std::string& line : lines_of(text)) result += std::string(indent, ' ') + "# " + printable(line) + "\n";
  return result;
}

std::string world_text(const Json& world, const Comments& all) {
  Comments comments;
  for (const auto& [path, comment] : all)
    if (is_there(world, path)) comments[path] = comment;
  Writer writer{comments};
  writer.write(world, "", 0);
  return writer.text;
}

}  // namespace understudy
