#pragma once
/// The world that an application is rehearsed in: made up, or the user's own, with the repository deployed into it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/application.hpp"
#include "harness/client_profile.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/world.hpp"

namespace understudy {

struct AppWorldOptions {
  const AppProject& project;
  const ClientProfile& client;  ///< whose token is put into a made-up world; prefix of a container's variables
  std::string environment{};    ///< to look at; "" = the branch that guards test for, or production
  const Node* world = nullptr;  ///< the user's; null = one is made up
  WorldLibrary library{};       ///< for what the user's world extends
  std::optional<Time> from{};   ///< platform time at the start; else the world's
};

struct AppWorld {
  Node node{};                ///< of the whole world: nothing is extended any more; places are the user's files
  World world{};              ///< made of it
  std::string project{};      ///< id
  std::string environment{};  ///< id of the one that is looked at; the repository is deployed there, and only there
  bool is_made_up = true;     ///< no world was given: what it says of variables and plans says nothing of the user's
  std::vector<Remark> remarks{};  ///< crons that are never due, guards for an environment that is not looked at ...
};

/// Made up are: an owner; a machine user `cron-bot` that is the project's admin; production under the branch that
/// guards test for, a child `staging`, and `environment` if that is another one; and cron-bot's token in the project's
/// variable `env:{P}TOKEN`, sensitive and only there at run time, as the vendor's guide has it. In a user's world it is
/// its first project that is looked at. Throws InputError: a schedule or time zone that is wrong, at its place in the
/// repository; an environment that the user's world does not have; whatever is wrong in that world.
[[nodiscard]] AppWorld make_app_world(const AppWorldOptions& options);

/// Of the one that is looked at: "production", "staging", "development".
[[nodiscard]] std::string type_of_environment(const AppWorld& world);

/// A world's file as it was written. Throws InputError if it is not one document.
[[nodiscard]] Node load_world_node(const std::filesystem::path& file);

/// A node for data that stands in no file; everything is said to be at `at`.
[[nodiscard]] Node to_node(const nlohmann::json& value, const Position& at);
/// `in` with `value` at the end of `path`, whatever was there before; maps on the way are made where they are missing.
[[nodiscard]] Node with_value(const Node& in, std::vector<std::string> path, Node value);

}  // namespace understudy
