// The journal where it is bounded, and as the control API shows it.

#include <fmt/format.h>
#include <malloc.h>

#include <fstream>
#include <future>
#include <map>

#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Exchange answered(std::string body) {
  Exchange exchange;
  exchange.answered_at = Time{Milliseconds{1}};
  exchange.response_body = std::move(body);
  return exchange;
}

std::vector<std::uint64_t> numbers_of(const Journal& journal, std::size_t from = 0) {
  std::vector<std::uint64_t> numbers;
  for (const Exchange& exchange : journal.entries(from)) numbers.push_back(exchange.number);
  return numbers;
}

TEST(Journal, ForgetsTheOldestThatHaveBeenAnswered) {
  Journal journal;
  journal.limit_bytes(5000);
  journal.begin({});  // nobody answers it
  for (int i = 0; i < 4; ++i) journal.begin(answered(std::string(1500, 'x')));

  EXPECT_THAT(numbers_of(journal), ElementsAre(1, 5));
  EXPECT_LE(journal.extent().bytes, 5000U);
  EXPECT_EQ(journal.extent().first, 1U);
  EXPECT_EQ(journal.size(), 5U) << "those that are gone count";
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they have a malloc of their own
TEST(Journal, CountsWhatItTakes) {
  const std::size_t before = ::mallinfo2().uordblks;
  Journal journal;
  journal.limit_bytes(std::size_t{16} << 20U);  // what malloc keeps for each thread, free or not, is little beside it
  for (int i = 0; i < 40'000; ++i) {
    Exchange exchange = answered(std::string(static_cast<std::size_t>(i % 1000), 'x'));
    exchange.path = "/projects/abcdef1234567/environments/main";
    exchange.user = "somebody with a long name";
    exchange.request_headers = {{"Authorization", std::string(40, 't')}, {"Accept", "application/json"}};
    journal.begin(std::move(exchange));
  }

  const auto taken = static_cast<double>(::mallinfo2().uordblks - before);
  EXPECT_LE(journal.extent().bytes, journal.extent().limit);
  EXPECT_NEAR(static_cast<double>(journal.extent().bytes) / taken, 1, 0.05);
}
#endif

TEST(Journal, IndicesStayWhatTheyAre) {
  Journal journal;
  journal.limit_bytes(5000);
  const std::size_t early = journal.begin({});
  for (int i = 0; i < 4; ++i) journal.begin(answered(std::string(1500, 'x')));
  const std::size_t late = journal.size();
  journal.begin(answered("late"));

  journal.change(early, [](Exchange& exchange) { exchange.note = "early"; });
  journal.change(2, [](Exchange&) { FAIL() << "it is gone"; });

  EXPECT_EQ(journal.entries().front().note, "early");
  EXPECT_THAT(numbers_of(journal, late), ElementsAre(6));
  EXPECT_THAT(numbers_of(journal, 1), Not(testing::Contains(1)));
  EXPECT_THAT(numbers_of(journal, 99), IsEmpty());
}

TEST(Journal, OneThatIsTooLargeStaysUntilTheNextComes) {
  Journal journal;
  journal.limit_bytes(100);
  journal.begin(answered(std::string(1000, 'x')));
  EXPECT_THAT(numbers_of(journal), ElementsAre(1));
  journal.begin(answered("y"));
  EXPECT_THAT(numbers_of(journal), ElementsAre(2));
}

TEST(Journal, NewsAreWhatCameAndWhatChanged) {
  Journal journal;
  journal.begin({});
  journal.begin(answered("two"));
  const std::uint64_t cursor = journal.extent().changes;
  journal.change(0, [](Exchange& exchange) { exchange.status = 200; });
  journal.begin(answered("three"));

  const Journal::News news = journal.news(2, cursor, 10, Milliseconds{0});

  ASSERT_THAT(news.entries, SizeIs(2));
  EXPECT_EQ(news.entries[0].number, 1U);
  EXPECT_EQ(news.entries[1].number, 3U);
  EXPECT_THAT(journal.news(3, news.changes, 10, Milliseconds{0}).entries, IsEmpty());
}

TEST(Journal, WhoWaitsForNewsIsToldAtOnce) {
  Journal journal;
  auto waiting =
      std::async(std::launch::async, [&] { return journal.news(0, std::nullopt, 10, Milliseconds{60'000}); });
  journal.begin({});
  EXPECT_THAT(waiting.get().entries, SizeIs(1));

  waiting = std::async(std::launch::async, [&] { return journal.news(1, std::nullopt, 10, Milliseconds{60'000}); });
  journal.interrupt();
  EXPECT_THAT(waiting.get().entries, IsEmpty());
}

TEST_F(Served, ListsRequests) {
  ask("/projects/p1?x=1");
  ask("/nowhere");

  const json journal = body(get("/journal"));

  EXPECT_EQ(journal.at("first"), 1);
  EXPECT_EQ(journal.at("last"), 2);
  const json& entry = journal.at("entries").at(0);
  EXPECT_EQ(entry.at("method"), "GET");
  EXPECT_EQ(entry.at("path"), "/projects/p1");
  EXPECT_EQ(entry.at("query"), "x=1");
  EXPECT_EQ(entry.at("status"), 200);
  EXPECT_EQ(entry.at("user"), "alice");
  EXPECT_EQ(entry.at("route"), "/projects/{project}");
  EXPECT_EQ(entry.at("at"), "2026-03-01T03:00:00.000000+00:00");
  EXPECT_THAT(entry.at("wall").get<std::string>(), HasSubstr("2026-11-30T12:0"));
  EXPECT_EQ(entry.at("auth").at("role_needed"), "viewer");
  EXPECT_TRUE(entry.at("answered").get<bool>());
  EXPECT_FALSE(journal.at("entries").at(1).at("answered").get<bool>());
  EXPECT_THAT(body(get("/journal?after=1")).at("entries"), SizeIs(1));
  EXPECT_THAT(body(get("/journal?limit=1")).at("entries"), SizeIs(1));
  EXPECT_THAT(body(get("/journal?after=99&wait=30")).at("entries"), SizeIs(0)) << "of another server's life";
  EXPECT_EQ(get("/journal?after=x")->status, 400);
  EXPECT_EQ(get("/journal?wait=3600")->status, 400);
}

TEST_F(Served, ALongPollAnswersWhenSomethingComes) {
  httplib::Client other{service->base_url()};
  other.set_read_timeout(60);
  auto waiting = std::async(std::launch::async, [&] { return other.Get(path("/journal?after=0&wait=30"), control()); });

  ask("/projects/p1");

  EXPECT_THAT(body(waiting.get()).at("entries"), SizeIs(1));
}

TEST_F(Served, AnEndOfTheServerEndsALongPoll) {
  httplib::Client other{service->base_url()};
  other.set_read_timeout(60);
  ask("/projects/p1");
  auto waiting = std::async(std::launch::async, [&] { return other.Get(path("/journal?after=1&wait=30"), control()); });

  service.reset();  // returns, though somebody waits

  waiting.get();
}

TEST_F(Served, ShowsARequestAsItWasButForSecrets) {
  const auto answer = client->Post(
      "/projects/p1/environments/main/variables", alice(),
      json{{"name", "env:PASS"}, {"value", "hunter2-is-taken"}, {"is_sensitive", true}}.dump(), "application/json");
  ASSERT_EQ(answer->status, 201) << answer->body;

  const json shown = body(get("/journal/1"));

  EXPECT_THAT(shown.at("request_body").get<std::string>(), HasSubstr("[secret variable env:PASS"));
  EXPECT_THAT(shown.at("request_headers").dump(), HasSubstr("Bearer [secret access token 1"));
  EXPECT_THAT(shown.dump(), Not(HasSubstr("hunter2-is-taken")));
  EXPECT_THAT(shown.at("curl").get<std::string>(), HasSubstr("-H \"Authorization: Bearer $TOKEN\""));
  EXPECT_THAT(shown.at("curl").get<std::string>(),
              HasSubstr("'" + service->base_url() + "/projects/p1/environments/main/variables'"));
  EXPECT_EQ(shown.at("step"),
            "- run: webpaas COMMAND\n  requests:\n  - \"POST /projects/p1/environments/main/variables\": "
            "{\"json\":{\"is_sensitive\":true,\"name\":\"env:PASS\",\"value\":\"#string\"},\"status\":201,"
            "\"user\":\"alice\"}\n");
  EXPECT_EQ(get("/journal/2")->status, 404);
  EXPECT_EQ(get("/journal/one")->status, 404);
}

TEST_F(Served, CurlSaysWhatWasSaidButNotWhatWasAboutTheConnection) {
  client->Get("/projects/p1",
              {{"X-Mine", "yes"}, {"Keep-Alive", "timeout=5"}, {"Proxy-Authorization", "Basic of-a-proxy"}});

  const std::string curl = body(get("/journal/1")).at("curl").get<std::string>();

  EXPECT_THAT(curl, HasSubstr("-H 'X-Mine: yes'"));
  EXPECT_THAT(curl, AllOf(Not(HasSubstr("timeout=5")), Not(HasSubstr("of-a-proxy"))));
}

TEST_F(Served, ACredentialThatNobodyKnowsIsNotShown) {
  client->Get("/projects/p1", {{"Authorization", "Bearer of-somebody-elses-platform"}});

  const std::string shown = get("/journal/1")->body;

  EXPECT_THAT(shown, Not(HasSubstr("of-somebody-elses-platform")));
  EXPECT_THAT(shown, HasSubstr("Bearer [unknown]"));
}

TEST_F(Served, NorIsOneOfAnotherKind) {
  const std::map<std::string, std::string> credentials{{"Authorization", "Basic b2Ytc29tZWJvZHk6ZWxzZQ=="},
                                                       {"Proxy-Authorization", "of-somebody-without-a-scheme"},
                                                       {"Cookie", "session=of-somebody-elses; theme=dark"}};
  for (const auto& [name, value] : credentials) client->Get("/projects/p1", {{name, value}});

  const json basic = body(get("/journal/1"));
  EXPECT_THAT(basic.at("request_headers").dump(), HasSubstr("Basic [unknown]"));
  EXPECT_THAT(basic.at("curl").get<std::string>(), HasSubstr("-H 'Authorization: Basic [unknown]'"));
  const json cookie = body(get("/journal/2"));
  EXPECT_THAT(cookie.at("curl").get<std::string>(), HasSubstr("-H 'Cookie: [unknown]'"));
  for (const char* number : {"1", "2", "3"}) {
    const std::string shown = get(std::string{"/journal/"} + number)->body;
    EXPECT_THAT(shown, AllOf(HasSubstr("[unknown]"), Not(HasSubstr("b2Yt")), Not(HasSubstr("of-somebody"))));
  }
}

TEST_F(Served, LongBodiesAreCut) {
  client->Post("/projects/p1/environments/main/backup", alice(), std::string(300'000, 'x'), "application/json");

  const json shown = body(get("/journal/1"));

  EXPECT_TRUE(shown.at("cut").get<bool>());
  EXPECT_THAT(shown.at("request_body").get<std::string>(), SizeIs(256 << 10));
}

TEST_F(Served, TheWholeJournalIsAStreamOfLines) {
  for (int i = 0; i < 120; ++i) ask("/projects/p1");

  const std::string lines = get("/journal.ndjson")->body;

  EXPECT_EQ(std::ranges::count(lines, '\n'), 120);
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n'))).at("number"), 1);
  EXPECT_EQ(remove("/journal")->status, 204);
  EXPECT_EQ(get("/journal.ndjson")->body, "");
}

/// Of this process, in kB: "VmRSS:", what it has in memory; "VmHWM:", the most that it had.
long memory(const std::string& what) {
  std::ifstream in{"/proc/self/status"};
  for (std::string word; in >> word;) {
    long value = 0;
    if (word == what && in >> value) return value;
  }
  return 0;
}

TEST_F(Served, ATimelineIsMadeWithoutACopyOfTheJournal) {
  constexpr int kEntries = 20;
  constexpr std::size_t kBody = std::size_t{2} << 20U;
  for (int i = 0; i < kEntries; ++i) {
    Exchange exchange = answered(std::string(kBody, 'x'));
    exchange.method = "GET";
    exchange.path = fmt::format("/{}", i);
    exchange.platform_time = service->now();
    service->journal().begin(std::move(exchange));
  }
  std::ofstream{"/proc/self/clear_refs"} << 5;  // the most is what there is now
  const long before = memory("VmRSS:");
  ASSERT_LT(memory("VmHWM:") - before, 1000) << "this kernel does not forget the most that there was";

  EXPECT_FALSE(body(get("/timeline")).at("marks").empty());

  EXPECT_LT(memory("VmHWM:") - before, static_cast<long>(kEntries * kBody / 1024 / 2));
}

}  // namespace
}  // namespace understudy
