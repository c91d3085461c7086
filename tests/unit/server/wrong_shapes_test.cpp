// Bodies that have nothing of the form that a route expects: each is refused in the platform's form, and the fake goes
// on.
#include <gmock/gmock.h>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using nlohmann::json;

/// What some route reads from its body, at the top or one level down.
const std::vector<std::string> kKeys{"name",
                                     "value",
                                     "title",
                                     "type",
                                     "role",
                                     "user",
                                     "email",
                                     "permissions",
                                     "parameters",
                                     "variables",
                                     "operation",
                                     "service",
                                     "services",
                                     "webapps",
                                     "workers",
                                     "routing",
                                     "resources",
                                     "ssl",
                                     "domain",
                                     "key",
                                     "chain",
                                     "certificate",
                                     "events",
                                     "states",
                                     "recipients",
                                     "url",
                                     "headers",
                                     "settings",
                                     "attributes",
                                     "http_access",
                                     "parent",
                                     "profile",
                                     "repository",
                                     "strategy",
                                     "safe",
                                     "code",
                                     "channel",
                                     "label",
                                     "country",
                                     "project_permissions",
                                     "plan",
                                     "environments",
                                     "storage",
                                     "user_id",
                                     "force",
                                     "config",
                                     "build_resources",
                                     "application_scope"};
const std::vector<json> kWrong{
    json(5),       json("x"), json::array({1}), json{{"app", 5}}, json{{"app", {{"triggers", 7}}}},
    json(nullptr), json(true)};

std::string filled(std::string_view pattern) {
  static const std::map<std::string, std::string, std::less<>> kIds{
      {"{project}", "shop234567abc"},    {"{environment}", "main"},   {"{user}", "me"},
      {"{type}", "production"},          {"{deployment}", "current"}, {"{team}", "nobody"},
      {"{organization}", "name%3Dacme"}, {"{task}", "import"},        {"{version}", "1"}};
  std::string path{pattern};
  for (const auto& [name, id] : kIds) {
    const std::size_t at = path.find(name);
    if (at != std::string::npos) path.replace(at, name.size(), id);
  }
  return path;
}

using WrongShapes = Server;

/// What a route may want besides, so that it comes to look at the key in question.
json plausible() {
  return {{"name", "a-name"},
          {"value", "v"},
          {"title", "A title"},
          {"label", "A label"},
          {"email", "a@b.example"},
          {"role", "viewer"},
          {"user", "nobody"},
          {"type", "webhook"},
          {"url", "https://a.example/"},
          {"service", "app"},
          {"operation", "nothing"},
          {"plan", "standard"},
          {"profile", "Example"},
          {"repository", "https://a.example/b"},
          {"country", "FR"}};
}

TEST_F(WrongShapes, AreRefusedByEveryRouteAndEndNothing) {
  start("extends: shop");
  log_in("alice");
  for (const KnownRoute& route : known_routes()) {
    const bool reads_body = route.method == "POST" || route.method == "PATCH";
    if (!reads_body || !route.answered || route.pattern.starts_with("/oauth2")) continue;
    const std::string path = filled(route.pattern);
    for (const std::string& key : kKeys) {
      for (const json& wrong : kWrong) {
        json body = plausible();
        body[key] = wrong;
        const auto answer = route.method == "POST" ? post(path, body) : patch(path, body);
        ASSERT_TRUE(answer) << route.method << " " << path << " " << key << ": " << wrong;
        EXPECT_LT(answer->status, 500) << route.method << " " << path << " " << key << ": " << wrong << "\n"
                                       << answer->body;
      }
    }
  }
  EXPECT_EQ(get("/projects/shop234567abc")->status, 200);
}

}  // namespace
}  // namespace understudy
