#pragma once
/// The table of contents of the fake: every request that it answers.

#include <span>
#include <string_view>

#include "api/context.hpp"

namespace understudy::api {

using Handler = Response (*)(Context&);

enum class Body { kJson, kItems, kForm, kNone };

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/projects/{project}/variables"; also answered below /api
  Handler handler;
  bool needs_login;
  model::Permission needed;    ///< on the environment if the pattern has one, else on the project if it has one
  std::string_view operation;  ///< operationId in the published API description, "" if it has none
  Body body = Body::kJson;
};
[[nodiscard]] std::span<const Route> routes();
/// Operations of the published API description that the fake does not answer: 501, with the operation's name.
struct MissingRoute {
  std::string_view method;
  std::string_view pattern;
  std::string_view operation;
};
[[nodiscard]] std::span<const MissingRoute> missing_routes();

struct Match {
  const Route* route = nullptr;  ///< null: nothing answers this
  std::map<std::string, std::string, std::less<>> path{};
};
[[nodiscard]] Match match_route(std::string_view method, std::string_view raw_path);

}  // namespace understudy::api
