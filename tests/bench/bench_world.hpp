#pragma once
/// The platform that is measured: the world that most shipped scenarios start from, with a variable in it.

#include <filesystem>
#include <string>

#include "mock_server/world.hpp"

namespace understudy::bench {

inline const std::filesystem::path kWorlds = std::filesystem::path{SOURCE_DIR} / "fixtures/worlds";

inline World bench_world() {
  constexpr const char* kText =
      "{extends: demo, projects: {abcdef1234567: {environments: {main: {variables: {GREETING: hello}}}}}}";
  return World::from_node(parse_documents(kText, "bench_world").front(), WorldLibrary{{kWorlds}});
}
inline const std::string kProject = "/projects/abcdef1234567";
inline const std::string kVariable = kProject + "/environments/main/variables/GREETING";

/// Port of "http://127.0.0.1:PORT".
inline int port_of(const std::string& base_url) { return std::stoi(base_url.substr(base_url.rfind(':') + 1)); }

}  // namespace understudy::bench
