#pragma once
/// The platform that is measured: the world that most shipped scenarios start from.

#include <filesystem>
#include <string>

#include "mock_server/world.hpp"

namespace understudy::bench {

inline const std::filesystem::path kWorlds = std::filesystem::path{SOURCE_DIR} / "fixtures/worlds";

inline World bench_world() { return World::load(kWorlds / "demo.yaml", WorldLibrary{{kWorlds}}); }

/// Port of "http://127.0.0.1:PORT".
inline int port_of(const std::string& base_url) { return std::stoi(base_url.substr(base_url.rfind(':') + 1)); }

}  // namespace understudy::bench
