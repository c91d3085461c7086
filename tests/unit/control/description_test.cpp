// Every path that is described answers, and every one that answers is described.

#include <set>

#include "control/call.hpp"
#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::IsEmpty;
using testing::Not;

std::string filled(std::string pattern) {
  for (std::size_t open = 0; (open = pattern.find('{')) != std::string::npos;)
    pattern.replace(open, pattern.find('}') - open + 1, "1");
  return pattern;
}

TEST_F(Served, DescribesItselfWithoutAToken) {
  const auto answer = client->Get(path("/openapi.json"));

  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(body(answer), control_description("1.2.3"));
  EXPECT_EQ(body(answer).at("openapi"), "3.1.0");
}

TEST_F(Served, WhatIsDescribedAnswers) {
  const json paths = control_description("").at("paths");
  ASSERT_THAT(paths, Not(IsEmpty()));

  for (const auto& [pattern, operations] : paths.items()) {
    for (const auto& [method, operation] : operations.items()) {
      SCOPED_TRACE(method + " " + pattern);
      httplib::Request request;
      request.method = method;
      for (char& c : request.method) c = static_cast<char>(std::toupper(c));
      request.path = path(filled(pattern));
      request.headers = control();
      if (operation.contains("requestBody")) request.set_header("Content-Type", "application/json");
      const auto answer = client->send(request);
      ASSERT_TRUE(answer);
      EXPECT_NE(answer->status, 405);
      EXPECT_NE(answer->status, 401);
      const std::string status = std::to_string(answer->status);
      EXPECT_TRUE(operation.at("responses").contains(status)) << status << " " << answer->body;
      if (operation.at("responses").contains("401")) {
        request.headers.clear();
        EXPECT_EQ(client->send(request)->status, 401);
      }
    }
  }
}

TEST(ControlRoutes, AreDescribedEachOnce) {
  const json paths = control_description("").at("paths");
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> operations;

  for (const control::ControlRoute& route : control::control_routes()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    EXPECT_TRUE(paths.at(route.pattern).contains(method)) << route.pattern;
    EXPECT_TRUE(seen.emplace(route.method, route.pattern).second) << "twice: " << route.pattern;
    EXPECT_TRUE(operations.insert(route.operation).second) << "twice: " << route.operation;
  }
}

TEST(ControlDescription, SaysHowEachMayBeRefused) {
  const json paths = control_description("").at("paths");
  for (const char* const status : {"401", "403", "413", "421", "503"})
    EXPECT_TRUE(paths.at("/faults").at("post").at("responses").contains(status)) << status;
  const json reading = paths.at("/faults").at("get").at("responses");
  EXPECT_TRUE(reading.contains("403") && reading.contains("421"));
  EXPECT_FALSE(reading.contains("413") || reading.contains("503"));
}

/// The keys of `value` are those that `schema` has, and it has all that it needs.
void expect_fits(const json& value, const json& schema) {
  if (schema.value("type", json()) == "array") {
    for (const json& item : value) expect_fits(item, schema.at("items"));
    return;
  }
  if (!schema.contains("properties")) return;
  for (const json& name : schema.value("required", json::array())) EXPECT_TRUE(value.contains(name)) << name << value;
  for (const auto& [name, part] : value.items()) {
    ASSERT_TRUE(schema.at("properties").contains(name)) << name;
    expect_fits(part, schema.at("properties").at(name));
  }
}

TEST_F(Served, AnswersHaveTheFormThatIsDescribed) {
  begin_backup();
  post("/faults", {{"on", "GET /x"}, {"status", 503}, {"headers", {{"A", "b"}}}, {"delay", "2s"}});
  const json paths = control_description("").at("paths");

  for (const std::string pattern :
       {"/status", "/events", "/timeline", "/faults", "/journal", "/journal/{number}", "/users"}) {
    SCOPED_TRACE(pattern);
    const json& schema =
        paths.at(pattern).at("get").at("responses").at("200").at("content").at("application/json").at("schema");
    const json answer = body(get(filled(pattern)));
    EXPECT_THAT(answer, Not(IsEmpty()));
    expect_fits(answer, schema);
  }
}

}  // namespace
}  // namespace understudy
