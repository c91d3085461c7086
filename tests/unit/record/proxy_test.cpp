#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <latch>

#include "deflate.hpp"
#include "record/recording_proxy.hpp"
#include "scripted_upstream.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A clock that stands until a test moves it.
struct TestClock {
  std::atomic<std::int64_t> microseconds = 1'772'334'000'000'000;
  [[nodiscard]] Microtime now() const { return Microtime{std::chrono::microseconds{microseconds}}; }
  void advance(std::chrono::microseconds by) { microseconds += by.count(); }
};

Origin plain(const ScriptedUpstream& upstream) { return {false, "127.0.0.1", upstream.port()}; }

class RecordingProxyTest : public ::testing::Test {
protected:
  ProxyOptions options_for(const Origin& origin) {
    return {.upstreams = {{.origin = origin}}, .now = [this] { return clock.now(); }};
  }

  static Socket connect(const RecordingProxy& proxy) {
    return Socket::connected_to(parse_address(proxy.url(), {}).origin.port);
  }
  /// Everything that comes until the connection ends.
  static std::string rest_of(const Socket& socket) {
    std::string all;
    for (std::string piece = socket.receive(); !piece.empty(); piece = socket.receive()) all += piece;
    return all;
  }
  static std::string get(const RecordingProxy& proxy, const std::string& path, const std::string& headers = "") {
    const Socket socket = connect(proxy);
    socket.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\r\n", path, proxy.url().substr(7),
                            headers));
    return rest_of(socket);
  }
  /// Reads until `text` is there.
  static std::string read_until(const Socket& socket, const std::string& text) {
    std::string all;
    while (all.find(text) == std::string::npos) {
      const std::string piece = socket.receive();
      if (piece.empty()) break;
      all += piece;
    }
    return all;
  }

  TestClock clock;
};

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

