// The steps that the control API writes are steps of a scenario.

#include <gmock/gmock.h>
#include <httplib.h>

#include "harness/scenario.hpp"
#include "mock_server/service.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using testing::SizeIs;

TEST(ScenarioStep, OfAnyRequestIsUnderstood) {
  const Service service{{.world = World{}, .speed = 0, .control_token = "a-token-of-a-test"}};
  httplib::Client client{service.base_url()};
  client.Get("/projects?filter[title]=$HOME: {x}&n=1");
  client.Post("/oauth2/token", httplib::Params{{"grant_type", "api_token"}, {"api_token", "it's \"quoted\": #1"}});
  client.Post("/projects/p/variables", json{{"name", "env:A"}, {"value", "$B"}, {"list", {1, nullptr, true}}}.dump(),
              "application/json");
  client.Post("/odd", "no json", "text/plain");

  for (int number = 1; number <= 4; ++number) {
    const auto shown = client.Get("/.understudy/v1/journal/" + std::to_string(number),
                                  {{"Authorization", "Bearer a-token-of-a-test"}});
    const std::string step = json::parse(shown->body).at("step");
    SCOPED_TRACE(step);
    EXPECT_THAT(parse_scenarios("scenario: it was asked\nsteps:\n" + step, "step.yaml"), SizeIs(1));
  }
}

}  // namespace
}  // namespace understudy
