#pragma once
/// A world in the model's own form.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "engine/behaviour.hpp"
#include "mock_server/world.hpp"
#include "model/model.hpp"

namespace understudy {

/// A request that is answered otherwise than the platform would. The rules are asked in order; the first that is due
/// wins.
struct Fault {
  std::string method = "*";
  std::string
      path{};     ///< glob: `*` within a segment, `**` over several; an /api in front of the request's path is ignored
  int skip = 0;   ///< so many matching requests pass first
  int times = 0;  ///< then so many are hit; 0 = all that follow
  std::optional<int> status{};
  std::vector<Header> headers{};
  std::string body{};
  std::string content_type = "application/json";
  Milliseconds delay{};  ///< platform time that the answer takes
  bool drop = false;     ///< the connection is closed without an answer
  bool hang = false;     ///< no answer ever comes
};

struct World::Data {
  Node source{};  ///< what it was read from, unfolded
  Time start{};
  model::State state{};
  api::AuthSettings auth{};
  engine::Behaviours behaviours{};
  engine::CronOptions crons{};
  std::vector<engine::Happening> happenings{};
  std::vector<Fault> faults{};
  std::map<std::string, Milliseconds> programs{};
  std::vector<World::Token> tokens{};
  model::json description{};
};

/// Glob over a path: `*` any characters but "/", `**` any characters at all.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace understudy
