// Who is kept out.

#include "control/guard.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <future>

#include "http/http_front.hpp"
#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Doorplate, TellsOurHostFromOthers) {
  const control::Doorplate door{.bind = "127.0.0.1", .port = 4711};
  for (const char* const host : {"127.0.0.1:4711", "localhost:4711", "LOCALHOST:4711", "[::1]:4711"})
    EXPECT_TRUE(control::is_our_host(host, door)) << host;
  for (const char* const host : {"127.0.0.1", "127.0.0.1:80", "evil.example:4711", "127.0.0.1.evil.example:4711",
                                 "192.0.2.7:4711", "", ":4711", "localhost:4711:4711", "localhost@evil:4711"})
    EXPECT_FALSE(control::is_our_host(host, door)) << host;
}

TEST(Doorplate, OfARemoteServerHasItsAddresses) {
  const control::Doorplate door{.bind = "0.0.0.0", .port = 80, .is_remote = true};
  for (const char* const host : {"192.0.2.7:80", "192.0.2.7", "[2001:db8::1]"})
    EXPECT_TRUE(control::is_our_host(host, door)) << host;
  EXPECT_FALSE(control::is_our_host("evil.example", door));
}

TEST_F(Served, AForeignHostGetsNothing) {
  for (const std::string& target :
       {std::string{"/projects/p1"}, path("/status"), std::string{"/.understudy/console/"}}) {
    auto headers = control();
    headers.emplace("Host", "evil.example");
    const auto answer = client->Get(target, headers);
    EXPECT_EQ(answer->status, 421) << target;
    EXPECT_FALSE(answer->has_header("Access-Control-Allow-Origin"));
  }
}

TEST_F(Served, WhoIsKeptOutIsInTheJournal) {
  client->Get("/projects/p1?key=of-another-site", {{"Host", "evil.example"}, {"Authorization", "Basic theirs"}});
  client->Get(path("/status"), {{"Origin", "http://evil.example"}, {"Cookie", "theirs"}});

  const json entries = body(get("/journal")).at("entries");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries.at(0).at("status"), 421);
  EXPECT_EQ(entries.at(0).at("path"), "/projects/p1");
  EXPECT_EQ(entries.at(0).at("note"), "not let in: it is for the host evil.example");
  EXPECT_FALSE(entries.at(0).at("let_in").get<bool>());
  EXPECT_EQ(entries.at(1).at("status"), 403);
  EXPECT_EQ(entries.at(1).at("note"), "not let in: it comes from a page of http://evil.example");
  const std::string all = get("/journal.ndjson")->body;
  EXPECT_EQ(all.find("theirs"), std::string::npos);
  EXPECT_EQ(all.find("of-another-site"), std::string::npos);
  EXPECT_TRUE(body(get("/timeline")).at("marks").empty()) << "nothing of it happened on the platform";

  ask("/projects/p1");
  EXPECT_TRUE(body(get("/journal/3")).at("let_in").get<bool>());
}

