// A ledger that is replayed makes the same platform; so does one that was a document in between.

#include "mock_server/ledger.hpp"

#include <fmt/format.h>

#include <random>
#include <set>
#include <thread>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t kPlenty = std::size_t{64} << 20U;

World shipped(const std::string& name) {
  return World::from_node(parse_documents("extends: " + name, "test").at(0),
                          {{std::filesystem::path{SOURCE_DIR} / "fixtures/worlds"}});
}

/// Everything that can be seen, by following every resource that there is.
json all_of(const MockServer& server, const World& world) {
  json all = {{"activities", server.activities()}};
  const auto look = [&](const std::string& path) {
    const MockServer::Answer answer = server.inspect(path);
    all[path] = {answer.status, answer.body};
    return answer.body;
  };
  for (const char* path :
       {"/projects", "/organizations", "/teams", "/users/me", "/regions", "/plans", "/subscriptions"})
    look(path);
  for (const World::ProjectOutline& project : world.projects()) {
    const std::string base = "/projects/" + project.id;
    look(base);
    for (const char* part : {"/activities", "/variables", "/access", "/user-access", "/invitations", "/domains",
                             "/certificates", "/integrations", "/settings", "/environment-types", "/git/refs"})
      look(base + part);
    for (const json& environment : look(base + "/environments")) {
      const std::string at = base + "/environments/" + std::string{environment.value("id", "")};
      std::string encoded;
      for (const char c : at.substr(base.size() + 14)) encoded += c == '/' ? std::string{"%2F"} : std::string{c};
      for (const char* part : {"", "/variables", "/backups", "/deployments", "/domains", "/settings", "/activities"})
        look(base + "/environments/" + encoded + part);
    }
  }
  return all;
}

/// A client that does whatever comes to its mind.
class Wanderer {
public:
  Wanderer(MockServer& server, const World& world, std::uint64_t seed)
      : server_{server},
        world_{world},
        chance_{seed},
        own_activities_{fmt::format("/activities?of={}", seed)},
        client_{server.base_url()} {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    log_in();
  }

