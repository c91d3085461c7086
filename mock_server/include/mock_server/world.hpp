#pragma once
/// Worlds: the state of the platform at the start of a scenario, as a file under fixtures/worlds/ (design.md, section
/// 4).

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

  /// One API token of the world, for whoever starts a client. Values are secrets.
  struct Token {
    std::string name;  ///< key below `tokens:`
    std::string user;  ///< key below `users:`
    std::string value;
  };
  [[nodiscard]] const std::vector<Token>& tokens() const;  ///< in the order of the file; the first is the default
  [[nodiscard]] const nlohmann::json& describe() const;    ///< users, projects, environments: for `--json` and errors

  struct Data;  // the model's own form; complete only inside mock_server
  [[nodiscard]] const Data& data() const { return *data_; }

private:
  std::shared_ptr<const Data> data_;
};

[[nodiscard]] nlohmann::json world_schema();  ///< JSON Schema of a world, made from the tables of the parser

}  // namespace understudy
