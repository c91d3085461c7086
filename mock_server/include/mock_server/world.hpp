#pragma once
/// Worlds: the state of the platform at the start of a scenario, as a file under fixtures/worlds/ (design.md, section
/// 4).

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/document.hpp"

namespace understudy {

/// Where `extends: NAME` and `world: NAME` look for NAME.yaml, in this order.
struct WorldLibrary {
  std::vector<std::filesystem::path> folders;
  [[nodiscard]] std::filesystem::path find(const std::string& name, const Position& asked_at) const;  ///< or InputError
};

/// A world as data, complete and checked: every reference in it resolves. Cheap to copy (shared, immutable).
class World {
public:
  World();  ///< the empty platform
  /// Throws InputError: unknown keys, wrong types and dangling references, with file, line and column.
  static World from_node(const Node& node, const WorldLibrary& library);
  static World load(const std::filesystem::path& file, const WorldLibrary& library);
  /// What `text()` gave. `name` stands in for the file in complaints.
  static World from_text(std::string_view text, const std::string& name);

  /// The whole world, with all that it extends, in one line of YAML: `from_text` makes the same world of it.
  [[nodiscard]] std::string text() const;

  /// One API token of the world, for whoever starts a client. Values are secrets.
  struct Token {
    std::string name;  ///< key below `tokens:`
    std::string user;  ///< key below `users:`
    std::string value;
  };
  [[nodiscard]] const std::vector<Token>& tokens() const;  ///< in the order of the file; the first is the default
  [[nodiscard]] const nlohmann::json& describe() const;    ///< users, projects, environments: for `--json` and errors

  /// How long programs take that are not there, by how a command calls them: "drush", "bin/console". `programs:`.
  [[nodiscard]] const std::map<std::string, Milliseconds>& programs() const;

  struct EnvironmentOutline {
    std::string id{};
    std::string type{};    ///< production, staging, development
    std::string status{};  ///< active, inactive, paused, dirty, deleting
    std::string parent{};  ///< id; "" = none
  };
  struct ProjectOutline {
    std::string id{};
    std::string plan{};
    std::string default_branch{};                    ///< id of its production
    std::vector<EnvironmentOutline> environments{};  ///< by id
  };
  [[nodiscard]] std::vector<ProjectOutline> projects() const;  ///< by id

  /// A variable without its value, as the API shows it.
  struct VariableOutline {
    std::string name{};         ///< with its prefix: "env:NAME"
    std::string environment{};  ///< id of the one that it was set in, perhaps an ancestor; "" = project level
    bool is_sensitive = false;
    bool visible_build = false;
    bool visible_runtime = true;
    bool is_enabled = true;
    bool is_inheritable = true;                    ///< project level: true
    std::vector<std::string> application_scope{};  ///< names of apps; none = all
  };
  /// What the environment sees: of the project level, then of its own and its ancestors, the weaker before the stronger
  /// and each by name. Disabled ones are among them. Throws std::out_of_range if there is no such environment.
  [[nodiscard]] std::vector<VariableOutline> variables(const std::string& project,
                                                       const std::string& environment) const;

  struct Data;  // the model's own form; complete only inside mock_server
  [[nodiscard]] const Data& data() const { return *data_; }

private:
  std::shared_ptr<const Data> data_;
};

/// The world's node with everything that it extends underneath, `extends` itself gone. Throws InputError for cycles.
[[nodiscard]] Node unfold_extends(const Node& node, const WorldLibrary& library);

[[nodiscard]] nlohmann::json world_schema();  ///< JSON Schema of a world, made from the tables of the parser

}  // namespace understudy