  void act() {
    const World::ProjectOutline& outline = projects_[draw(projects_.size())];
    const std::string base = "/projects/" + outline.id;
    const std::string environment = base + "/environments/" + outline.default_branch;
    const std::string name = fmt::format("V{}", draw(30));
    switch (draw(16)) {
      case 0:
        return log_in();
      case 1:
        return send("POST", base + "/variables", {{"name", name}, {"value", number()}, {"is_sensitive", draw(2) == 0}});
      case 2:
        return send("POST", environment + "/variables", {{"name", "env:" + name}, {"value", number()}});
      case 3:
        return send("PATCH", base + "/variables/" + name, {{"value", number()}});
      case 4:
        return send("DELETE", base + "/variables/" + name, {});
      case 5:
        return send("POST", environment + "/backup", {{"safe", draw(2) == 0}});
      case 6:
        return send("POST", environment + "/redeploy", {});
      case 7:
        return send("POST", environment + "/branch",
                    {{"name", "b" + number()}, {"title", "B"}, {"clone_parent", draw(2) == 0}});
      case 8:
        return send("GET", base + own_activities_, {});
      case 9:
        return cancel_something(base);
      case 10:
        return send("POST", base + "/invitations", {{"email", number() + "@example.com"}, {"role", "viewer"}});
      case 11:
        return send("GET",
                    "/oauth2/authorize?response_type=code&client_id=c&redirect_uri=http://127.0.0.1:1/&"
                    "code_challenge=abc&code_challenge_method=S256&state=" +
                        number(),
                    {});
      case 12:
        return send("POST", "/ssh_keys", {{"value", "no key"}});
      case 13:
        return send("POST", "/users/me/api-tokens", {{"name", number()}});
      case 14:
        return send("POST", base + "/certificates", {{"certificate", "x"}});
      default:
        return server_.advance(Milliseconds{draw(20) == 0 ? 3'600'000 * draw(30) : draw(100'000)});
    }
  }

  std::uint64_t draw(std::size_t n) { return chance_() % n; }

private:
  std::string number() { return std::to_string(draw(1'000'000)); }

  void log_in() {
    const std::vector<World::Token>& tokens = world_.tokens();
    const auto answer = client_.Post(
        "/oauth2/token",
        httplib::Params{{"grant_type", "api_token"}, {"client_id", "c"}, {"api_token", tokens[draw(2)].value}});
    if (answer->status == 200)
      bearer_ = {{"Authorization", "Bearer " + json::parse(answer->body).at("access_token").get<std::string>()}};
  }

  void send(const std::string& method, const std::string& path, const json& body) {
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.headers = bearer_;
    if (method != "GET") {
      request.set_header("Content-Type", "application/json");
      request.body = body.dump();
    }
    ASSERT_TRUE(client_.send(request)) << method << " " << path;
  }

  void cancel_something(const std::string& base) {
    const std::vector<json> all = server_.activities();
    if (all.empty()) return;
    const json& activity = all[draw(all.size())];
    send("POST", base + "/activities/" + activity.at("id").get<std::string>() + "/cancel", json::object());
  }

  MockServer& server_;
  const World& world_;
  std::vector<World::ProjectOutline> projects_ = world_.projects();
  std::mt19937_64 chance_;
  std::string own_activities_;  // what others were shown makes nobody wait
  httplib::Client client_;
  httplib::Headers bearer_;
};

class Replay : public ::testing::TestWithParam<const char*> {
protected:
  World world = shipped(GetParam());
};

TEST_P(Replay, MakesTheSamePlatform) {
  Ledger ledger{memory_store({world.text(), 7}, kPlenty)};
  json before;
  Time now;
  {
    MockServer server{{.world = world, .seed = 7, .ledger = &ledger}};
    Wanderer wanderer{server, world, 11};
    for (int i = 0; i < 400; ++i) wanderer.act();
    before = all_of(server, world);
    now = server.now();
  }

  const MockServer again{{.world = world, .seed = 7, .ledger = &ledger}};

  EXPECT_EQ(again.now(), now);
  EXPECT_GT(before["activities"].size(), 20U);
  EXPECT_EQ(all_of(again, world), before);
}

TEST_P(Replay, GoesOnAfterEachRestartAsIfThereHadBeenNone) {
  const auto after = [&](bool with_restarts) {
    Ledger ledger{memory_store({world.text(), 7}, kPlenty)};
    std::mt19937_64 chance{5};
    json all;
    std::optional<MockServer> server;
    for (int part = 0; part < 6; ++part) {
      if (part == 0 || with_restarts) {
        server.reset();
        server.emplace(MockServerOptions{.world = world, .seed = 7, .ledger = &ledger});
      }
      Wanderer wanderer{*server, world, chance()};
      for (int i = 0; i < 60; ++i) wanderer.act();
      all = all_of(*server, world);
    }
    return all;
  };

  EXPECT_EQ(after(true), after(false));
}

TEST_P(Replay, TakesTheWorldAndTheEntriesFromASnapshot) {
  Ledger ledger{memory_store({world.text(), 7}, kPlenty)};
  MockServer server{{.world = world, .seed = 7, .ledger = &ledger}};
  Wanderer wanderer{server, world, 3};
  for (int i = 0; i < 200; ++i) wanderer.act();
  server.advance(Milliseconds{90'000});

  const std::string document = ledger.snapshot(server.now()).dump();

  const Snapshot read = read_snapshot(json::parse(document));
  std::unique_ptr<LedgerStore> store = memory_store(read.head, kPlenty);
  store->commit(read.entries, read.now);
  Ledger copied{std::move(store)};
  const World world_again = World::from_text(read.head.world, "snapshot");
  const MockServer again{{.world = world_again, .seed = read.head.seed, .ledger = &copied}};
  EXPECT_EQ(again.now(), server.now());
  EXPECT_EQ(all_of(again, world_again), all_of(server, world));
}

INSTANTIATE_TEST_SUITE_P(Worlds, Replay, ::testing::Values("demo", "company", "nightly"),
                         [](const auto& row) { return std::string{row.param}; });

TEST(WorldText, IsTheSameWorldAgain) {
  for (const char* name : {"automated", "busy", "company", "demo", "guide", "nightly", "shop"}) {
    SCOPED_TRACE(name);
    const World world = shipped(name);

    const World again = World::from_text(world.text(), "text");

    EXPECT_EQ(again.text(), world.text());
    EXPECT_EQ(again.describe(), world.describe());
    EXPECT_EQ(MockServer({.world = again}).activities(), MockServer({.world = world}).activities());
    const MockServer one{{.world = world}};
    const MockServer other{{.world = again}};
    EXPECT_EQ(all_of(other, again), all_of(one, world));
  }
}

TEST(WorldText, KeepsWhatYamlWouldReadOtherwise) {
  const std::string title = "a \"b\" \\ \x01 \x7f \xc2\x85 \xe2\x80\xa8 \xef\xbb\xbf \xf0\x9f\x98\x80: - # 012\ttab";
  const Node node = Node::map({}, {{"description", {}, Node::scalar({}, title, true)}});
  const World world = World::from_node(node, {});

  const std::string text = world.text();

  EXPECT_EQ(parse_documents(text, "text").at(0).find("description")->text(), title);
  EXPECT_EQ(World::from_text(text, "text").text(), text);
}

/// A store that can be told to fail, and that shows what is in it.
class Flaky final : public LedgerStore {
public:
  explicit Flaky(bool& fails, std::vector<std::string>& kept) : fails_{fails}, kept_{kept} {}
  [[nodiscard]] const LedgerHead& head() const override { return head_; }
  [[nodiscard]] std::optional<Time> mark() const override { return mark_; }
  void read(const std::function<void(LedgerEntry)>& take) override {
    for (const LedgerEntry& entry : entries_) take(entry);
  }
  void commit(std::span<const LedgerEntry> entries, std::optional<Time> mark) override {
    if (fails_) throw LedgerFailure{"the disk is full"};
    if (mark) mark_ = mark;
    for (const LedgerEntry& entry : entries) {
      kept_.push_back(entry.method + " " + entry.path);
      entries_.push_back(entry);
    }
  }

private:
  bool& fails_;
  std::vector<std::string>& kept_;
  LedgerHead head_{};
  std::optional<Time> mark_;
  std::vector<LedgerEntry> entries_;
};

struct Kept : Server {
  void start_kept() {
    world = world_from(kSmallWorld);
    ledger.emplace(std::make_unique<Flaky>(fails, kept));
    server.emplace(MockServerOptions{.world = world, .ledger = &*ledger});
    client.emplace(server->base_url());
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
  }
  ~Kept() override { server.reset(); }

  bool fails = false;
  std::vector<std::string> kept;
  std::optional<Ledger> ledger;
};

TEST_F(Kept, AreRequestsThatMayChangeSomethingAndNoOthers) {
  start_kept();
  log_in("alice");
  get("/me");
  get(kMain);
  post(kMain + "/variables", {{"name", "A"}, {"value", "1"}});
  post(kMain + "/variables", {{"name", "A"}, {"value", "1"}});  // refused, and who knows
  post("/nowhere");
  bearer = {{"Authorization", "Bearer nobody"}};
  post(kMain + "/variables", {{"name", "B"}, {"value", "1"}});

  EXPECT_THAT(kept, ElementsAre("POST /oauth2/token", "POST " + kMain + "/variables", "POST " + kMain + "/variables"));
}

TEST_F(Kept, IsAQuestionThatIssuesSomething) {
  world = world_from(kSmallWorld);
  start_kept();
  server.reset();
  kept.clear();
  world = world_from(std::string{kSmallWorld} + "auth: {login: alice}\n");
  server.emplace(MockServerOptions{.world = world, .ledger = &*ledger});
  client.emplace(server->base_url());

  const auto answer = client->Get(
      "/oauth2/authorize?response_type=code&client_id=c&redirect_uri=http://127.0.0.1:1/&"
      "code_challenge=abc&code_challenge_method=S256&state=s");

  EXPECT_THAT(answer->get_header_value("Location"), HasSubstr("code="));
  EXPECT_THAT(kept, ElementsAre("GET /oauth2/authorize"));
  EXPECT_EQ(server->inspect("/oauth2/authorize?response_type=code").status, 405) << "it would not be kept";
}

TEST_F(Kept, NothingIsAcknowledgedThatIsNotSafe) {
  start_kept();
  log_in("alice");
  fails = true;

  const auto refused = post(kMain + "/variables", {{"name", "A"}, {"value", "1"}});
  EXPECT_EQ(refused->status, 503);
  EXPECT_THAT(refused->body, HasSubstr("Service Unavailable"));
  EXPECT_THAT(refused->body, HasSubstr("the disk is full"));
  EXPECT_EQ(get(kMain + "/variables")->status, 503) << "it would show what is not safe";

  fails = false;
  EXPECT_EQ(get(kMain + "/variables")->status, 200);
  EXPECT_THAT(kept, SizeIs(2)) << "it is safe now";
  EXPECT_EQ(post(kMain + "/variables", {{"name", "A"}, {"value", "1"}})->status, 409) << "there it is";
}

TEST_F(Kept, TimeIsSafeBeforeItIsShown) {
  start_kept();
  log_in("alice");
  server->advance(Milliseconds{60'000});
  EXPECT_EQ(ledger->mark(), server->now());

  ledger->set_lease(Milliseconds{300'000});
  server->advance(Milliseconds{60'000});
  const Time ahead = server->now() + Milliseconds{300'000};
  EXPECT_EQ(ledger->mark(), ahead);
  server->advance(Milliseconds{60'000});
  EXPECT_EQ(ledger->mark(), ahead) << "it is far enough ahead still";

  const Time now = server->now();
  server.reset();
  EXPECT_EQ(ledger->mark(), now) << "who ends in order leaves no gap";
}

TEST_F(Kept, AWorldThatIsAnotherIsNoticedAtItsFirstTrace) {
  start_kept();
  log_in("alice");
  post(kMain + "/variables", {{"name", "A"}, {"value", "1"}});
  server.reset();
  world = world_from(R"(
users: {alice: {}}
projects: {p1: {owner: alice, environments: {main: {variables: {A: there already}}}}}
)");

  try {
    server.emplace(MockServerOptions{.world = world, .ledger = &*ledger});
    FAIL() << "nobody noticed";
  } catch (const LedgerMismatch& mismatch) {
    EXPECT_THAT(mismatch.what(), HasSubstr("entry 2 (POST " + kMain + "/variables at "));
    EXPECT_THAT(mismatch.what(), HasSubstr("was answered with 201, and now with 409"));
  }
}

TEST(MemoryStore, KeepsNothingRatherThanAPart) {
  Ledger ledger{memory_store({}, 1U << 20U)};
  for (int i = 0; i < 3; ++i) ledger.put({.body = std::string(400'000, 'x')});

  EXPECT_THROW(
      {
        try {
          (void)ledger.snapshot({});
        } catch (const LedgerFailure& failure) {
          EXPECT_THAT(failure.what(), HasSubstr("more has been changed than 1 MiB in memory hold"));
          throw;
        }
      },
      LedgerFailure);
}

/// Writes are slow, so that many wait.
class Slow final : public LedgerStore {
public:
  [[nodiscard]] const LedgerHead& head() const override { return head_; }
  [[nodiscard]] std::optional<Time> mark() const override { return {}; }
  void read(const std::function<void(LedgerEntry)>& /*take*/) override {}
  void commit(std::span<const LedgerEntry> entries, std::optional<Time> /*mark*/) override {
    ++commits;
    std::unique_lock lock{mutex};
    open.wait(lock, [&] { return gate; });
    for (const LedgerEntry& entry : entries) order.push_back(entry.body);
  }

  std::mutex mutex;
  std::condition_variable open;
  bool gate = false;
  std::atomic<int> commits = 0;
  std::vector<std::string> order;

private:
  LedgerHead head_{};
};

TEST(Ledger, WritesAtOnceWhatWaitsAtOnce) {
  auto owned = std::make_unique<Slow>();
  Slow& store = *owned;
  Ledger ledger{std::move(owned)};
  std::vector<std::thread> threads;
  const auto put_and_wait = [&](const std::string& body) {
    ledger.put({.body = body});
    const Ledger::Ticket ticket = ledger.showing(Time::min());
    threads.emplace_back([&ledger, ticket] { ledger.wait(ticket); });
  };
  put_and_wait("0");
  while (store.commits == 0) std::this_thread::yield();
  for (int i = 1; i < 20; ++i) put_and_wait(std::to_string(i));
  {
    const std::scoped_lock lock{store.mutex};
    store.gate = true;
  }
  store.open.notify_all();
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(store.commits, 2);
  ASSERT_THAT(store.order, SizeIs(20));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(store.order[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(Snapshot, KeepsBytesThatAreNoText) {
  const LedgerEntry entry{.at = *parse_time("2026-03-01T03:00:00.125Z"),
                          .events = 3,
                          .draws = 1ULL << 60U,
                          .method = "POST",
                          .path = "/a%20b",
                          .query = "q=\xff",
                          .headers = {{"X", "\xfe"}, {"X", "two"}},
                          .body = std::string{"\0\x80", 2},
                          .status = 201,
                          .answer = 0xfedcba9876543210U};

  const Snapshot read = read_snapshot(json::parse(to_json(Snapshot{{"w", 5}, entry.at, {entry}}).dump()));

  EXPECT_EQ(read.head.seed, 5U);
  EXPECT_EQ(to_json(read.entries.at(0)), to_json(entry));
  EXPECT_EQ(read.entries.at(0).body, entry.body);
  EXPECT_EQ(read.entries.at(0).headers.at(0).value, "\xfe");
}

TEST(Snapshot, SaysWhatIsWrongWhere) {
  const auto problem = [](const std::string& change, const json& value) {
    json document = to_json(Snapshot{{"w", 5}, {}, {LedgerEntry{.method = "GET"}}});
    document[json::json_pointer{change}] = value;
    try {
      (void)read_snapshot(document);
    } catch (const std::invalid_argument& invalid) {
      return std::string{invalid.what()};
    }
    return std::string{"nothing"};
  };

  EXPECT_EQ(problem("/format", 2), "format is 2, and this version reads 1");
  EXPECT_EQ(problem("/now", "soon"), "now is not a time");
  EXPECT_EQ(problem("/entries/0/at", 5), "entries[0].at is not a text");
  EXPECT_EQ(problem("/entries/0/answer", "xyz"), "entries[0].answer is not a hash of 16 hex digits");
  EXPECT_EQ(problem("/entries/0/headers/0", json::array({"one"})),
            "entries[0].headers[0] is not a pair of name and value");
  EXPECT_EQ(problem("/entries/0/body", json::object()), "entries[0].body.base64 is missing");
}

}  // namespace
}  // namespace understudy
