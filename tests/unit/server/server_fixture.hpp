#pragma once
/// A running fake with a small world, and the few verbs that its tests are written in.

#include <gmock/gmock.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "mock_server/mock_server.hpp"

namespace understudy {

inline World world_from(std::string_view yaml) {
  return World::from_node(parse_documents(yaml, "world.yaml").at(0),
                          {{std::filesystem::path{SOURCE_DIR} / "fixtures/worlds"}});
}

inline constexpr std::string_view kSmallWorld = R"(
users:
  alice: {first_name: Alice, last_name: Liddell}
  bot: {machine: true, first_name: Backup, last_name: Bot}
  reader: {}
  developer: {}
  stranger: {}
projects:
  p1:
    owner: alice
    access: {bot: admin, reader: viewer, developer: {production: viewer, development: admin}}
    environments: {main: {}, dev: {}, idle: {status: inactive}}
)";

class Server : public ::testing::Test {
protected:
  void start(std::string_view yaml = kSmallWorld, std::uint64_t seed = 1) {
    world = world_from(yaml);
    server.emplace(MockServerOptions{.world = world, .seed = seed});
    client.emplace(server->base_url());
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);  // httplib sends head and body apart, and the second would wait for the first
  }
  [[nodiscard]] std::string api_token(std::string_view name) const {
    for (const World::Token& token : world.tokens()) {
      if (token.name == name) return token.value;
    }
    throw std::out_of_range{"no token " + std::string{name}};
  }
  httplib::Result exchange(const std::string& token) {
    return client->Post(
        "/oauth2/token",
        httplib::Params{{"client_id", "c"}, {"client_secret", ""}, {"grant_type", "api_token"}, {"api_token", token}});
  }
  void log_in(const std::string& name) {
    const auto answer = exchange(api_token(name));
    ASSERT_EQ(answer->status, 200) << answer->body;
    bearer = {{"Authorization", "Bearer " + nlohmann::json::parse(answer->body).at("access_token").get<std::string>()}};
  }
  httplib::Result get(const std::string& path) { return client->Get(path, bearer); }
  httplib::Result post(const std::string& path, const nlohmann::json& body = nlohmann::json::object()) {
    return client->Post(path, bearer, body.dump(), "application/json");
  }
  httplib::Result patch(const std::string& path, const nlohmann::json& body) {
    return client->Patch(path, bearer, body.dump(), "application/json");
  }
  httplib::Result remove(const std::string& path) { return client->Delete(path, bearer); }
  static nlohmann::json body(const httplib::Result& answer) { return nlohmann::json::parse(answer->body); }

  World world;
  std::optional<MockServer> server;
  std::optional<httplib::Client> client;
  httplib::Headers bearer;
};

inline const std::string kMain = "/projects/p1/environments/main";

}  // namespace understudy
