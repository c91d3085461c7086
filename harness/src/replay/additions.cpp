#include "replay/additions.hpp"

#include "mock_server/login_path.hpp"
#include "mock_server/replace_all.hpp"

namespace understudy {
namespace {

constexpr std::size_t kShortest = 4;  // shorter ones are in everything

/// Of a stream, the parts change their lengths with the text. A text that has a secret in it is not cut: that is rare.
void put_back(RecordedExchange& exchange, const std::string& value, const std::string& placeholder) {
  for (std::string* const text : {&exchange.path, &exchange.query, &exchange.request_body})
    replace_all(*text, value, placeholder);
  for (auto* const headers : {&exchange.request_headers, &exchange.response_headers}) {
    for (Header& header : *headers) replace_all(header.value, value, placeholder);
  }
  if (exchange.response_body.find(value) == std::string::npos) return;
  replace_all(exchange.response_body, value, placeholder);
  if (!exchange.chunks.empty()) exchange.chunks = {{exchange.chunks.back().after, exchange.response_body.size()}};
}

}  // namespace

Additions with_additions(Recording recording, std::vector<RecordedExchange> added,
                         const std::map<std::string, std::string>& bound, const MatchRules& match,
                         const RedactionOptions& options) {
  Player known{recording, {.match = match}};
  Additions additions;
  for (RecordedExchange& exchange : added) {
    for (const auto& [placeholder, value] : bound) {
      if (value != placeholder && value.size() >= kShortest) put_back(exchange, value, placeholder);
    }
    const RequestView request{exchange.method, exchange.path, exchange.query, exchange.request_headers,
                              exchange.request_body};
    if (is_of_login(exchange.path) && known.answer(request, "").answer) continue;
    recording.exchanges.push_back(std::move(exchange));
    ++additions.count;
  }
  additions.redacted = redact(std::move(recording), options);
  return additions;
}

}  // namespace understudy