TEST_F(Served, WhoIsKeptOutDoesNotMakeTheJournalGrow) {
  auto wanted = options();
  wanted.journal_bytes = 20'000;
  start(std::move(wanted));
  for (int i = 0; i < 100; ++i) client->Get("/" + std::string(1000, 'x'), {{"Host", "evil.example"}});

  const json journal = status().at("journal");
  EXPECT_EQ(journal.at("last"), 100);
  EXPECT_LE(journal.at("bytes"), 20'000);
}

TEST_F(Served, AForeignPageGetsNothing) {
  auto headers = control();
  headers.emplace("Origin", "http://evil.example");
  EXPECT_EQ(client->Get(path("/status"), headers)->status, 403);
  headers.erase("Origin");
  headers.emplace("Origin", "null");
  EXPECT_EQ(client->Get(path("/status"), headers)->status, 403);
  headers.erase("Origin");
  headers.emplace("Origin", service->base_url());
  const auto answer = client->Get(path("/status"), headers);
  EXPECT_EQ(answer->status, 200);
  EXPECT_FALSE(answer->has_header("Access-Control-Allow-Origin"));
}

TEST_F(Served, WithoutTheTokenThereIsNothing) {
  for (const char* const header : {"", "Bearer ", "Bearer control-token-of-a-tesT", "Bearer control-token-of-a-test2",
                                   "Basic control-token-of-a-test", "control-token-of-a-test"}) {
    const auto answer = client->Get(path("/status"), {{"Authorization", header}});
    EXPECT_EQ(answer->status, 401) << header;
    EXPECT_THAT(answer->get_header_value("WWW-Authenticate"), StartsWith("Bearer"));
  }
  EXPECT_EQ(client->Get(path("/nowhere"))->status, 401) << "not even what there is";
  EXPECT_EQ(client->Post(path("/reset"), "{}", "application/json")->status, 401);
}

TEST_F(Served, TheConsoleIsServedAsAPageThatLoadsNothingElse) {
  auto wanted = options();
  wanted.console = {{"index.html", "text/html; charset=utf-8", "<p>console"}, {"app.js", "text/javascript", "1"}};
  start(std::move(wanted));

  const auto page = client->Get("/.understudy/console/");
  EXPECT_EQ(page->body, "<p>console");
  EXPECT_EQ(page->get_header_value("Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri "
            "'none'; form-action 'none'; frame-ancestors 'none'");
  EXPECT_EQ(page->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page->get_header_value("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(page->get_header_value("Cache-Control"), "no-store");
  EXPECT_EQ(client->Get("/.understudy/console/app.js")->get_header_value("Content-Type"), "text/javascript");
  EXPECT_EQ(client->Get("/.understudy/console/../v1/status")->status, 404);
  EXPECT_EQ(client->Post("/.understudy/console/", "", "text/plain")->status, 405);
  EXPECT_EQ(service->journal().size(), 0U);
}

/// A peer that minds no rules.
class Peer {
public:
  explicit Peer(int port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(::connect(socket_, std::bit_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view text) const { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  /// All that comes until the other side is done; the test's own limit ends it otherwise.
  [[nodiscard]] std::string receive_all() const {
    std::string all;
    std::array<char, 4096> chunk{};
    for (ssize_t size = 0; (size = ::recv(socket_, chunk.data(), chunk.size(), 0)) > 0;)
      all.append(chunk.data(), static_cast<std::size_t>(size));
    return all;
  }

private:
  int socket_;
};

/// A body in chunks of a MiB.
std::string chunks(int how_many) {
  std::string all;
  for (int i = 0; i < how_many; ++i) all += "100000\r\n" + std::string(1 << 20, ' ') + "\r\n";
  return all + "0\r\n\r\n";
}

class Nobody final : public Desk {
public:
  std::optional<Answer> answer(const api::Request& request) override {
    Answer answer;
    answer.response.body = "hello " + request.body;
    // Ends when nobody asks for more of it.
    if (request.path == "/endless")
      answer.more = [end = std::shared_ptr<void>{nullptr, [this](void*) { ended.set_value(); }}] {
        return std::string(1 << 20, 'x');
      };
    return answer;
  }
  [[nodiscard]] std::size_t longest_body(const api::Request&) const override { return kUsualBody; }
  [[nodiscard]] bool is_own(const std::string&) const override { return true; }
  [[nodiscard]] std::string refusal(const std::string& why) const override { return why; }
  [[nodiscard]] std::shared_ptr<Platform> platform() override { return nullptr; }
  void served() override {}

  std::promise<void> ended;
};

class SlowPeers : public testing::Test {
protected:
  static constexpr std::chrono::milliseconds kShort{150};
  static constexpr std::chrono::milliseconds kLong{60'000};
  Nobody desk_;
};

TEST_F(SlowPeers, WhoSendsNothingIsLeft) {
  const HttpFront front{desk_, {.head_limit = kShort, .body_limit = kLong, .write_limit = kLong}};
  const Peer peer{front.port()};
  EXPECT_EQ(peer.receive_all(), "");
}

TEST_F(SlowPeers, WhoSendsAHeadForEverIsLeft) {
  const HttpFront front{desk_, {.head_limit = kShort, .body_limit = kLong, .write_limit = kLong}};
  const Peer peer{front.port()};
  peer.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  EXPECT_EQ(peer.receive_all().find("200 OK"), std::string::npos);
}

TEST_F(SlowPeers, WhoSendsABodyForEverIsLeft) {
  const HttpFront front{desk_, {.head_limit = kLong, .body_limit = kShort, .write_limit = kLong}};
  const Peer peer{front.port()};
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123");
  EXPECT_EQ(peer.receive_all().find("hello"), std::string::npos);
}

TEST_F(SlowPeers, WhoTakesNothingIsLeft) {
  const HttpFront front{desk_, {.head_limit = kLong, .body_limit = kLong, .write_limit = kShort}};
  const Peer peer{front.port()};
  peer.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(desk_.ended.get_future().wait_for(kLong), std::future_status::ready);
}

TEST_F(SlowPeers, WhoIsQuickIsServed) {
  const HttpFront front{desk_, {.head_limit = kLong, .body_limit = kLong, .write_limit = kLong}};
  httplib::Client client{"127.0.0.1", front.port()};
  client.set_keep_alive(true);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Post("/", "you", "text/plain")->body, "hello you");
}

TEST_F(SlowPeers, ThereIsRoomForSoManyOnly) {
  const HttpFront front{desk_, {.most_connections = 1}};
  httplib::Client first{"127.0.0.1", front.port()};
  first.set_keep_alive(true);
  ASSERT_EQ(first.Get("/")->status, 200);

  httplib::Client second{"127.0.0.1", front.port()};
  EXPECT_EQ(second.Get("/")->status, 503);
  EXPECT_EQ(first.Get("/")->status, 200);
}

class LongBodies : public testing::Test {
protected:
  /// What comes back, with the connection's end behind it.
  [[nodiscard]] std::string answer_to(const std::string& head, const std::string& body) const {
    const Peer peer{front_.port()};
    peer.send(head + "\r\nHost: x\r\n\r\n");
    peer.send(body);
    return peer.receive_all();
  }
  static constexpr const char* kInChunks = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked";

  Nobody desk_;
  const HttpFront front_{desk_, {}};
};

TEST_F(LongBodies, MeetTheLimitInChunks) {
  const std::string closing = "\r\nConnection: close";
  EXPECT_THAT(answer_to(kInChunks + closing, chunks(4)), StartsWith("HTTP/1.1 200"));
  const std::string refused = answer_to(kInChunks, chunks(5));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(refused, HasSubstr("The body is longer than 4 MiB"));
}

TEST_F(LongBodies, MeetTheLimitUnpacked) {
  httplib::Client client{"127.0.0.1", front_.port()};
  client.set_compress(true);
  EXPECT_EQ(client.Post("/", std::string(4 << 20, ' '), "text/plain")->status, 200);
  EXPECT_EQ(client.Post("/", std::string(5 << 20, ' '), "text/plain")->status, 413);
}

TEST_F(LongBodies, MeetTheLimitInPartsOfAForm) {
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + std::string(5 << 20, ' ');
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", part.size(), part);
  EXPECT_THAT(answer_to(std::string{kInChunks} + "\r\nContent-Type: multipart/form-data; boundary=b", chunk),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(LongBodies, AndLinesWithoutEndAreReadNoFurther) {
  EXPECT_THAT(answer_to(kInChunks, std::string(1 << 20, '0')), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nX: " + std::string(1 << 20, 'x'), ""), StartsWith("HTTP/1.1 400"));
}

TEST_F(LongBodies, ThatNobodyReadsAreNoRequests) {
  const std::string answers = answer_to("OPTIONS / HTTP/1.1\r\nContent-Length: 24", "GET /smuggled HTTP/1.1\r\n\r\n");
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(answers.rfind("HTTP/1.1"), 0U) << answers;
}

}  // namespace
}  // namespace understudy
