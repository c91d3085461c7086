// What the sandbox may and may not reach: the proxy that refuses, the browser that stays on this machine.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "harness/runner.hpp"
#include "run/refusing_proxy.hpp"
#include "run/socket.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string read_all(const Socket& socket) {
  std::string text;
  for (std::string piece; !(piece = socket.receive()).empty();) text += piece;
  return text;
}

std::string ask(const RefusingProxy& proxy, const std::string& request) {
  const Socket socket = Socket::connected_to(port_of(proxy.url()));
  EXPECT_TRUE(socket.send(request));
  return read_all(socket);
}

/// Answers each request with what `answer` makes of its target, until it has answered `count` of them.
class TinyServer {
public:
  TinyServer(int count, std::function<std::string(const std::string& target)> answer)
      : thread_{[this, count, answer = std::move(answer)] {
          for (int i = 0; i < count; ++i) {
            const Socket socket = listener_.accept();
            std::string request;
            while (request.find("\r\n\r\n") == std::string::npos) request += socket.receive();
            targets.push_back(request.substr(4, request.find(' ', 4) - 4));
            heads.push_back(request);
            socket.send(answer(targets.back()));
            socket.finish_sending();
          }
        }} {}
  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", listener_.port()); }
  void join() { thread_.join(); }
  std::vector<std::string> targets;
  std::vector<std::string> heads;

private:
  Socket listener_ = Socket::listening();
  std::jthread thread_;
};

auto IsContact(const std::string& method, const std::string& host) {
  return AllOf(Field(&RefusingProxy::Contact::method, method), Field(&RefusingProxy::Contact::host, host));
}

TEST(RefusingProxy, RefusesAndRemembers) {
  RefusingProxy proxy;

  EXPECT_THAT(ask(proxy, "CONNECT api.github.com:443 HTTP/1.1\r\nHost: api.github.com\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask(proxy, "POST http://me:pass@example.com/x?y HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" +
                             std::string(100000, 'x')),
              HasSubstr("there is no way from the sandbox"));

  EXPECT_THAT(proxy.take_contacts(),
              ElementsAre(IsContact("CONNECT", "api.github.com:443"), IsContact("POST", "example.com")));
  EXPECT_THAT(proxy.take_contacts(), IsEmpty());
}

std::vector<std::string> bodies_of(RefusingProxy& proxy) {
  std::vector<std::string> bodies;
  for (const RefusingProxy::Contact& contact : proxy.take_contacts()) bodies.push_back(contact.body);
  return bodies;
}

