#include "server_fixture.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

// ---- what the API shows of it

constexpr std::string_view kWorldWithVariables = R"(
projects:
  p1:
    variables: {A: project, B: project}
    environments:
      main:
        variables:
          B: main
          C: main
          D: {value: main, is_inheritable: false}
          E: {value: planted-and-worthless, is_sensitive: true}
          F: main
      dev: {variables: {C: dev, F: {value: dev, is_enabled: false}}}
)";

using DeployedVariables = Server;

TEST_F(DeployedVariables, AreThoseThatApplyInheritedOnesToo) {
  start(kWorldWithVariables);
  log_in("alice");
  const json deployment = body(get("/projects/p1/environments/dev/deployments/current"));
  std::vector<std::string> shown;
  for (const json& variable : deployment.at("variables")) {
    shown.push_back(variable["name"].get<std::string>() + "=" + variable.value("value", "?"));
  }

  EXPECT_THAT(shown, ElementsAre("A=project", "B=main", "C=dev", "E=?"));
}

}  // namespace
}  // namespace understudy
