
#include "api/routes.hpp"
#include "server_fixture.hpp"
#include "world/world_data.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;

struct BadWorld {
  std::string name;
  std::string yaml;
  std::string complaint;
};
class BadWorlds : public ::testing::TestWithParam<BadWorld> {};

TEST_P(BadWorlds, AreRefusedWithPlaceAndHint) {
  std::string complaint = "(none)";
  try {
    (void)world_from(GetParam().yaml);
  } catch (const InputError& e) {
    complaint = e.what();
  }
  EXPECT_EQ(complaint, GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, BadWorlds,
    ::testing::Values(
        BadWorld{"UnknownKey", "project: {}",
                 "world.yaml:1:1: unknown key \"project\" in a world; did you mean \"projects\"?"},
        BadWorld{"UnknownFieldOfAnEnvironment", "projects:\n  p1:\n    environments:\n      main: {titel: X}",
                 "world.yaml:4:14: unknown key \"titel\" in environment \"main\"; did you mean \"title\"?"},
        BadWorld{"WrongType", "projects: {p1: {title: 5}}", "world.yaml:1:24: title: expected a string, found number"},
        BadWorld{"WrongChoice", "projects: {p1: {environments: {main: {type: prod}}}}",
                 "world.yaml:1:45: type: expected one of development, staging, production"},
        BadWorld{"DanglingOwner", "users: {alice: {}}\nprojects: {p1: {owner: alcie}}",
                 "world.yaml:2:24: there is no user \"alcie\"; did you mean \"alice\"?"},
        BadWorld{"DanglingAccess", "users: {alice: {}}\nprojects: {p1: {access: {bob: viewer}}}",
                 "world.yaml:2:26: there is no user \"bob\""},
        BadWorld{"WrongRole", "users: {alice: {}}\nprojects: {p1: {access: {alice: admn}}}",
                 "world.yaml:2:33: expected one of admin, viewer, found \"admn\"; did you mean \"admin\"?"},
        BadWorld{"DanglingParent", "projects: {p1: {environments: {main: {}, dev: {parent: mian}}}}",
                 "world.yaml:1:56: there is no environment \"mian\"; did you mean \"main\"?"},
        BadWorld{"DanglingTokenUser", "tokens: {ci: {user: nobody}}", "world.yaml:1:21: there is no user \"nobody\""},
        BadWorld{"TokenWithoutUser", "tokens: {ci: {}}", "world.yaml:1:14: token \"ci\" needs the key \"user\""},
        BadWorld{"DanglingActivityEnvironment", "projects: {p1: {activities: [{type: backup, environments: [mian]}]}}",
                 "world.yaml:1:59: there is no environment \"mian\"; did you mean \"main\"?"},
        BadWorld{"UnknownActivityType", "activity_types: {backpu: {}}",
                 "world.yaml:1:18: there is no activity type \"backpu\"; did you mean \"backup\"?"},
        BadWorld{"BadDuration", "activity_types: {backup: {duration: twelve}}",
                 "world.yaml:1:37: expected a duration; for instance 12m, 90s or 1h30m"},
        BadWorld{"BadDurationOfAProgram", "programs:\n  drush: soon",
                 "world.yaml:2:10: expected a duration; for instance 12m, 90s or 1h30m"},
        BadWorld{"ProgramWithoutName", "programs: {\"\": 5m}",
                 "world.yaml:1:12: a program needs a name; for instance drush: 12m"},
        BadWorld{"ProgramsAreAList", "programs: [drush]", "world.yaml:1:11: expected a map, found a list"},
        BadWorld{"RegionWithoutId", "regions: [{label: X}]", "world.yaml:1:11: a region needs an id"},
        BadWorld{"UnknownPermissionOfAnInvitation",
                 "organizations: {a: {invitations: [{email: x@example.com, permissions: [viewer]}]}}",
                 "world.yaml:1:72: expected one of admin, billing, members, plans, projects:create, projects:list, "
                 "found \"viewer\""},
        BadWorld{"BadClock", "clock: noon",
                 "world.yaml:1:8: expected a time, found \"noon\"; for instance 2026-03-01T02:59Z"},
        BadWorld{"BadFault", "faults: [{on: /me, status: 500}]",
                 "world.yaml:1:15: expected METHOD /path, found \"/me\"; for instance POST /oauth2/token, or * /**"},
        BadWorld{"EmptyFault", "faults: [{on: GET /me}]",
                 "world.yaml:1:10: this fault does nothing; give it a status, a body, a delay, drop or hang"},
        BadWorld{"FaultThatHitsNothing", "faults: [{on: GET /me, status: 500, times: 0}]",
                 "world.yaml:1:44: a fault that hits nothing; leave times out: it hits all"},
        BadWorld{"FaultThatIsNoAnswer", "faults: [{on: GET /me, status: 100}]",
                 "world.yaml:1:32: expected an HTTP status between 200 and 599"},
        BadWorld{"FaultWithABadHeader", "faults: [{on: GET /me, status: 500, headers: {\"X Y\": z}}]",
                 "world.yaml:1:47: \"X Y\" is no name of a header"},
        BadWorld{"FaultWithALineBreak", "faults: [{on: GET /me, status: 500, headers: {X: \"y\\r\\nZ: 1\"}}]",
                 "world.yaml:1:50: the value of a header has no line breaks and no zero bytes"},
        BadWorld{"DanglingRevoke", "events: [{after: 1m, revoke: ci}]", "world.yaml:1:30: there is no token \"ci\""},
        BadWorld{"SameEmail", "users: {a: {email: x@y.z}, b: {email: x@y.z}}",
                 "world.yaml:1:31: two users have the e-mail address x@y.z; addresses are unique over all accounts"},
        BadWorld{"BadProjectId", "projects: {my-app: {}}",
                 "world.yaml:1:12: \"my-app\" cannot be a project id; the client takes letters, digits and _ only"},
        BadWorld{"UnknownSetting", "projects: {p1: {settings: {enforce_mf: true}}}",
                 "world.yaml:1:28: \"enforce_mf\" is not a setting of a project; did you mean \"enforce_mfa\"?"},
        BadWorld{"UnknownBase", "extends: dmeo",
                 "world.yaml:1:10: there is no world \"dmeo\"; did you mean \"demo\"?"}),
    [](const auto& row) { return row.param.name; });

TEST(Worlds, AFewLinesMakeAProject) {
  const World world = world_from("projects: {p1: {}}");

  EXPECT_EQ(world.describe().dump(), R"({"projects":{"p1":["main"]},"users":{"alice":"Alice"}})");
  EXPECT_EQ(world.tokens().size(), 1U);
}

TEST(Worlds, SayHowLongProgramsTakeThatAreNotThere) {
  const World world = world_from("extends: demo\nprograms: {drush: 12m, \"bin/console\": 30, none: null}");

  EXPECT_THAT(world.programs(), ::testing::ElementsAre(::testing::Pair("bin/console", Milliseconds{30'000}),
                                                       ::testing::Pair("drush", Milliseconds{720'000})));
  EXPECT_TRUE(world_from("extends: demo").programs().empty());
}

TEST(Worlds, TellTheirOutline) {
  const World world = world_from(
      "projects: {p2: {}, p1: {subscription: {plan: medium}, environments: {main: {}, dev: {parent: main}, "
      "old: {status: inactive, type: staging}}}}");

  const std::vector<World::ProjectOutline> projects = world.projects();

  ASSERT_EQ(projects.size(), 2U);
  EXPECT_EQ(projects[0].id, "p1");
  EXPECT_EQ(projects[0].default_branch, "main");
  ASSERT_EQ(projects[0].environments.size(), 3U);
  const World::EnvironmentOutline& dev = projects[0].environments[0];
  EXPECT_EQ(dev.id + " " + dev.type + " " + dev.status + " " + dev.parent, "dev development active main");
  const World::EnvironmentOutline& old = projects[0].environments[2];
  EXPECT_EQ(old.type + " " + old.status, "staging inactive");
  EXPECT_EQ(projects[0].plan, "medium");
  EXPECT_EQ(projects[1].plan, "standard");
}

TEST(Worlds, APlanIsThatOfTheProjectAndOfItsSubscription) {
  const MockServer server{{.world = world_from("projects: {p1: {subscription: {plan: medium}}}")}};

  EXPECT_EQ(server.inspect("/projects/p1").body.at("subscription").at("plan"), "medium");
  EXPECT_EQ(server.inspect("/subscriptions/42").body.at("plan"), "medium");
}

TEST(Worlds, TellWhichVariablesAnEnvironmentSeesButNotTheirValues) {
  const World world = world_from(
      "projects: {p1: {variables: {\"env:A\": {value: hidden, is_sensitive: true, visible_build: false, "
      "application_scope: [web]}}, environments: {main: {variables: {up: x, own: {value: y, is_inheritable: false}}}, "
      "dev: {parent: main, variables: {off: {value: z, is_enabled: false}}}}}}");

  const std::vector<World::VariableOutline> seen = world.variables("p1", "dev");

  std::vector<std::string> names;
  for (const World::VariableOutline& one : seen) names.push_back(one.environment + "/" + one.name);
  EXPECT_THAT(names, ::testing::ElementsAre("/env:A", "dev/off", "main/up"));
  EXPECT_TRUE(seen[0].is_sensitive);
  EXPECT_FALSE(seen[0].visible_build);
  EXPECT_TRUE(seen[0].visible_runtime);
  EXPECT_THAT(seen[0].application_scope, ::testing::ElementsAre("web"));
  EXPECT_FALSE(seen[1].is_enabled);
  EXPECT_TRUE(seen[2].is_inheritable);
  EXPECT_THROW((void)world.variables("p1", "none"), std::out_of_range);
  EXPECT_THROW((void)world.variables("p9", "dev"), std::out_of_range);
}

TEST(Worlds, ExtendOneAnother) {
  const World world = world_from(
      "extends: demo\nusers: {stranger: null}\ntokens: {stranger: null}\nprojects: {abcdef1234567: {title: Mine, "
      "environments: {more: {}}}}");

  EXPECT_FALSE(world.describe()["users"].contains("stranger"));
  EXPECT_EQ(world.data().state.projects.at("abcdef1234567").title, "Mine");
  EXPECT_TRUE(world.data().state.projects.at("abcdef1234567").environments.contains("more"));
  EXPECT_TRUE(world.data().state.projects.at("abcdef1234567").environments.contains("staging"));
}

TEST(Worlds, IdsDoNotDependOnWhatElseIsThere) {
  const World one = world_from("projects: {p1: {environments: {main: {}}}}");
  const World two = world_from("projects: {p0: {}, p1: {environments: {aaa: {}, main: {}}}}");

  EXPECT_EQ(one.data().state.projects.at("p1").environments.at("main").head_commit,
            two.data().state.projects.at("p1").environments.at("main").head_commit);
  EXPECT_EQ(one.tokens()[0].value, two.tokens()[0].value);
}

TEST(Worlds, ThatGoInCirclesAreRefused) {
  const std::filesystem::path folder =
      std::filesystem::path{::testing::TempDir()} / ("worlds" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "a.yaml"} << "extends: b\n";
  std::ofstream{folder / "b.yaml"} << "extends: a\n";

  EXPECT_THAT([&] { (void)World::load(folder / "a.yaml", {{folder}}); },
              ::testing::ThrowsMessage<InputError>(HasSubstr("the worlds extend each other in a circle")));

  std::filesystem::remove_all(folder);
}

TEST(Worlds, AreDescribedByASchemaOfTheSameTables) {
  const nlohmann::json schema = world_schema();

  EXPECT_EQ(schema["additionalProperties"], false);
  for (const char* key :
       {"extends", "users", "tokens", "projects", "activity_types", "programs", "events", "faults", "auth", "clock"}) {
    EXPECT_TRUE(schema["properties"].contains(key)) << key;
  }
  const nlohmann::json& environment = schema["properties"]["projects"]["additionalProperties"]["anyOf"][0]["properties"]
                                            ["environments"]["additionalProperties"]["anyOf"][0];
  EXPECT_EQ(environment["properties"]["type"]["enum"].size(), 3U);
}

TEST(Glob, KnowsSegments) {
  EXPECT_TRUE(glob_matches("/projects/*/activities", "/projects/p1/activities"));
  EXPECT_FALSE(glob_matches("/projects/*", "/projects/p1/activities"));
  EXPECT_TRUE(glob_matches("/projects/**", "/projects/p1/activities"));
  EXPECT_TRUE(glob_matches("/projects/**/activities/**", "/projects/p1/activities/a/log"));
  EXPECT_FALSE(glob_matches("/projects", "/projects/p1"));
}

TEST(Routes, AreUnique) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const KnownRoute& route : known_routes())
    EXPECT_TRUE(seen.emplace(route.method, route.pattern).second) << "twice: " << route.method << " " << route.pattern;
}

TEST(Routes, AskForTheRoleThatTheLinkPromises) {
  for (const model::Operation& operation : model::environment_operations()) {
    // The client adds the rest of these two paths itself (endpoints.md, "Action links").
    std::string path = "/projects/p/environments/e" + std::string{operation.path};
    if (operation.link == "#observability-pipeline") path += "/resources/overview";
    if (operation.link == "#access") path += "/u";
    const api::Match match = api::match_route(operation.method, path);
    ASSERT_NE(match.route, nullptr) << operation.link;
    EXPECT_EQ(match.route->needed, operation.needed) << operation.link;
  }
}

TEST(Routes, DecodeSegmentsOnlyAfterSplitting) {
  const api::Match match = api::match_route("GET", "/api/projects/p/environments/feat%2Fx/variables/env%3AA+B");

  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.path.at("environment"), "feat/x");
  EXPECT_EQ(match.path.at("variable"), "env:A B");
  EXPECT_EQ(api::match_route("GET", "/projects//environments").route, nullptr);
  EXPECT_EQ(api::match_route("GET", "").route, nullptr);
  EXPECT_EQ(api::match_route("PUT", "/me").route, nullptr);
}

}  // namespace
}  // namespace understudy
