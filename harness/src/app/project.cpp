#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "app/includes.hpp"
#include "app/read_app.hpp"
#include "app/search.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The document of a file; a null node if nothing is in it.
Node load_one(const fs::path& file) {
  const std::vector<Node> documents = load_documents(file, Tags::kKept);
  if (documents.size() > 1) throw InputError{documents[1].at(), "expected one document, found a second one"};
  return documents.empty() ? Node::scalar({file.string(), 1, 1}, "", false) : documents.front();
}

class ProjectReader {
public:
  explicit ProjectReader(ConfigurationFiles files)
      : files_{std::move(files)},
        project_{.folder = files_.folder, .style = files_.style, .remarks = files_.remarks},
        includes_{files_.folder, project_.remarks} {}
  ProjectReader(const ProjectReader&) = delete;  // includes_ writes into project_
  ProjectReader& operator=(const ProjectReader&) = delete;

  AppProject read() {
    if (!files_.applications.empty()) read_applications(load_one(files_.applications));
    for (const fs::path& file : files_.apps) read_app_file(file);
    for (const fs::path& file : files_.upsun) read_upsun(load_one(file));
    // A lone file may have turned out to be one with services of its own.
    if (project_.style != AppProject::Style::kUpsunConfig) {
      if (!files_.services.empty()) read_section(load_one(files_.services), "services", project_.services);
      if (!files_.routes.empty()) read_section(load_one(files_.routes), "routes", project_.routes);
    }
    finish();
    return std::move(project_);
  }

private:
  using Folders = std::vector<fs::path>;

  /// Where a file's paths start: at the folder that it lies in, then at the repository's.
  [[nodiscard]] Folders folders_of(const Node& node) const {
    return {fs::path{node.at().file}.parent_path(), files_.folder};
  }

  Node opened(const Node& node) { return includes_.opened(node, folders_of(node)); }

  void read_app_file(const fs::path& file) {
    const Node document = load_one(file);
    if (document.is(Node::Kind::kNull)) throw InputError{{file.string()}, "is empty"};
    const bool is_alone = files_.apps.size() == 1 && file.filename() != ".platform.app.yaml";
    if (is_alone && document.find("applications") != nullptr) {
      project_.style = AppProject::Style::kUpsunConfig;
      read_upsun(document);
    } else if (is_alone && document.is(Node::Kind::kList)) {
      project_.style = AppProject::Style::kApplicationsYaml;
      read_applications(document);
    } else {
      add_app(document, document.at(), "", file.has_parent_path() ? file.parent_path() : fs::path{"."});
    }
  }

  /// A list of applications, or a map of them by name.
  void read_applications(const Node& written) {
    const Node node = opened(written);
    if (node.is(Node::Kind::kNull)) return;
    if (node.is(Node::Kind::kList)) {
      for (const Node& item : node.items()) add_app(item, item.at(), "", files_.folder);
      return;
    }
    if (!node.is(Node::Kind::kMap)) {
      throw InputError{node.at(),
                       fmt::format("expected a list or a map of applications, found {}", describe(node.kind()))};
    }
    for (const Node::Entry& entry : node.entries()) {
      if (!is_for_anchors(entry.key)) add_app(entry.value, entry.key_at, entry.key, files_.folder);
    }
  }

  void read_upsun(const Node& node) {
    if (node.is(Node::Kind::kNull)) return;
    for (const Node::Entry& entry : node.entries()) {
      if (entry.key == "applications") {
        read_applications(entry.value);
      } else if (entry.key == "services") {
        read_section(entry.value, "services", project_.services);
      } else if (entry.key == "routes") {
        read_section(entry.value, "routes", project_.routes);
      } else if (!is_for_anchors(entry.key)) {
        project_.remarks.push_back(unknown_key(entry, "the configuration", {"applications", "services", "routes"}));
      }
    }
  }

  void read_section(const Node& written, const std::string& section, json& into) {
    const Node node = includes_.resolve(written, folders_of(written));
    if (node.is(Node::Kind::kNull)) return;
    for (const Node::Entry& entry : node.entries()) {
      if (is_for_anchors(entry.key)) continue;
      refuse_second(section, entry.key, entry.key_at);
      into[entry.key] = entry.value.to_json();
    }
  }

