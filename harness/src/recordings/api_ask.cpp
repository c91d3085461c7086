#include "recordings/api_ask.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "mock_server/login_path.hpp"
#include "record/decoder.hpp"
#include "record/http_message.hpp"

namespace understudy {
namespace {

constexpr std::size_t kLongestBody = std::size_t{256} << 20;  // bytes

bool is_on_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string text_of(const LiveRequest& request, const Address& address) {
  std::string text = fmt::format("{} {}{}{}{} HTTP/1.1\r\nHost: {}\r\n", request.method, address.path, request.path,
                                 request.query.empty() ? "" : "?", request.query, address.origin.authority());
  for (const Header& header : request.headers) text += header.name + ": " + header.value + "\r\n";
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  return text + "Accept-Encoding: gzip, deflate\r\nConnection: close\r\n\r\n" + request.body;
}

LiveAnswer read_answer(Peer& peer, const std::string& method) {
  MessageReader reader{peer};
  const std::optional<ResponseHead> head = reader.response();
  if (!head) return {};
  LiveAnswer answer{.status = head->status};
  if (const std::string* type = find_header(head->headers, "Content-Type")) answer.content_type = *type;
  reader.expect(body_length(*head, method));
  const std::string* coding = find_header(head->headers, "Content-Encoding");
  const std::string body = reader.whole(kLongestBody);
  Decoder decoder{coding == nullptr || body.empty() ? "" : *coding, kLongestBody};
  answer.body = decoder.feed(body);
  return answer;
}

}  // namespace

ApiAsk::ApiAsk(const std::string& api, const std::string& auth, const std::filesystem::path& authorities,
               std::chrono::seconds silence)
    : api_{parse_address(api, {"--upstream", 0, 0})},
      auth_{auth.empty() ? api_ : parse_address(auth, {"--auth", 0, 0})},
      trust_{authorities},
      silence_{silence} {}

void ApiAsk::require_privacy() const {
  for (const auto& [option, address] : {std::pair{"--upstream", &api_}, {"--auth", &auth_}}) {
    if (!address->origin.tls && !is_on_this_machine(address->origin.host))
      throw InputError{{option, 0, 0},
                       fmt::format("a token would be sent to {} as it is", address->origin.text()),
                       "https, or a host on this machine"};
  }
}

LiveAnswer ApiAsk::operator()(const LiveRequest& request) const {
  const Address& address = is_of_login(request.path) ? auth_ : api_;
  try {
    const std::unique_ptr<Peer> peer = Peer::connected_to(address.origin, trust_, silence_);
    peer->write(text_of(request, address));
    return read_answer(*peer, request.method);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error{
        fmt::format("{} {} at {}: {}", request.method, request.path, address.origin.text(), error.what())};
  }
}

}  // namespace understudy
