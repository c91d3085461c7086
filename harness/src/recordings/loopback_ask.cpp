#include "recordings/loopback_ask.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "run/proxy_request.hpp"
#include "run/socket.hpp"

namespace understudy {
namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::vector<Header> headers_of(std::string_view head) {
  std::vector<Header> headers;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
  }
  return headers;
}

std::string text_of(const LiveRequest& request, std::uint16_t port) {
  std::string text = fmt::format("{} {}{}{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", request.method, request.path,
                                 request.query.empty() ? "" : "?", request.query, port);
  for (const Header& header : request.headers) text += header.name + ": " + header.value + "\r\n";
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  return text + "Connection: close\r\n\r\n" + request.body;
}

}  // namespace

LiveAnswer parse_answer(std::string_view received) {
  LiveAnswer answer;
  const std::size_t head_end = received.find("\r\n\r\n");
  if (!received.starts_with("HTTP/1.") || head_end == std::string_view::npos) return answer;
  constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
  std::from_chars(received.data() + kStatusAt, received.data() + head_end, answer.status);
  const std::vector<Header> headers = headers_of(received.substr(0, head_end));
  const std::string_view body = received.substr(head_end + 4);
  if (const std::string* type = find_header(headers, "Content-Type")) answer.content_type = *type;
  const std::string* coding = find_header(headers, "Transfer-Encoding");
  const bool chunked = coding != nullptr && lower(*coding).find("chunked") != std::string::npos;
  answer.body = chunked ? dechunked(body).body : std::string{body};
  return answer;
}

LiveAnswer ask_loopback(std::uint16_t port, const LiveRequest& request, std::chrono::seconds limit) {
  const Socket socket = Socket::connected_to(port);
  const timeval patience{.tv_sec = limit.count(), .tv_usec = 0};
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (!socket.send(text_of(request, port))) return {};
  std::string received;
  errno = 0;
  for (std::string piece; !(piece = socket.receive()).empty();) received += piece;
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    throw std::runtime_error{
        fmt::format("{} {}: no end of the answer within {} s", request.method, request.path, limit.count())};
  return parse_answer(received);
}

}  // namespace understudy
