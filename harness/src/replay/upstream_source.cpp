#include "replay/upstream_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mock_server/ascii.hpp"
#include "mock_server/hop_by_hop.hpp"
#include "mock_server/login_path.hpp"
#include "record/http_message.hpp"
#include "record/peer.hpp"
#include "report/wall_clock.hpp"

namespace understudy {
namespace {

constexpr std::chrono::seconds kSilence{600};  // as the recorder's own
constexpr std::size_t kLongestBody = 64 << 20;
// Beside hop-by-hop ones: said anew for a message that goes as a whole, and whose answer is kept as it reads.
constexpr std::string_view kSaidAnew[] = {"host", "content-length", "accept-encoding", "expect"};

Origin origin_of(const std::string& url, const char* option) {
  const Address address = parse_address(url, {option, 0, 0});
  if (!address.path.empty())
    throw InputError{{option, 0, 0}, "the client cannot cope with a path in \"" + url + "\"", "name the host only"};
  return address.origin;
}

ProxyOptions proxy_options(const std::string& api_url, const std::string& auth_url,
                           const std::filesystem::path& authorities) {
  ProxyOptions options{.authorities = authorities, .now = [] { return wall_clock_now(); }};
  options.upstreams.push_back({.origin = origin_of(api_url, "--upstream")});
  if (!auth_url.empty()) options.upstreams.push_back({.origin = origin_of(auth_url, "--auth")});
  return options;
}

bool is_of_the_connection(const std::string& name) {
  return is_hop_by_hop(name) || std::ranges::find(kSaidAnew, lower(name)) != std::end(kSaidAnew);
}

std::string message_of(const RequestView& request, const std::string& authority) {
  std::string message = fmt::format("{} {}{}{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", request.method,
                                    request.path, request.query.empty() ? "" : "?", request.query, authority);
  for (const Header& header : request.headers) {
    if (!is_of_the_connection(header.name)) message += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  if (!request.body.empty()) message += fmt::format("Content-Length: {}\r\n", request.body.size());
  return message + "\r\n" + std::string{request.body};
}

}  // namespace

UpstreamSource::UpstreamSource(const std::string& api_url, const std::string& auth_url,
                               const std::filesystem::path& authorities)
    : has_auth_{!auth_url.empty()}, proxy_{proxy_options(api_url, auth_url, authorities)} {}

RecordedExchange UpstreamSource::ask(const RequestView& request) {
  const std::string url = proxy_.url(has_auth_ && is_of_login(request.path) ? 1 : 0);
  const Origin recorder = parse_address(url, {}).origin;
  const std::unique_ptr<Peer> peer = Peer::connected_to(recorder, trust_, kSilence);
  peer->write(message_of(request, recorder.authority()));
  MessageReader reader{*peer};
  const std::optional<ResponseHead> head = reader.response();
  if (!head) throw std::runtime_error{"the upstream hung up"};
  reader.expect(body_length(*head, request.method));
  RecordedExchange exchange{.method = std::string{request.method},
                            .server = url,
                            .path = std::string{request.path},
                            .query = std::string{request.query},
                            .request_headers = request.headers,
                            .request_body = std::string{request.body},
                            .status = head->status,
                            .response_headers = head->headers,
                            .response_body = reader.whole(kLongestBody)};
  if (const std::string* const type = find_header(head->headers, "Content-Type")) exchange.content_type = *type;
  return exchange;
}

}  // namespace understudy