TEST_F(RecordingProxyTest, PassesOnAndKeepsWhatWasSaid) {
  std::string link;
  const ScriptedUpstream upstream{[&](const std::string&, const Wire& wire) {
    wire.send("HTTP/1.1 201 Created\r\nLocation: " + link +
              "/new\r\nX-Kept: yes\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n" +
              "Content-Type: application/json\r\nContent-Length: " + std::to_string(link.size() + 9) +
              "\r\n\r\n{\"a\":\"" + link + "/\"}");
  }};
  link = plain(upstream).text();
  RecordingProxy proxy{options_for(plain(upstream))};
  const Socket socket = connect(proxy);

  const std::string body = R"({"self":")" + proxy.url() + R"(/x"})";
  socket.send(fmt::format(
      "POST /projects?u={}%2Fx HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer abc\r\n"
      "Accept-Encoding: br, gzip\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      "http%3A%2F%2F" + fmt::format("127.0.0.1%3A{}", proxy.url().substr(17)), body.size(), body));
  const std::string answer = rest_of(socket);

  // What the client got leads back to the proxy,
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_THAT(answer, HasSubstr("Location: " + proxy.url() + "/new\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Kept: yes\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("X-Hop: 1")));
  EXPECT_EQ(body_of(answer), R"({"a":")" + proxy.url() + R"(/"})");
  // what the upstream got knows nothing of it,
  ASSERT_THAT(upstream.requests(), SizeIs(1));
  const std::string request = upstream.requests()[0];
  const std::string port = std::to_string(upstream.port());
  EXPECT_THAT(request, StartsWith("POST /projects?u=http%3A%2F%2F127.0.0.1%3A" + port +
                                  "%2Fx HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer abc\r\n"));
  EXPECT_THAT(request, HasSubstr("Accept-Encoding: gzip\r\n")) << "only what can be read";
  EXPECT_THAT(request, EndsWith("\r\n\r\n{\"self\":\"" + link + "/x\"}"));
  // and so does the recording.
  const std::vector<RecordedExchange> exchanges = proxy.finish();
  ASSERT_THAT(exchanges, SizeIs(1));
  const RecordedExchange& kept = exchanges[0];
  EXPECT_EQ(kept.method + ' ' + kept.server + kept.path + '?' + kept.query,
            "POST " + link + "/projects?u=http%3A%2F%2F127.0.0.1%3A" + port + "%2Fx");
  EXPECT_EQ(kept.request_body, "{\"self\":\"" + link + "/x\"}");
  EXPECT_EQ(kept.status, 201);
  EXPECT_EQ(*find_header(kept.response_headers, "Location"), link + "/new");
  EXPECT_EQ(*find_header(kept.request_headers, "Accept-Encoding"), "br, gzip") << "what the client said";
  EXPECT_EQ(find_header(kept.response_headers, "X-Hop"), nullptr);
  EXPECT_EQ(kept.response_body, "{\"a\":\"" + link + "/\"}");
  EXPECT_THAT(proxy.troubles(), IsEmpty());
}

TEST_F(RecordingProxyTest, CallsAFakeWhatItIsToldTo) {
  std::string link;
  const ScriptedUpstream upstream{
      [&](const std::string&, const Wire& wire) { wire.send(answer_of(link + "/a", "Content-Type: text/plain\r\n")); }};
  link = plain(upstream).text();
  ProxyOptions options = options_for(plain(upstream));
  options.upstreams[0].recorded_as = "https://api.test";
  RecordingProxy proxy{options};

  get(proxy, "/x");

  const auto exchanges = proxy.finish();
  EXPECT_EQ(exchanges.at(0).server, "https://api.test");
  EXPECT_EQ(exchanges.at(0).response_body, "https://api.test/a");
  EXPECT_EQ(*find_header(exchanges.at(0).request_headers, "Host"), "api.test");
}

TEST_F(RecordingProxyTest, ReadsWhatIsCompressed) {
  std::string link;
  const ScriptedUpstream upstream{[&](const std::string& request, const Wire& wire) {
    const bool raw = request.starts_with("GET /raw");
    const std::string text = request.starts_with("GET /plain") ? "no links in here" : "see " + link + "/x";
    wire.send(answer_of(deflated(text, raw ? -MAX_WBITS : MAX_WBITS + 16),
                        raw ? "Content-Encoding: deflate\r\n" : "Content-Encoding: gzip\r\n"));
  }};
  link = plain(upstream).text();
  RecordingProxy proxy{options_for(plain(upstream))};

  const std::string with_link = get(proxy, "/", "Accept-Encoding: gzip\r\n");
  const std::string without = get(proxy, "/plain", "Accept-Encoding: gzip\r\n");
  const std::string raw = get(proxy, "/raw");

  EXPECT_EQ(body_of(with_link), "see " + proxy.url() + "/x");
  EXPECT_THAT(with_link, Not(HasSubstr("Content-Encoding")));
  EXPECT_EQ(body_of(without), gzip("no links in here")) << "passed on as it came";
  EXPECT_THAT(without, HasSubstr("Content-Encoding: gzip"));
  EXPECT_EQ(body_of(raw), "see " + proxy.url() + "/x");
  const auto exchanges = proxy.finish();
  EXPECT_EQ(exchanges.at(0).response_body, "see " + link + "/x");
  EXPECT_EQ(exchanges.at(1).response_body, "no links in here");
  EXPECT_EQ(exchanges.at(2).response_body, "see " + link + "/x");
  EXPECT_EQ(find_header(exchanges.at(0).response_headers, "Content-Encoding"), nullptr);
}

TEST_F(RecordingProxyTest, AsksForCodingsThatItReads) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) { wire.send(answer_of("x")); }};
  RecordingProxy proxy{options_for(plain(upstream))};

  get(proxy, "/", "Accept-Encoding: br, gzip;q=0.5, zstd, *\r\n");
  get(proxy, "/", "Accept-Encoding: br\r\n");

  EXPECT_THAT(upstream.requests().at(0), HasSubstr("Accept-Encoding: gzip;q=0.5\r\n"));
  EXPECT_THAT(upstream.requests().at(1), HasSubstr("Accept-Encoding: identity\r\n"));
  for (const std::string& request : upstream.requests()) EXPECT_THAT(request, Not(HasSubstr("br")));
}

TEST_F(RecordingProxyTest, KeepsNothingOfACodingThatItCannotRead) {
  const ScriptedUpstream upstream{[](const std::string& request, const Wire& wire) {
    const bool in_both = request.starts_with("GET /both");
    wire.send(answer_of(gzip("unread-secret"),
                        in_both ? "Content-Encoding: gzip\r\nContent-Encoding: br\r\n" : "Content-Encoding: br\r\n"));
  }};
  RecordingProxy proxy{options_for(plain(upstream))};

  EXPECT_EQ(get(proxy, "/br"), "");
  EXPECT_EQ(get(proxy, "/both"), "");

  EXPECT_THAT(proxy.troubles(),
              ElementsAre(HasSubstr("the answer is in the coding br, which was not asked for"),
                          HasSubstr("the answer is in the coding gzip, br, which was not asked for")));
  for (const RecordedExchange& exchange : proxy.finish()) EXPECT_EQ(exchange.response_body, "");
}

TEST_F(RecordingProxyTest, RefusesRequestsThatItCannotLookInto) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) { wire.send(answer_of("x")); }};
  RecordingProxy proxy{options_for(plain(upstream))};
  const Socket socket = connect(proxy);

  socket.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Encoding: br\r\nContent-Length: "
      "3\r\n\r\nabc");

  EXPECT_THAT(rest_of(socket), AllOf(StartsWith("HTTP/1.1 415 "), HasSubstr("in the coding br")));
  EXPECT_THAT(upstream.requests(), IsEmpty());
  EXPECT_THAT(proxy.finish(), IsEmpty());
}

