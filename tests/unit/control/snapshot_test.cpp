// A platform that is taken down and brought back: by a snapshot, and by whatever it is kept in.

#include <thread>

#include "mock_server/ledger.hpp"
#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// In memory, and there after the service is gone: what it hands out shares what was kept.
class Kept final : public Archive {
public:
  explicit Kept(std::vector<Snapshot>& snapshots) : snapshots_{snapshots} {}

  std::unique_ptr<LedgerStore> open(const LedgerHead& head) override {
    if (snapshots_.empty()) snapshots_.push_back({.head = head, .now = Time::min()});
    return std::make_unique<Store>(snapshots_, snapshots_.size() - 1);
  }
  std::unique_ptr<LedgerStore> replace(const Snapshot& snapshot) override {
    if (fails) throw std::runtime_error{"no room"};
    snapshots_.push_back(snapshot);
    return std::make_unique<Store>(snapshots_, snapshots_.size() - 1);
  }

  bool fails = false;

private:
  class Store final : public LedgerStore {
  public:
    Store(std::vector<Snapshot>& all, std::size_t which) : all_{all}, which_{which}, head_{all[which].head} {}
    [[nodiscard]] const LedgerHead& head() const override { return head_; }
    [[nodiscard]] std::optional<Time> mark() const override { return all_[which_].now; }
    void read(const std::function<void(LedgerEntry)>& take) override {
      for (const LedgerEntry& entry : all_[which_].entries) take(entry);
    }
    void commit(std::span<const LedgerEntry> entries, std::optional<Time> mark) override {
      Snapshot& mine = all_[which_];
      if (mark) mine.now = *mark;
      mine.entries.insert(mine.entries.end(), entries.begin(), entries.end());
    }

  private:
    std::vector<Snapshot>& all_;
    std::size_t which_;
    LedgerHead head_;
  };

  std::vector<Snapshot>& snapshots_;
};

struct Snapshots : Served {
  ~Snapshots() override { service.reset(); }  // it uses what is below to its end

  int set(const std::string& name) {
    return client
        ->Post("/projects/p1/variables", alice(), json{{"name", name}, {"value", "1"}}.dump(), "application/json")
        ->status;
  }
  std::vector<std::string> variables() {
    std::vector<std::string> names;
    for (const json& variable : body(ask("/projects/p1/variables"))) names.push_back(variable.at("name"));
    return names;
  }
  void start_kept(std::string_view yaml = kSmallWorld, double speed = 0) {
    ServiceOptions kept = options(yaml);
    kept.archive = archive;
    kept.speed = speed;
    service.reset();
    start(std::move(kept));
  }

  std::vector<Snapshot> snapshots;
  std::shared_ptr<Kept> archive = std::make_shared<Kept>(snapshots);
};

TEST_F(Snapshots, BringThePlatformBack) {
  EXPECT_EQ(set("A"), 201);
  const std::string backup = begin_backup();
  post("/advance", {{"by", "2m"}});
  const json snapshot = body(get("/snapshot"));
  EXPECT_EQ(snapshot.at("now"), "2026-03-01T03:02:00.000000+00:00");
  EXPECT_EQ(set("B"), 201);
  post("/advance", {{"by", "1h"}});

  const auto loaded = post("/load", {{"snapshot", snapshot}});

  ASSERT_EQ(loaded->status, 200) << loaded->body;
  EXPECT_EQ(body(loaded).at("world"), "(snapshot)");
  EXPECT_EQ(body(loaded).at("now"), "2026-03-01T03:02:00.000000+00:00");
  EXPECT_THAT(variables(), ElementsAre("A")) << "and the token that was issued before is good";
  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "in_progress");
  EXPECT_EQ(set("C"), 201);
  EXPECT_THAT(body(get("/snapshot")).at("entries"), SizeIs(snapshot.at("entries").size() + 1));
}

TEST_F(Snapshots, MayBeLongerThanOtherBodies) {
  client->set_read_timeout(60);
  const std::string large(3'000'000, 'x');
  for (const char* const name : {"A", "B"})
    ASSERT_EQ(
        client
            ->Post("/projects/p1/variables", alice(), json{{"name", name}, {"value", large}}.dump(), "application/json")
            ->status,
        201);
  const std::string document = json{{"snapshot", body(get("/snapshot"))}}.dump();
  ASSERT_GT(document.size(), std::size_t{4} << 20U);

  EXPECT_EQ(client->Post(path("/load"), control(), document, "application/json")->status, 200);
  EXPECT_THAT(variables(), ElementsAre("A", "B"));

  client->set_keep_alive(false);
  const auto refused = [&](const std::string& at, const httplib::Headers& headers) {
    const auto answer = client->Post(at, headers, document, "application/json");
    return !answer || answer->status == 413;  // it need not read what it does not want
  };
  EXPECT_TRUE(refused(path("/load"), {})) << "of somebody without the token";
  EXPECT_TRUE(refused(path("/faults"), control()));
  EXPECT_TRUE(refused("/projects/p1/variables", alice()));
}

