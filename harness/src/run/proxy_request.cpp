#include "run/proxy_request.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace understudy {
namespace {

/// Up to `mark`, which is taken away with it.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const std::size_t end = std::min(rest.find(mark), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + mark.size(), rest.size()));
  return taken;
}

bool has_name(std::string_view line, std::string_view name) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(), [&](char a, char b) { return same(b, a); });
}

std::optional<std::uint16_t> loopback_port(std::string_view host) {
  const std::string_view name = take_until(host, ":");
  if (name != "127.0.0.1" && name != "localhost") return std::nullopt;
  std::uint16_t port = 80;
  if (!host.empty() && std::from_chars(host.data(), host.data() + host.size(), port).ec != std::errc{})
    return std::nullopt;
  return port;
}

/// "http://me:pass@example.com/x" into "example.com" and "/x".
std::string_view split_url(std::string_view& target) {
  take_until(target, "://");
  const std::size_t end = std::min(target.find_first_of("/?#"), target.size());
  std::string_view host = target.substr(0, end);
  target.remove_prefix(end);
  if (host.find('@') != std::string_view::npos) take_until(host, "@");
  return host;
}

}  // namespace

ProxyRequest parse_proxy_request(std::string_view received) {
  const std::size_t all = received.size();
  std::string_view line = take_until(received, "\r\n");
  ProxyRequest request{.method = std::string{take_until(line, " ")}, .host = ""};
  std::string_view target = take_until(line, " ");
  const std::string whole_target{target};
  const bool tunnel = request.method == "CONNECT";
  const bool has_host = target.find("://") != std::string_view::npos && !target.starts_with('/');
  if (tunnel) {
    request.host = target;
  } else if (has_host) {
    request.host = split_url(target);
  }
  std::string headers;
  while (!received.empty()) {
    const std::string_view header = take_until(received, "\r\n");
    if (header.empty()) break;
    request.head.append(request.head.empty() ? "" : "\r\n").append(header);
    if (has_name(header, "content-length")) {
      const std::size_t digits = std::min(header.find_first_of("0123456789"), header.size());
      std::from_chars(header.data() + digits, header.data() + header.size(), request.body_size);
    }
    if (has_name(header, "transfer-encoding")) request.chunked = header.find("chunked") != std::string_view::npos;
    if (has_name(header, "expect")) request.wants_continue = true;
    if (has_name(header, "connection") || has_name(header, "proxy-connection")) continue;
    if (request.host.empty() && has_name(header, "host")) {
      request.host = header.substr(std::min(header.find_first_not_of(' ', 5), header.size()));
    }
    headers.append(header).append("\r\n");
  }
  request.body_begin = all - received.size();
  request.url = tunnel || has_host ? whole_target : "http://" + request.host + whole_target;
  if (tunnel) return request;
  request.loopback_port = loopback_port(request.host);
  request.forwarded = request.method + " " + (target.starts_with('/') ? "" : "/") + std::string{target} + " " +
                      std::string{line} + "\r\n" + headers + "Connection: close\r\n\r\n" + std::string{received};
  return request;
}

Dechunked dechunked(std::string_view chunks) {
  Dechunked result;
  while (true) {
    if (chunks.find("\r\n") == std::string_view::npos) return result;
    const std::string_view line = take_until(chunks, "\r\n");
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (error != std::errc{} || size == 0) {  // the last one, or what is none
      result.body.append(error == std::errc{} ? std::string_view{} : line);
      result.complete = true;
      return result;
    }
    result.body.append(chunks.substr(0, size));
    if (chunks.size() < size + 2) return result;
    chunks.remove_prefix(size + 2);
  }
}

}  // namespace understudy
