#include "recording/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "mock_server/ascii.hpp"
#include "recording/line_diff.hpp"
#include "recording/secret_fields.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestValue = 160;
constexpr std::string_view kOther = "(another value than it stood for before)";
constexpr std::string_view kNotShown = "(not shown)";
constexpr std::string_view kSecretNames[] = {"token",      "secret", "password", "authorization", "cookie",
                                             "credential", "key",    "code",     "assertion"};

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

/// 0 to 100.
int likeness_of_paths(std::string_view one, std::string_view other) {
  const auto a = segments_of(one);
  const auto b = segments_of(other);
  const std::size_t longest = std::max(a.size(), b.size());
  if (longest == 0) return 100;
  std::size_t same = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) same += a[i] == b[i] ? 1 : 0;
  return static_cast<int>(100 * same / longest);
}

int likeness_of_leaves(const std::vector<Leaf>& one, const std::vector<Leaf>& other) {
  const std::size_t longest = std::max(one.size(), other.size());
  if (longest == 0) return 40;
  std::size_t same = 0;
  std::size_t named = 0;
  for (const Leaf& leaf : one) {
    const auto like =
        std::ranges::find_if(other, [&](const Leaf& each) { return each.part == leaf.part && each.name == leaf.name; });
    if (like == other.end()) continue;
    ++named;
    same += like->value == leaf.value ? 1 : 0;
  }
  return static_cast<int>((20 * same + 20 * named) / longest);
}

/// Rather too much than too little: ids of tokens and codes are left out, too.
bool is_secret_name(std::string_view name) {
  if (recording::sounds_secret(name)) return true;
  const std::string known = lower(name);
  return std::ranges::any_of(kSecretNames,
                             [&](std::string_view word) { return known.find(word) != std::string::npos; });
}

std::string cut(std::string text) {
  if (text.size() > kLongestValue) text = text.substr(0, kLongestValue) + " ...";
  return text;
}

struct Diff {
  const Needles& placeholders;
  const Bindings& known;
  std::vector<std::string> lines{};

  [[nodiscard]] bool fits(std::string_view recorded, std::string_view asked) const {
    return recorded == asked || Pattern{recorded, placeholders}.match(asked, known).has_value();
  }
  [[nodiscard]] bool has_placeholder(std::string_view recorded) const {
    return Pattern{recorded, placeholders}.has_placeholders();
  }
  void line(std::string_view what, char sign, const std::string& text) {
    lines.push_back(fmt::format("{:<7} {} {}", what, sign, cut(text)));
  }

  void add_method_and_path(const RequestShape& recorded, const RequestShape& asked) {
    if (recorded.method != asked.method) {
      line("method", '-', recorded.method);
      line("", '+', asked.method);
    }
    if (fits(recorded.path, asked.path)) return;
    line("path", '-', recorded.path);
    line("", '+', asked.path);
  }

  void add_leaf(Leaf::Part part, const Leaf& leaf, char sign, bool is_other = false) {
    const bool hidden = sign == '+' && is_secret_name(leaf.name);
    const std::string value{is_other ? kOther : hidden ? kNotShown : std::string_view{leaf.value}};
    line(name_of(part), sign, leaf.name.empty() ? value : fmt::format("{}={}", leaf.name, value));
  }

  void add_leaves(Leaf::Part part, const RequestShape& recorded, const RequestShape& asked) {
    std::vector<Leaf> left;
    for (const Leaf& leaf : asked.leaves) {
      if (leaf.part == part) left.push_back(leaf);
    }
    for (const Leaf& leaf : recorded.leaves) {
      if (leaf.part != part) continue;
      const auto same =
          std::ranges::find_if(left, [&](const Leaf& l) { return l.name == leaf.name && fits(leaf.value, l.value); });
      if (same != left.end()) {
        left.erase(same);
        continue;
      }
      add_leaf(part, leaf, '-');
      const auto other = std::ranges::find(left, leaf.name, &Leaf::name);
      if (other == left.end()) continue;
      add_leaf(part, *other, '+', has_placeholder(leaf.value));
      left.erase(other);
    }
    for (const Leaf& leaf : left) add_leaf(part, leaf, '+');
  }

  /// Where `recorded` has a placeholder, `asked` gets it, too, or says that it has another value; secrets are taken
  /// out.
  void cover(const json& recorded, json& asked, std::string_view name) const {
    if (asked.is_object()) {
      const bool sensitive = asked.contains("is_sensitive") && asked["is_sensitive"] == true;
      for (auto& [key, value] : asked.items()) {
        const bool is_value = sensitive && key == "value";
        cover(recorded.is_object() && recorded.contains(key) ? recorded[key] : json{}, value,
              is_value ? "secret" : std::string_view{key});
      }
    } else if (asked.is_array()) {
      for (std::size_t i = 0; i < asked.size(); ++i)
        cover(recorded.is_array() && i < recorded.size() ? recorded[i] : json{}, asked[i], name);
    } else if (asked.is_string() && asked != recorded) {
      const bool stands_for = recorded.is_string() && has_placeholder(recorded.get<std::string>());
      if (stands_for)
        asked = fits(recorded.get<std::string>(), asked.get<std::string>()) ? recorded : json(kOther);
      else if (is_secret_name(name))
        asked = kNotShown;
    }
  }

  static std::vector<std::string> pretty(const json& value) {
    std::istringstream text{value.dump(2, ' ', false, json::error_handler_t::replace)};
    std::vector<std::string> result;
    for (std::string row; std::getline(text, row);) result.push_back(cut(row));
    return result;
  }

  void add_json(const json& recorded, json asked) {
    cover(recorded, asked, "");
    bool first = true;
    for (const std::string& row : line_diff(pretty(recorded), pretty(asked))) {
      lines.push_back(fmt::format("{:<7} {}", first ? "body" : "", row));
      first = false;
    }
  }
};

}  // namespace

std::optional<std::size_t> nearest(const std::vector<RecordedRequest>& requests, const RequestShape& asked) {
  constexpr int kNothingLikeIt = 50;
  std::optional<std::size_t> best;
  int best_score = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const RequestShape& shape = requests[i].shape;
    const int path = likeness_of_paths(shape.path, asked.path);
    if (path < kNothingLikeIt) continue;
    int score = path + (shape.method == asked.method ? 25 : 0);
    if (score + 40 > best_score) score += likeness_of_leaves(shape.leaves, asked.leaves);
    if (score <= best_score) continue;
    best = i;
    best_score = score;
  }
  return best;
}

std::string difference(const Compared& recorded, const Compared& asked, const Needles& placeholders,
                       const Bindings& known) {
  Diff diff{placeholders, known};
  diff.add_method_and_path(recorded.shape, asked.shape);
  for (const Leaf::Part part : {Leaf::Part::kQuery, Leaf::Part::kHeader, Leaf::Part::kForm})
    diff.add_leaves(part, recorded.shape, asked.shape);
  if (recorded.json && asked.json) {
    diff.add_json(*recorded.json, *asked.json);
  } else {
    diff.add_leaves(Leaf::Part::kJson, recorded.shape, asked.shape);
    diff.add_leaves(Leaf::Part::kBody, recorded.shape, asked.shape);
  }
  return fmt::format("{}", fmt::join(diff.lines, "\n"));
}

}  // namespace understudy
