#include "recording/recorded_answer.hpp"

#include <algorithm>

#include "mock_server/ascii.hpp"
#include "mock_server/url.hpp"
#include "recording/headers.hpp"

namespace understudy {
namespace {

// Beside what framed it: said anew by the connection that is, or about the origin that was.
constexpr std::string_view kNotPlayed[] = {"content-type", "alt-svc", "strict-transport-security"};

AnswerText::Syntax syntax_of(const RecordedExchange& exchange) {
  const std::string type = lower(exchange.content_type);
  if (type.find("x-www-form-urlencoded") != std::string::npos) return AnswerText::Syntax::kForm;
  const bool is_json = type.find("json") != std::string::npos || exchange.response_body.starts_with('{') ||
                       exchange.response_body.starts_with('[');
  return is_json ? AnswerText::Syntax::kJson : AnswerText::Syntax::kPlain;
}

std::string with_escaped_slashes(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '/' ? std::string{"\\/"} : std::string{c};
  return result;
}

}  // namespace

Holes::Holes(const Recording& recording) {
  for (const auto& [placeholder, what] : recording.placeholders)
    add(placeholder, {.placeholder = placeholders_.add(placeholder)}, false);
  for (const RecordedExchange& exchange : recording.exchanges) add_server(exchange.server);
}

void Holes::add(std::string text, Kind kind, bool is_address) {
  needles_.add(std::move(text), is_address);
  kinds_.push_back(kind);
}

void Holes::add_server(const std::string& server) {
  if (server.empty()) return;
  for (std::size_t i = 0; i < needles_.size(); ++i) {
    if (needles_.text(i) == server) return;
  }
  add(server, {}, true);
  add(with_escaped_slashes(server), {}, true);
  add(percent_encoded(server), {.encoded = true}, true);
}

std::optional<std::size_t> Holes::placeholder(std::size_t hole) const { return kinds_[hole].placeholder; }

RecordedAnswer::RecordedAnswer(const RecordedExchange& exchange, const Holes& holes)
    : body_{exchange.response_body, syntax_of(exchange), holes.needles()} {
  for (std::size_t i = 0; i < exchange.response_headers.size(); ++i) {
    const Header& header = exchange.response_headers[i];
    const std::string name = lower(header.name);
    if (recording::is_framing(name, true) || std::ranges::find(kNotPlayed, name) != std::end(kNotPlayed)) continue;
    // What stands in a URL's query is written as there.
    const bool in_query = name == "location" && header.value.find('?') != std::string::npos;
    headers_.push_back(
        {i, {header.value, in_query ? AnswerText::Syntax::kForm : AnswerText::Syntax::kPlain, holes.needles()}});
  }
}

PlayedAnswer RecordedAnswer::filled(const RecordedExchange& exchange,
                                    const std::function<std::string(std::size_t hole)>& fill) const {
  PlayedAnswer answer{.status = exchange.status, .content_type = exchange.content_type, .is_cut = exchange.is_cut};
  for (const HeaderText& text : headers_) {
    const Header& header = exchange.response_headers[text.header];
    answer.headers.push_back({header.name, text.value.filled(header.value, fill)});
  }
  std::vector<std::size_t> ends;
  std::size_t end = 0;
  for (const RecordedChunk& chunk : exchange.chunks)
    ends.push_back(end = std::min(end + chunk.bytes, exchange.response_body.size()));
  answer.body = body_.filled(exchange.response_body, fill, &ends);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const bool is_last = i + 1 == ends.size();
    const std::size_t to = is_last ? answer.body.size() : ends[i];
    answer.chunks.push_back({exchange.chunks[i].after, to - begin});
    begin = to;
  }
  return answer;
}

}  // namespace understudy