TEST_F(RecordingProxyTest, PassesOnAStreamAsItComesAndKeepsItsTiming) {
  std::latch first_seen{1};
  std::latch second_seen{1};
  const ScriptedUpstream upstream{[&](const std::string&, const Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n6\r\nfirst\n\r\n");
    first_seen.wait();
    wire.send("7\r\nsecond\n\r\n");
    second_seen.wait();
    wire.send("6\r\nthird\n\r\n0\r\n\r\n");
  }};
  RecordingProxy proxy{options_for(plain(upstream))};
  const Socket socket = connect(proxy);
  socket.send("GET /log HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

  EXPECT_THAT(read_until(socket, "first\n\r\n"), HasSubstr("6\r\nfirst\n\r\n"));
  clock.advance(2s);
  first_seen.count_down();
  EXPECT_THAT(read_until(socket, "second\n\r\n"), HasSubstr("7\r\nsecond\n\r\n"));
  clock.advance(1500ms);
  second_seen.count_down();
  EXPECT_THAT(rest_of(socket), HasSubstr("0\r\n\r\n"));

  const auto exchanges = proxy.finish();
  const RecordedExchange& kept = exchanges.at(0);
  EXPECT_EQ(kept.response_body, "first\nsecond\nthird\n");
  ASSERT_THAT(kept.chunks, SizeIs(3));
  EXPECT_EQ(kept.chunks[0].after, 0s);
  EXPECT_EQ(kept.chunks[1].after, 2s);
  EXPECT_EQ(kept.chunks[1].bytes, 7U);
  EXPECT_EQ(kept.chunks[2].after, 3500ms);
  EXPECT_EQ(kept.duration, 3500ms);
}

TEST_F(RecordingProxyTest, RewritesLinksThatAreCutByChunksAndCompression) {
  std::string link;
  const ScriptedUpstream upstream{[&](const std::string& request, const Wire& wire) {
    const bool packed = request.find("gzip") != std::string::npos;
    const std::string text = "[\"" + link + "/a\",\"" + link + "0/not\",\"" + link + ".evil.test/\", \"" + link + "\"]";
    const std::string bytes = packed ? gzip(text) : text;
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" +
              std::string{packed ? "Content-Encoding: gzip\r\n" : ""} + "\r\n");
    for (const char c : bytes) wire.send(std::string{"1\r\n"} + c + "\r\n");
    wire.send("0\r\n\r\n");
  }};
  link = plain(upstream).text();
  for (const char* const accepted : {"", "Accept-Encoding: gzip\r\n"}) {
    RecordingProxy proxy{options_for(plain(upstream))};

    const Socket socket = connect(proxy);
    socket.send(fmt::format("GET / HTTP/1.0\r\n{}\r\n", accepted));
    const std::string answer = rest_of(socket);

    EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding"))) << "HTTP/1.0 has none";
    EXPECT_EQ(body_of(answer),
              "[\"" + proxy.url() + "/a\",\"" + link + "0/not\",\"" + link + ".evil.test/\", \"" + proxy.url() + "\"]");
    const auto exchanges = proxy.finish();
    std::size_t sum = 0;
    for (const RecordedChunk& chunk : exchanges.at(0).chunks) sum += chunk.bytes;
    EXPECT_THAT(exchanges.at(0).response_body, StartsWith("[\"" + link + "/a\""));
    const bool in_parts = !exchanges.at(0).chunks.empty();
    EXPECT_EQ(sum, in_parts ? exchanges.at(0).response_body.size() : 0);
  }
}