  void refuse_second(const std::string& section, const std::string& name, const Position& at) {
    const auto [first, is_new] = first_.try_emplace({section, name}, at);
    if (is_new) return;
    throw InputError{at, fmt::format("\"{}\" is in {} twice", name, section), "first at " + to_string(first->second)};
  }

  /// `key` is its name in a map of applications; `usual_root` its folder where it does not say `source.root`.
  void add_app(const Node& written, const Position& at, const std::string& key, const fs::path& usual_root) {
    const Node opened_node = opened(written);
    const fs::path root = root_of(opened_node, usual_root);
    // An app's paths start in its folder, not in the repository's.
    const Folders folders{root, fs::path{opened_node.at().file}.parent_path()};
    Application app = read_app(includes_.resolve(opened_node, folders), project_.remarks);
    app.at = at;
    app.root = root;
    if (!key.empty()) take_name_of_key(app, key);
    if (is_overruled(app)) return;
    if (!app.name.empty()) refuse_second("applications", app.name, at);
    project_.apps.push_back(std::move(app));
  }

  fs::path root_of(const Node& app, const fs::path& usual) {
    const Node* written = app.find("source");
    if (written == nullptr) return usual;
    const Node source = includes_.resolve(*written, folders_of(app));
    const Node* said = source.find("root");
    if (said == nullptr || said->is(Node::Kind::kNull)) return usual;
    std::string_view path = said->text();
    while (path.starts_with('/')) path.remove_prefix(1);
    fs::path root = (files_.folder / path).lexically_normal();
    if (!root.has_filename()) root = root.parent_path();  // "a/" is "a"
    if (!includes_.is_inside(root)) {
      throw InputError{said->at(), fmt::format("\"{}\" leads out of the repository", said->text())};
    }
    std::error_code ignored;
    if (!fs::is_directory(root, ignored)) {
      project_.remarks.push_back({said->at(), fmt::format("there is no folder \"{}\"", root.string())});
    }
    return root;
  }

  void take_name_of_key(Application& app, const std::string& key) {
    check_app_name(key, app.at, project_.remarks);
    if (!app.name.empty() && app.name != key) {
      project_.remarks.push_back(
          {app.at, fmt::format("the app is \"{}\" by its key and \"{}\" by its name; the key counts", key, app.name)});
    }
    app.name = key;
  }

  /// Ours: an app that applications.yaml describes too is that one.
  bool is_overruled(const Application& app) {
    if (files_.applications.empty() || app.at.file == files_.applications.string()) return false;
    const auto first = first_.find({"applications", app.name});
    if (first == first_.end() || first->second.file != files_.applications.string()) return false;
    project_.remarks.push_back(
        {app.at, fmt::format("is not read: the app \"{}\" is described in {}", app.name, to_string(first->second))});
    return true;
  }

  void finish() {
    if (project_.apps.empty()) complain_of_no_app();
    for (Application& app : project_.apps) {
      if (app.name.empty()) name_it(app);
      app.configuration["name"] = app.name;
    }
    const auto place = [](const Remark& remark) {
      return std::tie(remark.at.file, remark.at.line, remark.at.column, remark.text);
    };
    std::vector<Remark>& remarks = project_.remarks;
    std::ranges::sort(remarks, {}, place);
    // An anchor that is used twice is read twice.
    const auto same = [&](const Remark& a, const Remark& b) { return place(a) == place(b); };
    remarks.erase(std::unique(remarks.begin(), remarks.end(), same), remarks.end());
  }

  [[noreturn]] void complain_of_no_app() const {
    const fs::path place = !files_.applications.empty() ? files_.applications
                           : !files_.upsun.empty()      ? files_.upsun.front()
                                                        : files_.apps.front();
    throw InputError{{place.string()}, "describes no application"};
  }

  /// Ours: the platform wants a name always; a lone app is understood without one.
  void name_it(Application& app) {
    if (project_.apps.size() > 1) {
      throw InputError{app.at, "an app needs the key \"name\"",
                       fmt::format("there are {} apps in this repository", project_.apps.size())};
    }
    app.name = "app";
    project_.remarks.push_back({app.at, "the app has no name; it is called \"app\" here"});
  }

  ConfigurationFiles files_;
  AppProject project_;
  Includes includes_;
  std::map<std::pair<std::string, std::string>, Position> first_;  // section and name: where it was first
};

}  // namespace

AppProject load_app_project(const fs::path& path) { return ProjectReader{find_configuration(path)}.read(); }

}  // namespace understudy
