#pragma once
/// What the tests of the rehearsal have in common: the client's profile, worlds and repositories.

#include <string>

#include "harness/application.hpp"
#include "harness/client_profile.hpp"
#include "mock_server/world.hpp"
#include "rehearsal/app_world.hpp"
#include "temporary_folder.hpp"

namespace understudy {

inline ClientProfile webpaas() {
  return load_client_profile(std::filesystem::path{SOURCE_DIR} / "fixtures/clients/webpaas.yaml");
}

inline const WorldLibrary kLibrary{{std::filesystem::path{SOURCE_DIR} / "fixtures/worlds"}};

/// A repository in a folder that is gone with the test.
struct Repository {
  TemporaryFolder folder{};

  /// `rest` follows name and type of an app `app`, and begins with line 3.
  [[nodiscard]] AppProject with(const std::string& rest) const {
    folder.write(".platform.app.yaml", "name: app\ntype: php:8.2\n" + rest);
    return load_app_project(folder.path());
  }
};

inline AppWorld world_of(const AppProject& project, const std::string& yaml = "", const std::string& environment = "") {
  const ClientProfile client = webpaas();
  if (yaml.empty()) return make_app_world({.project = project, .client = client, .environment = environment});
  const Node node = parse_documents(yaml, "world.yaml").front();
  return make_app_world(
      {.project = project, .client = client, .environment = environment, .world = &node, .library = kLibrary});
}

}  // namespace understudy