TEST_F(Snapshots, ThatDoNotFitChangeNothing) {
  EXPECT_EQ(set("A"), 201);
  json snapshot = body(get("/snapshot"));
  const auto problem = [&](const json& document) {
    const auto answer = post("/load", {{"snapshot", document}});
    EXPECT_EQ(answer->status, 422) << answer->body;
    return body(answer).at("error").at("message").get<std::string>();
  };
  json other = snapshot;
  other["entries"].back()["status"] = 404;
  EXPECT_THAT(problem(other), HasSubstr("snapshot: entry 2 (POST /projects/p1/variables at "));
  other = snapshot;
  other["seed"] = 5;
  EXPECT_THAT(problem(other), HasSubstr("snapshot: entry 1 "));
  other = snapshot;
  other["world"] = "users: 5";
  EXPECT_THAT(problem(other), HasSubstr("expected a map"));
  other = snapshot;
  other["entries"][0].erase("at");
  EXPECT_EQ(problem(other), "snapshot: entries[0].at is missing");
  EXPECT_EQ(problem(5), "snapshot: format is missing");

  EXPECT_THAT(variables(), ElementsAre("A"));
  EXPECT_EQ(body(get("/snapshot")), snapshot);
}

TEST_F(Snapshots, ARestartGoesOnWithWhatIsKept) {
  start_kept();
  EXPECT_EQ(set("A"), 201);
  const json token = body(post("/tokens", {{"user", "bot"}, {"name", "issued"}}));
  post("/advance", {{"by", "5m"}});

  start_kept();

  EXPECT_EQ(status().at("now"), "2026-03-01T03:05:00.000000+00:00");
  EXPECT_THAT(variables(), ElementsAre("A"));
  const auto exchanged =
      client->Post("/oauth2/token",
                   httplib::Params{{"grant_type", "api_token"}, {"client_id", "c"}, {"api_token", token.at("value")}});
  EXPECT_EQ(exchanged->status, 200) << "a token of the control API is as good as before";
  EXPECT_EQ(post("/tokens", {{"user", "bot"}, {"name", "issued"}})->status, 409);
}

TEST_F(Snapshots, ResetAndLoadBeginAnewAndNothingIsLost) {
  start_kept();
  EXPECT_EQ(set("A"), 201);
  const std::size_t entries = snapshots.at(0).entries.size();

  EXPECT_EQ(post("/reset")->status, 200);
  EXPECT_EQ(post("/load", {{"world", "demo"}})->status, 200);

  ASSERT_THAT(snapshots, SizeIs(3));
  EXPECT_THAT(snapshots[0].entries, SizeIs(entries));
  EXPECT_THAT(snapshots[1].entries, IsEmpty());
  EXPECT_EQ(snapshots[1].head.world, snapshots[0].head.world);
  EXPECT_NE(snapshots[2].head.world, snapshots[0].head.world);
}

TEST_F(Snapshots, WhatCannotBeKeptDoesNotBeginAnew) {
  start_kept();
  EXPECT_EQ(set("A"), 201);
  archive->fails = true;

  EXPECT_EQ(post("/reset")->status, 503);

  EXPECT_THAT(variables(), ElementsAre("A"));
  EXPECT_EQ(set("B"), 201);
  EXPECT_THAT(snapshots, SizeIs(1));
}

TEST_F(Snapshots, WhoeverWaitsIsLetGoAlsoIfItCannotBeKept) {
  start_kept();
  post("/faults", {{"on", "GET /projects/p1"}, {"delay", "1h"}});
  const httplib::Headers headers = alice();
  bool answered = false;
  std::thread waiting{[&] {
    httplib::Client other{service->base_url()};
    other.set_read_timeout(20);
    answered = static_cast<bool>(other.Get("/projects/p1", headers));
  }};
  ASSERT_TRUE(service->journal().wait_for([](const Exchange& entry) { return entry.path == "/projects/p1"; },
                                          std::chrono::seconds{30}));
  archive->fails = true;

  EXPECT_EQ(post("/reset")->status, 503);

  waiting.join();
  EXPECT_TRUE(answered) << "time stands still: nothing else lets it go";
}

TEST_F(Snapshots, TimeThatGoesOnByItselfIsWrittenDownAhead) {
  start_kept(kSmallWorld, 60);

  const Time shown = *parse_time(status().at("now").get<std::string>());

  EXPECT_GE(snapshots.at(0).now, shown);
  EXPECT_LE(snapshots.at(0).now, shown + std::chrono::minutes{5});
  const Time before = snapshots.at(0).now;
  status();
  EXPECT_EQ(snapshots.at(0).now, before) << "not with each answer";
}

