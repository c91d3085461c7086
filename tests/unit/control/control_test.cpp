// What the control API says and does.

#include "model/grants.hpp"
#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST_F(Served, SaysWhatIsServed) {
  const json status = this->status();

  EXPECT_EQ(status.at("format"), 1);
  EXPECT_EQ(status.at("version"), "1.2.3");
  EXPECT_EQ(status.at("world"), "small");
  EXPECT_EQ(status.at("client"), "webpaas");
  EXPECT_EQ(status.at("url"), service->base_url());
  EXPECT_EQ(status.at("started_at"), "2026-11-30T12:00:00.000000+00:00");
  EXPECT_EQ(status.at("begun"), 1);
  EXPECT_EQ(status.at("now"), "2026-03-01T03:00:00.000000+00:00");
  EXPECT_EQ(status.at("speed"), 0);
  EXPECT_EQ(status.at("projects"), 1);
  EXPECT_EQ(status.at("journal").at("entries"), 0) << "what is asked of the control API leaves no trace";
}

TEST_F(Served, CountsHowOftenItBegan) {
  EXPECT_EQ(body(post("/reset", json::object())).at("begun"), 2) << "at the same time, in the same world";
  EXPECT_EQ(post("/load", {{"yaml", "projects: 5"}})->status, 422);
  EXPECT_EQ(status().at("begun"), 2);
  EXPECT_EQ(body(post("/load", {{"yaml", "users: {}"}})).at("begun"), 3);
}

TEST_F(Served, TimeGoesOnByHandAndWhatIsDueHappens) {
  const std::string backup = begin_backup();

  EXPECT_EQ(body(post("/advance", {{"by", "1m"}})).at("now"), "2026-03-01T03:01:00.000000+00:00");
  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "in_progress");
  EXPECT_EQ(post("/advance", {{"to", "2026-03-01T03:10:00Z"}})->status, 200);
  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "complete");
}

TEST_F(Served, TimeGoesToTheNextEvent) {
  EXPECT_EQ(post("/advance", {{"to", "next"}})->status, 409);
  begin_backup();

  EXPECT_EQ(body(post("/advance", {{"to", "next"}})).at("now"), "2026-03-01T03:00:02.000000+00:00");
}

TEST_F(Served, TimeDoesNotGoBackNorByNonsense) {
  EXPECT_EQ(post("/advance", {{"to", "2026-02-01T00:00:00Z"}})->status, 409);
  for (const json& wrong : {json{{"by", "soon"}}, json{{"by", 12}}, json{{"to", "then"}}, json::object(),
                            json{{"by", "1m"}, {"to", "next"}}})
    EXPECT_EQ(post("/advance", wrong)->status, 400) << wrong;
}

TEST_F(Served, SaysWhatIsDueNext) {
  const std::string backup = begin_backup();

  const json events = body(get("/events"));

  EXPECT_EQ(events.at("now"), "2026-03-01T03:00:00.000000+00:00");
  ASSERT_THAT(events.at("events"), SizeIs(1));
  EXPECT_EQ(events.at("events").at(0).at("at"), "2026-03-01T03:00:02.000000+00:00");
  EXPECT_EQ(events.at("events").at(0).at("what"),
            "environment.backup " + backup + " on main in p1 starts, if nothing is in its way");
}