TEST(RefusingProxy, RemembersWhoDoesNotWaitForAnAnswer) {
  RefusingProxy proxy;
  const std::string body(50'000, 'x');
  for (int i = 0; i < 20; ++i) {
    const Socket hasty = Socket::connected_to(port_of(proxy.url()));
    EXPECT_TRUE(hasty.send("POST http://example.com/ HTTP/1.1\r\nContent-Length: 50000\r\n\r\n" + body));
  }

  EXPECT_THAT(bodies_of(proxy), AllOf(SizeIs(20), Each(body)));
}

TEST(RefusingProxy, RemembersHowFarOneCame) {
  RefusingProxy proxy;
  {
    const Socket broken = Socket::connected_to(port_of(proxy.url()));
    EXPECT_TRUE(broken.send("POST http://example.com/ HTTP/1.1\r\nContent-Length: 50\r\n\r\nhalf of"));
  }

  EXPECT_THAT(bodies_of(proxy), ElementsAre("half of"));
}

TEST(RefusingProxy, ReadsLargeBodiesToTheirEnd) {
  RefusingProxy proxy;
  const std::string large = std::string(std::size_t{5} << 20U, 'a') + "end";
  const std::string head = "POST http://example.com/ HTTP/1.1\r\nHost: example.com\r\n";
  EXPECT_THAT(ask(proxy, fmt::format("{}Content-Length: {}\r\n\r\n{}", head, large.size(), large)),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(
      ask(proxy, fmt::format("{}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", head, large.size(), large)),
      StartsWith("HTTP/1.1 403"));
  for (const std::string& body : bodies_of(proxy)) EXPECT_TRUE(body == large) << body.size();
}

TEST(RefusingProxy, ReadsBodiesInChunksToTheirEnd) {
  RefusingProxy proxy;
  const Socket client = Socket::connected_to(port_of(proxy.url()));
  EXPECT_TRUE(
      client.send("PUT http://example.com/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(client.send("3\r\none\r\n4;name=value\r\n two"));
  EXPECT_TRUE(client.send("\r\n0\r\n\r\n"));
  EXPECT_THAT(read_all(client), StartsWith("HTTP/1.1 403 "));

  EXPECT_THAT(bodies_of(proxy), ElementsAre("one two"));
}

// The client's log streams: PHP asks a proxy for the path alone.
TEST(RefusingProxy, PassesOnWhatIsForThisMachine) {
  RefusingProxy proxy;
  TinyServer server{2, [](const std::string& target) { return "HTTP/1.1 200 OK\r\n\r\nanswer to " + target; }};
  const std::string host = server.url().substr(7);

  EXPECT_THAT(ask(proxy, "GET /log?x HTTP/1.1\r\nHost: " + host + "\r\nConnection: keep-alive\r\n\r\n"),
              EndsWith("answer to /log?x"));
  EXPECT_THAT(ask(proxy, "GET " + server.url() + "/me HTTP/1.1\r\nHost: other\r\n\r\n"), EndsWith("answer to /me"));

  server.join();
  EXPECT_THAT(server.heads[0], AllOf(HasSubstr("Connection: close\r\n"), Not(HasSubstr("keep-alive"))));
  EXPECT_THAT(proxy.take_contacts(), IsEmpty());
}

TEST(RefusingProxy, SaysThatNobodyListens) {
  RefusingProxy proxy;
  std::string host;
  {
    const Socket gone = Socket::listening();
    host = fmt::format("localhost:{}", gone.port());
  }
  EXPECT_THAT(ask(proxy, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(proxy.take_contacts(), IsEmpty());
}

TEST(RefusingProxy, EndsWhileSomebodyIsConnected) {
  Socket silent;
  {
    RefusingProxy proxy;
    silent = Socket::connected_to(port_of(proxy.url()));
    EXPECT_TRUE(silent.send("CONNECT half"));
    EXPECT_THAT(ask(proxy, "GET http://a/ HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 403 "));
  }
  EXPECT_EQ(silent.receive(), "");
}

struct Browser : testing::Test {
  int open(const std::string& url) {
    std::string program = "browser";
    std::string argument = url;
    std::array<char*, 2> arguments{program.data(), argument.data()};
    testing::internal::CaptureStderr();
    const int code = browser_main(2, arguments.data());
    complaint = testing::internal::GetCapturedStderr();
    return code;
  }
  std::string complaint;
};

TEST_F(Browser, FollowsRedirectsToAPage) {
  std::string url;
  TinyServer server{3, [&](const std::string& target) -> std::string {
                      if (target == "/") return "HTTP/1.1 302 Found\r\nLocation: " + url + "/login?state=1\r\n\r\n";
                      if (target == "/login?state=1") return "HTTP/1.0 303 See Other\r\nlocation: /?done\r\n\r\n";
                      return "HTTP/1.1 200 OK\r\n\r\nhello";
                    }};
  url = server.url();

  EXPECT_EQ(open(url), 0);

  server.join();
  EXPECT_THAT(server.targets, ElementsAre("/", "/login?state=1", "/?done"));
  EXPECT_EQ(complaint, "");
}

TEST_F(Browser, StaysOnThisMachine) {
  TinyServer server{1,
                    [](const std::string&) { return "HTTP/1.1 302 Found\r\nLocation: http://example.com/x\r\n\r\n"; }};

  EXPECT_EQ(open(server.url()), 1);
  EXPECT_EQ(complaint, "browser: not opened, it is not on this machine: http://example.com\n");
  EXPECT_EQ(open("https://127.0.0.1/"), 1);
}

TEST_F(Browser, SaysWhatWentWrongButNotTheQuery) {
  TinyServer server{1, [](const std::string&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }};

  EXPECT_EQ(open(server.url() + "/page?code=secret"), 1);
  EXPECT_EQ(complaint, "browser: " + server.url() + "/page answered 400\n");
}

TEST_F(Browser, DoesNotGoRoundInCircles) {
  TinyServer server{21, [](const std::string&) { return "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"; }};

  EXPECT_EQ(open(server.url()), 1);
  EXPECT_EQ(complaint, "browser: too many redirects\n");
}

}  // namespace
}  // namespace understudy