class HandedOut : public Served {
protected:
  void SetUp() override {
    auto wanted = options();
    wanted.token_is_gone = [this](const World& world) { told_.push_back(world.tokens().front().name); };
    start(std::move(wanted));
    service->hand_out({.name = "ci", .user = "alice", .value = "a-token-of-the-world"});
  }
  json load(const std::string& yaml) { return body(post("/load", {{"yaml", yaml}})); }
  /// Status of an exchange of the token, and of a request with what came of it.
  int logs_in() {
    const auto answer = client->Post(
        "/oauth2/token",
        httplib::Params{{"client_id", "c"}, {"grant_type", "api_token"}, {"api_token", "a-token-of-the-world"}});
    if (answer->status != 200) return answer->status;
    const std::string bearer = body(answer).at("access_token");
    return client->Get("/users/me", {{"Authorization", "Bearer " + bearer}})->status;
  }

  static constexpr const char* kOtherTokens =
      "users: {alice: {first_name: A, last_name: L, email: a@example.com}}\n"
      "tokens: {ci: {user: alice, value: another-token-of-hers}}\n";
  static constexpr const char* kOtherPeople =
      "users: {bob: {first_name: B, last_name: B, email: b@example.com}}\n"
      "tokens: {bobs: {user: bob, value: a-token-of-bobs}}\n";
  std::vector<std::string> told_;
};

TEST_F(HandedOut, ATokenIsGoodInAnotherWorldOfItsUser) {
  const json answer = load(kOtherTokens);

  EXPECT_EQ(logs_in(), 200);
  EXPECT_FALSE(answer.contains("remarks"));
  EXPECT_THAT(told_, testing::IsEmpty());
  EXPECT_THAT(body(get("/snapshot")).at("entries"), testing::SizeIs(2)) << "kept like a token that was asked for";
  post("/reset");
  EXPECT_EQ(logs_in(), 200);
  EXPECT_EQ(post("/load", {{"snapshot", body(get("/snapshot"))}})->status, 200);
  EXPECT_EQ(logs_in(), 200);
}

class UsableToken : public Served {
protected:
  using Tokens = std::vector<World::Token>;
  const World::Token ci_{.name = "ci", .user = "alice", .value = "a-token-of-the-world"};
  const World::Token bobs_{.name = "bobs", .user = "bob", .value = "a-token-of-bobs"};

  static constexpr const char* kTokens = "/users/me/api-tokens";
  json tokens_of_alice() { return body(ask(kTokens)); }
  void revoke(const std::string& name) {
    for (const json& token : tokens_of_alice()) {
      if (token.at("name") != name) continue;
      const std::string path = std::string{kTokens} + "/" + token.at("id").get<std::string>();
      ASSERT_LT(client->Delete(path, alice())->status, 300);
    }
  }
  int exchange_of(const std::string& token) {
    const httplib::Params form{{"client_id", "c"}, {"grant_type", "api_token"}, {"api_token", token}};
    return client->Post("/oauth2/token", form)->status;
  }
};

TEST_F(UsableToken, IsTheOneThatIsWantedWhileItIsGood) {
  EXPECT_EQ(service->usable_token(Tokens{ci_, bobs_}).value().value, ci_.value);
  EXPECT_THAT(tokens_of_alice(), SizeIs(1)) << "nothing was issued";
}

TEST_F(UsableToken, IsAnotherOneOfItsUserAfterItWasRevoked) {
  revoke("ci");
  ASSERT_EQ(exchange_of(ci_.value), 400);

  const World::Token other = service->usable_token(Tokens{ci_}).value();

  EXPECT_EQ(other.name, "ci 2");
  EXPECT_EQ(other.user, "alice");
  EXPECT_EQ(exchange_of(other.value), 200);
  EXPECT_EQ(service->usable_token(Tokens{ci_}).value().value, other.value) << "one is enough";
  revoke("ci 2");
  EXPECT_EQ(service->usable_token(Tokens{ci_}).value().name, "ci 3");
}

TEST_F(UsableToken, IsSomebodyElsesWhereItsUserIsNotThere) {
  EXPECT_EQ(service->usable_token(Tokens{bobs_, ci_}).value().value, ci_.value);
  EXPECT_FALSE(service->usable_token(Tokens{bobs_}).has_value());
}

TEST_F(UsableToken, IsIssuedWhereItIsNotThere) {
  const World::Token lost{.name = "lost", .user = "alice", .value = "a-token-of-another-world"};

  EXPECT_EQ(service->usable_token(Tokens{lost}).value().value, lost.value);

  EXPECT_EQ(exchange_of(lost.value), 200);
}

TEST_F(HandedOut, ATokenOfSomebodyWhoIsNotThereIsSaidToBeGone) {
  const json answer = load(kOtherPeople);

  EXPECT_EQ(logs_in(), 400);
  EXPECT_THAT(answer.at("remarks").at(0).get<std::string>(), HasSubstr("The API token \"ci\""));
  EXPECT_THAT(told_, ElementsAre("bobs"));

  service->hand_out({.name = "bobs", .user = "bob", .value = "a-token-of-bobs"});
  load(kOtherPeople);
  EXPECT_THAT(told_, ElementsAre("bobs")) << "the latest is there";
  EXPECT_FALSE(load(std::string{kSmallWorld}).at("remarks").empty()) << "bob's is not";
  EXPECT_EQ(logs_in(), 200);
}

}  // namespace
}  // namespace understudy
