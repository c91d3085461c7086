#pragma once
/// A fake that is served, with a small world, and the few verbs that its tests are written in.

#include <gmock/gmock.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/service.hpp"

namespace understudy {

using nlohmann::json;

inline constexpr std::string_view kSmallWorld = R"(
users:
  alice: {first_name: Alice, last_name: Liddell, email: alice@example.com}
  bot: {machine: true, first_name: Backup, last_name: Bot}
tokens:
  ci: {user: alice, value: a-token-of-the-world}
projects:
  p1:
    owner: alice
    environments: {main: {}}
)";

class Served : public ::testing::Test {
protected:
  static constexpr const char* kToken = "control-token-of-a-test";

  static WorldLibrary library() { return {{std::filesystem::path{SOURCE_DIR} / "fixtures/worlds"}}; }
  static World world_from(std::string_view yaml) {
    return World::from_node(parse_documents(yaml, "world.yaml").at(0), library());
  }
  /// Time goes on by hand, unless the test says otherwise.
  static ServiceOptions options(std::string_view yaml = kSmallWorld) {
    return {.world = world_from(yaml),
            .world_name = "small",
            .speed = 0,
            .control_token = kToken,
            .version = "1.2.3",
            .client = "webpaas",
            .started_at = *parse_time("2026-11-30T12:00:00Z"),
            .find_world =
                [](const std::string& name) {
                  return World::load(library().find(name, {"world", 0, 0}), library());
                },
            .library = library()};
  }
  void start(ServiceOptions options) {
    service.emplace(std::move(options));
    client.emplace(service->base_url());
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
  }
  void SetUp() override { start(options()); }

  static httplib::Headers control() { return {{"Authorization", std::string{"Bearer "} + kToken}}; }
  static std::string path(const std::string& below) { return "/.understudy/v1" + below; }
  httplib::Result get(const std::string& below) { return client->Get(path(below), control()); }
  httplib::Result post(const std::string& below, const json& body = json::object()) {
    return client->Post(path(below), control(), body.dump(), "application/json");
  }
  httplib::Result put(const std::string& below, const json& body) {
    return client->Put(path(below), control(), body.dump(), "application/json");
  }
  httplib::Result remove(const std::string& below) { return client->Delete(path(below), control()); }
  static json body(const httplib::Result& answer) { return json::parse(answer->body); }
  json status() { return body(get("/status")); }

  /// A request to the platform, as alice.
  httplib::Headers alice() {
    if (bearer_.empty())
      bearer_ = body(post("/tokens", {{"user", "alice"}, {"kind", "access"}})).at("value").get<std::string>();
    return {{"Authorization", "Bearer " + bearer_}};
  }
  httplib::Result ask(const std::string& target) { return client->Get(target, alice()); }
  /// Asks for a backup, which takes three minutes; the activity's id.
  std::string begin_backup() {
    const auto answer = client->Post("/projects/p1/environments/main/backup", alice(), "{}", "application/json");
    return body(answer).at("_embedded").at("activities").at(0).at("id").get<std::string>();
  }

  std::optional<Service> service;
  std::optional<httplib::Client> client;

private:
  std::string bearer_;
};

}  // namespace understudy