TEST_F(Served, TellsOfCrons) {
  start(options(R"(
users: {alice: {}}
projects:
  p1:
    owner: alice
    environments:
      main: {deployment: {webapps: {app: {crons: {nightly: {spec: "0 4 * * *", commands: {start: "true"}}}}}}}
)"));

  const json events = body(get("/events")).at("events");

  ASSERT_THAT(events, SizeIs(50));
  EXPECT_EQ(events.at(0).at("at"), "2026-03-01T04:00:00.000000+00:00");
  EXPECT_EQ(events.at(1).at("at"), "2026-03-02T04:00:00.000000+00:00");
  EXPECT_EQ(events.at(0).at("what"), "cron nightly of app on main in p1 is due");
}

TEST_F(Served, ShowsATimeline) {
  begin_backup();
  post("/advance", {{"by", "20m"}});

  const json timeline = body(get("/timeline"));

  EXPECT_THAT(timeline.at("lanes").dump(), HasSubstr("environment.backup"));
  EXPECT_THAT(timeline.at("spans").dump(), HasSubstr("working"));
  EXPECT_THAT(timeline.at("marks").dump(), HasSubstr("POST /projects/p1/environments/main/backup"));
}

TEST_F(Served, BeginsAnewAtTheStartOfTheWorld) {
  const std::string backup = begin_backup();
  post("/advance", {{"by", "1h"}});

  EXPECT_EQ(body(post("/reset")).at("now"), "2026-03-01T03:00:00.000000+00:00");
  EXPECT_THAT(service->journal().entries(), SizeIs(1)) << "kept";
  EXPECT_EQ(post("/reset", {{"journal", "clear"}})->status, 200);
  EXPECT_THAT(service->journal().entries(), SizeIs(0));
  EXPECT_EQ(ask("/projects/p1")->status, 401) << "its tokens are gone, too";
}

TEST_F(Served, LoadsWorldsByNameAndAsText) {
  EXPECT_EQ(body(post("/load", {{"world", "demo"}})).at("world"), "demo");
  EXPECT_EQ(body(post("/load", {{"yaml", "projects: {}"}})).at("projects"), 0);
  EXPECT_EQ(post("/load", {{"world", "demo"}, {"yaml", ""}})->status, 400);

  const auto unknown = post("/load", {{"world", "dmo"}});
  EXPECT_EQ(unknown->status, 422);
  EXPECT_THAT(body(unknown).at("error").at("message").get<std::string>(), HasSubstr("did you mean \"demo\"?"));
  EXPECT_EQ(post("/load", {{"world", "../secret.yaml"}})->status, 422);

  const auto wrong = post("/load", {{"yaml", "users:\n  a: {}\nproject: {}\n"}});
  EXPECT_EQ(wrong->status, 422);
  EXPECT_EQ(body(wrong).at("error"),
            (json{{"message", "unknown key \"project\" in a world; did you mean \"projects\"?"},
                  {"file", "yaml"},
                  {"line", 3},
                  {"column", 1}}));
  EXPECT_EQ(status().at("projects"), 0) << "what was there stays";
}

TEST_F(Served, PlaysFaults) {
  const json added = body(post("/faults", {{"on", "GET /projects/**"}, {"status", 503}, {"times", 1}}));
  EXPECT_EQ(ask("/projects/p1")->status, 503);
  EXPECT_EQ(ask("/projects/p1")->status, 200);

  const json faults = body(get("/faults")).at("faults");
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults.at(0).at("hits"), 2);
  EXPECT_EQ(faults.at(0).at("on"), "GET /projects/**");
  EXPECT_EQ(remove("/faults/" + added.at("id").dump())->status, 204);
  EXPECT_EQ(remove("/faults/" + added.at("id").dump())->status, 404);

  const auto wrong = post("/faults", {{"on", "FETCH /x"}, {"status", 503}});
  EXPECT_EQ(wrong->status, 422);
  EXPECT_EQ(body(wrong).at("error").at("line"), 1);
  EXPECT_EQ(post("/faults", {{"on", "GET /x"}, {"statsu", 503}})->status, 422);
  post("/faults", {{"on", "GET /x"}, {"drop", true}});
  EXPECT_EQ(remove("/faults")->status, 204);
  EXPECT_THAT(body(get("/faults")).at("faults"), SizeIs(0));
}

