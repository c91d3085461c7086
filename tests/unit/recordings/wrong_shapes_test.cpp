// Answers of any shape: nothing throws, and what comes out is a world.

#include <gmock/gmock.h>

#include <filesystem>

#include "mock_server/mock_server.hpp"
#include "recordings/prune.hpp"
#include "recordings/situation.hpp"
#include "recordings/world_draft.hpp"

namespace understudy {
namespace {

/// What a client may ask, of the worlds with the most in them.
std::vector<RecordedExchange> answers(const std::string& world, const std::vector<std::string>& paths) {
  const std::filesystem::path folder = std::filesystem::path{SOURCE_DIR} / "fixtures/worlds";
  MockServer server{{.world = World::load(folder / (world + ".yaml"), {{folder}})}};
  std::vector<RecordedExchange> result;
  for (const std::string& path : paths) {
    const MockServer::Answer answer = server.inspect(path);
    EXPECT_EQ(answer.status, 200) << path;
    result.push_back({.method = "GET", .path = path, .status = 200, .response_body = answer.body.dump()});
  }
  return result;
}

std::vector<RecordedExchange> all_answers() {
  const std::string organization = "/organizations/01J0000000000000000000ACME";
  std::vector<RecordedExchange> all = answers(
      "company", {"/projects", organization, organization + "/members", organization + "/address",
                  organization + "/invitations", organization + "/subscriptions", organization + "/projects", "/teams",
                  "/teams/01J0000000000000000000DEVS/members", "/teams/01J0000000000000000000DEVS/project-access",
                  "/projects/acmeshop12345/user-access", "/regions"});
  const std::string project = "/projects/shop234567abc";
  const std::string main = project + "/environments/main";
  for (RecordedExchange& more :
       answers("shop", {project, project + "/environments", project + "/access", project + "/activities",
                        project + "/integrations", project + "/certificates", project + "/variables",
                        project + "/settings", main + "/deployments/current", main + "/domains",
                        main + "/source-operations", main + "/tasks", main + "/variables", main + "/backups"}))
    all.push_back(std::move(more));
  return all;
}

TEST(WrongShapes, AreNoReasonToGiveUp) {
  const std::vector<RecordedExchange> all = all_answers();
  const std::vector<nlohmann::json> wrong{nullptr, 7, "text", nlohmann::json::array({1}), {{"id", 1}}};
  std::size_t tried = 0;
  std::size_t place = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const nlohmann::json whole = nlohmann::json::parse(all[i].response_body);
    const nlohmann::json leaves = whole.flatten();
    for (const auto& [pointer, leaf] : leaves.items()) {
      // A leaf and what it stands in; some of all, they are thousands.
      for (nlohmann::json::json_pointer at{pointer}; !at.empty(); at = at.parent_pointer()) {
        if (++place % 23 != 0) continue;
        Recording recording{.exchanges = all};
        nlohmann::json changed = whole;
        changed[at] = wrong[place / 23 % wrong.size()];
        recording.exchanges[i].response_body = changed.dump();
        SCOPED_TRACE(all[i].path + " " + at.to_string() + " = " + changed[at].dump());
        WorldDraftOf draft;
        ASSERT_NO_THROW(draft = draft_world(situation_of(recording)));
        if (++tried % 10 == 0) {
          ASSERT_NO_THROW((void)world_of(draft.world));
        }
      }
    }
  }
  EXPECT_GT(tried, 100u);
}

TEST(WrongShapes, OfNothingIsNothing) {
  EXPECT_NO_THROW((void)world_of(draft_world(situation_of({})).world));
  EXPECT_NO_THROW((void)world_of(without_defaults(draft_world(situation_of({.exchanges = all_answers()})).world)));
}

}  // namespace
}  // namespace understudy