TEST_F(RecordingProxyTest, SaysSoWhenNobodyIsThere) {
  Origin nobody{false, "127.0.0.1", 0};
  {
    const Socket socket = Socket::listening();
    nobody.port = socket.port();
  }
  RecordingProxy proxy{options_for(nobody)};

  const std::string answer = get(proxy, "/me");

  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(body_of(answer), HasSubstr(nobody.text() + " cannot be reached: Connection refused"));
  EXPECT_THAT(proxy.troubles(), ElementsAre(nobody.text() + " cannot be reached: Connection refused"));
  EXPECT_THAT(proxy.finish(), IsEmpty()) << "it is not what the API said";
}

TEST_F(RecordingProxyTest, KeepsADroppedConnectionAsOne) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire&) {}};
  RecordingProxy proxy{options_for(plain(upstream))};

  EXPECT_EQ(get(proxy, "/me"), "");

  EXPECT_THAT(proxy.troubles(), ElementsAre(HasSubstr("did not answer GET /me")));
  EXPECT_EQ(proxy.finish().at(0).status, 0);
}

TEST_F(RecordingProxyTest, SaysWhichAnswerWasCutOff) {
  const ScriptedUpstream upstream{[](const std::string& request, const Wire& wire) {
    wire.send(request.starts_with("GET /counted")
                  ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"
                  : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n9\r\nx");
  }};
  RecordingProxy proxy{options_for(plain(upstream))};

  EXPECT_EQ(get(proxy, "/counted"), "");
  EXPECT_THAT(get(proxy, "/chunked"), Not(HasSubstr("0\r\n\r\n")));

  EXPECT_THAT(proxy.troubles(), SizeIs(2));
  for (const RecordedExchange& exchange : proxy.finish()) {
    EXPECT_EQ(exchange.comment, "This answer did not come to its end.");
    EXPECT_TRUE(exchange.is_cut) << "a replay ends there, too";
  }
}

TEST_F(RecordingProxyTest, ServesSeveralConnectionsAtOnceAndSeveralRequestsOnOne) {
  std::latch go{1};
  const ScriptedUpstream upstream{[&](const std::string& request, const Wire& wire) {
    if (request.starts_with("GET /slow")) go.wait();
    wire.send(answer_of(request.substr(0, request.find(" HTTP"))));
  }};
  RecordingProxy proxy{options_for(plain(upstream))};
  const Socket slow = connect(proxy);
  slow.send("GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const Socket kept = connect(proxy);

  kept.send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(read_until(kept, "GET /1"), EndsWith("GET /1"));
  kept.send("POST /2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_THAT(read_until(kept, "POST /2"), EndsWith("POST /2"));
  go.count_down();
  EXPECT_THAT(rest_of(slow), EndsWith("GET /slow"));

  const auto exchanges = proxy.finish();
  ASSERT_THAT(exchanges, SizeIs(3));
  for (const RecordedExchange& exchange : exchanges) {
    EXPECT_EQ(exchange.request_body, exchange.path == "/2" ? "abc" : "");
  }
}

TEST_F(RecordingProxyTest, RefusesWhatIsNotForIt) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) { wire.send(answer_of("x")); }};
  RecordingProxy proxy{options_for(plain(upstream))};
  const auto say = [&](const std::string& text) {
    const Socket socket = connect(proxy);
    socket.send(text);
    return rest_of(socket);
  };

  EXPECT_THAT(say("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(say("CONNECT a:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(say("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(say("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(upstream.requests(), IsEmpty());
  EXPECT_THAT(proxy.finish(), IsEmpty());
}

TEST_F(RecordingProxyTest, HasLimits) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) {
    wire.send(answer_of(gzip(std::string(100'000, 'x')), "Content-Encoding: gzip\r\n"));
  }};
  ProxyOptions options = options_for(plain(upstream));
  options.longest_body_bytes = 10'000;
  RecordingProxy proxy{options};
  const Socket socket = connect(proxy);

  EXPECT_EQ(get(proxy, "/"), "");
  socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10001\r\n\r\n");
  EXPECT_THAT(rest_of(socket), HasSubstr("a body of 10001 bytes; 10000 is the limit"));

  EXPECT_THAT(proxy.troubles(), ElementsAre(HasSubstr("the answer is longer than 10000 bytes")));
}

TEST_F(RecordingProxyTest, LeavesAnApiWhoseClientHasGone) {
  std::latch left{1};
  const ScriptedUpstream upstream{[&](const std::string&, const Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlog\n\r\n");
    EXPECT_EQ(wire.receive(), "") << "though nothing else is sent to the client";
    left.count_down();
  }};
  RecordingProxy proxy{options_for(plain(upstream))};
  {
    const Socket socket = connect(proxy);
    socket.send("GET /log HTTP/1.1\r\nHost: localhost\r\n\r\n");
    read_until(socket, "log\n");
  }

  left.wait();
  EXPECT_EQ(proxy.finish().at(0).response_body, "log\n");
}

TEST_F(RecordingProxyTest, EndsWhateverIsUnderWay) {
  std::latch asked{1};
  const ScriptedUpstream upstream{[&](const std::string&, const Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlog\n\r\n");
    asked.count_down();
    EXPECT_EQ(wire.receive(), "") << "until the proxy goes";
  }};
  RecordingProxy proxy{options_for(plain(upstream))};
  const Socket socket = connect(proxy);
  socket.send("GET /log HTTP/1.1\r\nHost: localhost\r\n\r\n");
  read_until(socket, "log\n");
  asked.wait();

  const auto exchanges = proxy.finish();

  EXPECT_EQ(exchanges.at(0).response_body, "log\n") << "as far as it came";
}

struct TlsCase {
  std::string name;
  CertificateWish certificate{};
  bool known = true;
  std::string host = "localhost";
  std::string refusal{};  ///< "" = it is accepted
};

class TlsUpstream : public RecordingProxyTest, public ::testing::WithParamInterface<TlsCase> {};

TEST_P(TlsUpstream, IsVerified) {
  const TlsCase& row = GetParam();
  const TemporaryFolder folder;
  const Authority authority;
  const Authority other;
  const Credentials credentials = authority.issue(row.certificate);
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) { wire.send(answer_of("hello")); },
                                  &credentials};
  ProxyOptions options = options_for({true, row.host, upstream.port()});
  options.authorities = folder.write("ca.pem", row.known ? authority.pem() : other.pem());
  RecordingProxy proxy{options};

  const std::string answer = get(proxy, "/");

  if (row.refusal.empty()) {
    EXPECT_EQ(body_of(answer), "hello");
    EXPECT_EQ(proxy.finish().at(0).server, fmt::format("https://{}:{}", row.host, upstream.port()));
    return;
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502"));
  EXPECT_THAT(body_of(answer), HasSubstr("its certificate is refused: " + row.refusal));
  EXPECT_THAT(upstream.requests(), IsEmpty()) << "nothing was said to it";
  EXPECT_THAT(proxy.finish(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Certificates, TlsUpstream,
    ::testing::Values(
        TlsCase{.name = "Good"},
        TlsCase{.name = "OfAnAddress", .certificate = {.name = "IP:127.0.0.1"}, .host = "127.0.0.1"},
        TlsCase{.name = "UnknownAuthority", .known = false, .refusal = "unable to get local issuer certificate"},
        TlsCase{.name = "Expired", .certificate = {.valid_until_seconds = -60}, .refusal = "certificate has expired"},
        TlsCase{.name = "NotYetValid",
                .certificate = {.valid_from_seconds = 600},
                .refusal = "certificate is not yet valid"},
        TlsCase{.name = "WrongHost", .certificate = {.name = "elsewhere.example"}, .refusal = "hostname mismatch"},
        TlsCase{.name = "WrongAddress",
                .certificate = {.name = "localhost"},
                .host = "127.0.0.1",
                .refusal = "IP address mismatch"}),
    [](const auto& row) { return row.param.name; });

TEST(TlsPeer, HangingUpIsAnErrorAndNoSignal) {
  const TemporaryFolder folder;
  const Authority authority;
  const Credentials credentials = authority.issue({});
  const ScriptedUpstream upstream{[](const std::string&, const Wire&) {}, &credentials};
  const TlsTrust trust{folder.write("ca.pem", authority.pem())};
  const auto peer = Peer::connected_to({true, "localhost", upstream.port()}, trust, std::chrono::seconds{10});
  peer->write("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(peer->read(), "");
  const auto before = ::signal(SIGPIPE, SIG_DFL);  // the upstream ignores it

  const auto write_on = [&] {
    for (int i = 0; i < 1000; ++i) peer->write(std::string(16384, 'x'));
  };

  EXPECT_THROW(write_on(), PeerError);
  ::signal(SIGPIPE, before);
}

TEST_F(RecordingProxyTest, WantsCertificatesWhereAuthoritiesAreNamed) {
  ProxyOptions options = options_for({true, "localhost", 443});
  options.authorities = "/dev/null";

  EXPECT_THROW(RecordingProxy{options}, InputError);
}

TEST(Addresses, AreReadOrRefused) {
  EXPECT_EQ(parse_address("https://API.example.com/api/", {}).path, "/api");
  EXPECT_EQ(parse_address("http://[::1]:8080", {}).origin.text(), "http://[::1]:8080");
  EXPECT_EQ(parse_address("https://h.example:443", {}).origin.text(), "https://h.example");
  EXPECT_EQ(parse_address("http://[::1]", {}).origin.text_with_port(), "http://[::1]:80");
  for (const char* const wrong :
       {"api.example.com", "ftp://x", "https://", "https://u:p@h", "http://h:99999", "http://h?x=1", "http://[::1"})
    EXPECT_THROW((void)parse_address(wrong, {"--upstream", 0, 0}), InputError) << wrong;
}

}  // namespace
}  // namespace understudy
