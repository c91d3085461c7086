// A browser of a hundred lines: enough to log in, where the login page approves at once.

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/runner.hpp"
#include "run/socket.hpp"

namespace understudy {
namespace {

constexpr int kMostRedirects = 20;
constexpr std::size_t kAnswerLimitBytes = 4 << 20;

struct Url {
  std::string host;
  std::uint16_t port = 80;
  std::string target;  ///< path and query, at least "/"
};

/// "http://127.0.0.1:5000/x?y", or what is relative to `base`.
Url parse_url(std::string_view text, const Url* base = nullptr) {
  constexpr std::string_view kScheme = "http://";
  if (base != nullptr && text.starts_with('/')) return {base->host, base->port, std::string{text}};
  if (!text.starts_with(kScheme)) throw std::runtime_error{fmt::format("not opened: {}", text)};
  text.remove_prefix(kScheme.size());
  const std::size_t host_end = std::min(text.find_first_of("/?#"), text.size());
  const std::string_view authority = text.substr(0, host_end);
  const std::string_view rest = text.substr(host_end, text.find('#') - host_end);
  Url url{std::string{authority.substr(0, authority.find(':'))}, 80, std::string{rest}};
  if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (parsed.ec != std::errc{}) throw std::runtime_error{fmt::format("no port: {}", authority)};
  }
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (url.host != "127.0.0.1" && url.host != "localhost") {
    throw std::runtime_error{fmt::format("not opened, it is not on this machine: http://{}", authority)};
  }
  return url;
}

struct Answer {
  int status = 0;
  std::string location;
};

std::string header(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
    const std::string_view rest = head.substr(line + 2);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    if (!std::equal(name.begin(), name.end(), rest.begin(), [&](char a, char b) { return same(b, a); })) continue;
    std::string_view value = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return std::string{value};
  }
  return {};
}

Answer get(const Url& url) {
  const Socket socket = Socket::connected_to(url.port);
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: understudy-browser\r\nAccept: text/html\r\nConnection: "
      "close\r\n\r\n",
      url.target, url.host, url.port);
  if (!socket.send(request)) throw std::runtime_error{"the connection was closed"};
  std::string text;
  for (std::string piece; text.size() < kAnswerLimitBytes && !(piece = socket.receive()).empty();) text += piece;
  const std::string head = text.substr(0, text.find("\r\n\r\n") + 2);
  constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
  Answer answer{0, header(head, "location")};
  if (head.size() > kStatusAt) std::from_chars(head.data() + kStatusAt, head.data() + head.size(), answer.status);
  return answer;
}

void open(std::string_view address) {
  Url url = parse_url(address);
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    const Answer answer = get(url);
    if (answer.status == 200) return;
    const bool elsewhere = answer.status >= 300 && answer.status < 400 && !answer.location.empty();
    if (!elsewhere) {
      const std::string page = url.target.substr(0, url.target.find('?'));  // the query may hold what is secret
      throw std::runtime_error{fmt::format("http://{}:{}{} answered {}", url.host, url.port, page, answer.status)};
    }
    url = parse_url(answer.location, &url);
  }
  throw std::runtime_error{"too many redirects"};
}

}  // namespace

int browser_main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: browser URL\n";
    return 2;
  }
  try {
    open(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "browser: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace understudy