TEST_F(Served, HandsOutTokensThatWork) {
  const json access = body(post("/tokens", {{"user", "alice"}, {"kind", "access"}}));
  const httplib::Headers bearer{{"Authorization", "Bearer " + access.at("value").get<std::string>()}};
  EXPECT_EQ(body(client->Get("/users/me", bearer)).at("username"), "alice");

  const json api = body(post("/tokens", {{"user", "bot"}, {"name", "cron"}}));
  EXPECT_EQ(api.at("kind"), "api");
  const auto exchanged =
      client->Post("/oauth2/token",
                   httplib::Params{{"client_id", "c"}, {"grant_type", "api_token"}, {"api_token", api.at("value")}});
  EXPECT_EQ(exchanged->status, 200) << exchanged->body;

  EXPECT_EQ(post("/tokens", {{"user", "bot"}, {"name", "cron"}})->status, 409);
  EXPECT_EQ(post("/tokens", {{"user", "bto"}, {"name", "x"}})->status, 422);
  EXPECT_EQ(post("/tokens", {{"user", "bot"}})->status, 400);
  const std::string journal = get("/journal.ndjson")->body;
  EXPECT_THAT(journal, Not(HasSubstr(api.at("value").get<std::string>())));
  EXPECT_THAT(journal, HasSubstr("[secret API token cron"));
}

TEST_F(Served, ListsUsersAndTellsMachinesApart) {
  const json users = body(get("/users"));

  ASSERT_THAT(users, SizeIs(2));
  for (const json& user : users) EXPECT_EQ(user.at("machine"), user.at("name") == "bot") << user;
}

TEST_F(Served, SpeedHasItsLimits) {
  EXPECT_EQ(body(put("/speed", {{"speed", 1000}})).at("speed"), 1000);
  for (const json& wrong : {json(-1), json(1001), json("fast")})
    EXPECT_EQ(put("/speed", {{"speed", wrong}})->status, 400) << wrong;
}

TEST_F(Served, UnknownPathsAndMethodsAreExplained) {
  const auto unknown = get("/statsu");
  EXPECT_EQ(unknown->status, 404);
  EXPECT_THAT(body(unknown).at("error").at("hint").get<std::string>(), HasSubstr("/.understudy/v1/status"));
  const auto method = post("/status");
  EXPECT_EQ(method->status, 405);
  EXPECT_EQ(method->get_header_value("Allow"), "GET");
  EXPECT_EQ(post("/reset", {{"jurnal", "keep"}})->status, 400);
  EXPECT_EQ(client->Post(path("/reset"), control(), "{", "application/json")->status, 400);
  EXPECT_EQ(client->Get("/.understudy", control())->status, 404);
  EXPECT_EQ(service->journal().size(), 0U);
}

TEST_F(Served, TokensEndThoughTimeStandsStill) {
  const auto exchange = [&] {
    const auto answer = client->Post(
        "/oauth2/token",
        httplib::Params{{"client_id", "c"}, {"grant_type", "api_token"}, {"api_token", "a-token-of-the-world"}});
    return body(answer).at("access_token").get<std::string>();
  };
  const auto status_with = [&](const std::string& token) {
    return client->Get("/users/me", {{"Authorization", "Bearer " + token}})->status;
  };
  const auto why = [&] { return service->journal().entries(service->journal().size() - 1).back().auth.refused; };
  const std::string first = exchange();
  const std::string second = exchange();
  for (std::size_t i = 2; i < model::kMostGrants; ++i) exchange();
  EXPECT_EQ(status_with(first), 200);

  const std::string last = exchange();

  EXPECT_EQ(status_with(first), 401);
  EXPECT_EQ(why(), BearerRefusal::kExpired);
  EXPECT_EQ(status_with(second), 200);
  EXPECT_EQ(status_with(last), 200);
  for (int i = 0; i < 1024; ++i) status_with(last);  // then it is tidied up
  EXPECT_EQ(status_with(first), 401);
  EXPECT_EQ(why(), BearerRefusal::kUnknown) << "nothing of it is kept";
}

}  // namespace
}  // namespace understudy
