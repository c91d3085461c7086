// The table of routes against the published API description, which is read from where it lies and skipped without.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "api/routes.hpp"
#include "server_fixture.hpp"

namespace understudy {
namespace {

using nlohmann::json;

const std::filesystem::path kDescription = std::filesystem::path{SOURCE_DIR} / "../shared/data/openapi-platformsh.json";

class Description : public ::testing::Test {
protected:
  void SetUp() override {
    std::ifstream in{kDescription};
    // It belongs to somebody else, and is not copied into the project: a checkout without it has nothing to compare
    // with.
    if (!in) GTEST_SKIP() << "the published API description is not at " << kDescription;
    description = json::parse(in);
  }
  json description;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// "/projects/{projectId}" -> "/projects/x"
std::string filled(const std::string& pattern) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      path += pattern[i];
      continue;
    }
    path += 'x';
    i = pattern.find('}', i);
  }
  return path;
}

TEST_F(Description, HasARouteForEachOperationAndEachRouteItsOperation) {
  std::set<std::string> described;
  for (const auto& [path, methods] : description.at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (!operation.is_object() || !operation.contains("operationId")) continue;
      const std::string id = operation.at("operationId");
      described.insert(id);
      const api::Match match = api::match_route(upper(method), filled(path));
      ASSERT_NE(match.route, nullptr) << upper(method) << " " << path << " has no route; add " << id
                                      << " to missing_routes.cpp";
      EXPECT_EQ(match.route->operation, id) << upper(method) << " " << path;
    }
  }
  EXPECT_GT(described.size(), 200U);
  for (const KnownRoute& route : known_routes()) {
    const bool known = route.operation.empty() || described.contains(std::string{route.operation});
    EXPECT_TRUE(known) << route.operation << " is not described";
  }
}

using MissingRoutes = Server;

TEST_F(MissingRoutes, AreAnsweredBy501WithTheNameOfTheOperation) {
  start();
  log_in("alice");
  for (const api::MissingRoute& row : api::missing_routes()) {
    if (row.method != "GET" || row.pattern.find('{') != std::string_view::npos) continue;
    const auto answer = get(std::string{row.pattern});
    ASSERT_EQ(answer->status, 501) << row.pattern;
    EXPECT_EQ(body(answer).at("detail").at("operation"), row.operation);
  }
}

TEST_F(MissingRoutes, AskWhoItIsFirst) {
  start();
  const auto answer = client->Get("/tickets");
  EXPECT_EQ(answer->status, 401);
}

}  // namespace
}  // namespace understudy
