// Who has what through an organization: one decision, that every change of members and teams shows at once.
#include "server_fixture.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kCompany = R"(
users:
  owner: {}
  manager: {id: manager-id}
  developer: {id: developer-id}
  guest: {id: guest-id}
  outsider: {id: outsider-id}
organizations:
  acme:
    id: acme-id
    owner: owner
    members: {manager: [members], developer: []}
    invitations: [{email: ivan@example.com, permissions: [billing], by: manager}]
teams:
  builders: {id: team-id, organization: acme, project_permissions: [admin], members: [developer], projects: [p1]}
projects:
  p1: {organization: acme, access: {guest: viewer}, invitations: [{email: outsider@example.com}]}
  p2: {organization: acme}
  p3: {organization: acme}
events:
- {after: 1h, accept: outsider@example.com}
regions:
- id: mars-1.platform.sh
- {id: eu-5.platform.sh, available: false}
)";

struct Company : Server {
  void SetUp() override { start(kCompany); }
  int status_for(const std::string& who, const std::string& path) {
    log_in(who);
    return get(path)->status;
  }
};

TEST_F(Company, OwnsTheProjectsThatNameNoOtherOwner) {
  log_in("owner");
  EXPECT_EQ(body(get("/projects/p1/user-access"))["items"][0]["user_id"],
            body(get("/organizations/acme-id"))["owner_id"]);
  EXPECT_EQ(status_for("manager", "/projects/p1"), 403);  // manages people, has no project
}

TEST_F(Company, CountsWhoHasAProjectAmongItsMembers) {
  log_in("manager");
  EXPECT_EQ(body(get("/organizations/acme-id/members/guest-id"))["permissions"], nlohmann::json::array());
}

TEST_F(Company, TakesEverythingFromWhoLeaves) {
  ASSERT_EQ(status_for("developer", "/projects/p1"), 200);
  ASSERT_EQ(status_for("guest", "/projects/p1"), 200);

  log_in("manager");
  ASSERT_EQ(remove("/organizations/acme-id/members/developer-id")->status, 204);
  ASSERT_EQ(remove("/organizations/acme-id/members/guest-id")->status, 204);

  EXPECT_EQ(body(get("/teams/team-id"))["counts"]["member_count"], 0);
  EXPECT_EQ(status_for("developer", "/projects/p1"), 403);
  EXPECT_EQ(status_for("guest", "/projects/p1"), 403);
}

TEST_F(Company, MakesAMemberOfWhoAcceptsAnInvitationToItsProject) {
  ASSERT_EQ(status_for("outsider", "/organizations/acme-id"), 403);

  server->advance(std::chrono::hours{1});

  EXPECT_EQ(status_for("outsider", "/projects/p1"), 200);
  EXPECT_EQ(status_for("outsider", "/organizations/acme-id"), 200);
  EXPECT_EQ(status_for("outsider", "/organizations/acme-id/members"), 403);
}

TEST_F(Company, ShowsMembersToWhoManagesThemAndSubscriptionsToWhoMayListThem) {
  EXPECT_EQ(status_for("manager", "/organizations/acme-id/members"), 200);
  EXPECT_EQ(status_for("developer", "/organizations/acme-id/members"), 403);
  EXPECT_FALSE(body(get("/organizations/acme-id"))["_links"].contains("members"));
  EXPECT_EQ(status_for("developer", "/organizations/acme-id/subscriptions"), 403);
  EXPECT_EQ(status_for("owner", "/organizations/acme-id/subscriptions"), 200);
}

TEST_F(Company, TellsAccessOfOnesOwnFromAccessThroughATeam) {
  log_in("developer");
  EXPECT_EQ(get("/projects/p1/user-access/developer-id")->status, 404);
  const auto extended = body(get("/users/me/extended-access"))["items"];
  ASSERT_THAT(extended, SizeIs(1));
  EXPECT_EQ(extended[0]["permissions"], nlohmann::json({"admin"}));
  EXPECT_THAT(body(get("/users/me/extended-access?filter[organization_id]=other"))["items"], IsEmpty());
}

TEST_F(Company, HasInvitationsThatCanBeCancelled) {
  log_in("manager");
  const auto invitations = body(get("/organizations/acme-id/invitations"));
  ASSERT_THAT(invitations, SizeIs(1));
  EXPECT_EQ(invitations[0]["email"], "ivan@example.com");
  EXPECT_EQ(invitations[0]["owner"]["id"], "manager-id");
  const std::string path = "/organizations/acme-id/invitations/" + invitations[0]["id"].get<std::string>();

  EXPECT_EQ(remove(path)->status, 204);

  EXPECT_EQ(body(get("/organizations/acme-id/invitations"))[0]["state"], "cancelled");
  EXPECT_EQ(remove(path)->status, 404);
}

TEST_F(Company, PagesByRangeAndPage) {
  log_in("owner");
  const auto first = body(get("/organizations/acme-id/subscriptions?range=2"));
  EXPECT_THAT(first["items"], SizeIs(2));
  EXPECT_THAT(first["_links"]["next"]["href"].get<std::string>(), HasSubstr("page=2"));

  const auto second = body(get(first["_links"]["next"]["href"].get<std::string>()));
  EXPECT_THAT(second["items"], SizeIs(1));
  EXPECT_FALSE(second["_links"].contains("next"));
}

TEST_F(Company, IsServedFromRegionsThatSayNoMoreThanTheyMust) {
  log_in("owner");
  const auto regions = body(get("/regions"))["regions"];
  ASSERT_THAT(regions, SizeIs(2));
  EXPECT_EQ(regions[0]["label"], "mars-1.platform.sh");
  EXPECT_EQ(regions[0]["endpoint"], "https://api.mars-1.platform.sh");
  EXPECT_EQ(regions[1]["label"], "Stockholm, Sweden");
  EXPECT_EQ(regions[1]["available"], false);
}

}  // namespace
}  // namespace understudy
