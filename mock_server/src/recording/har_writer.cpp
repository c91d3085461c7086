// Recording -> HAR 1.2, keys in the order of the specification.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/recording.hpp"
#include "mock_server/url.hpp"
#include "recording/har_names.hpp"
#include "recording/headers.hpp"
#include "recording/reason.hpp"
#include "recording/utf8.hpp"

namespace understudy {
namespace {

using namespace recording;
using Json = nlohmann::ordered_json;
using std::chrono::microseconds;

constexpr const char* kHttpVersion = "HTTP/1.1";
constexpr int kNotKnown = -1;

double in_milliseconds(microseconds time) { return static_cast<double>(time.count()) / 1000.0; }

/// A URL with bytes that none may have, as clients send them now and then: percent-encoded.
std::string url_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == '#')
      result += percent_encoded({&c, 1});
    else
      result += c;
  }
  return result;
}

Json header_list(const std::vector<Header>& headers, bool in_answer) {
  Json list = Json::array();
  for (const Header& header : without_framing(headers, in_answer))
    list.push_back({{"name", as_utf8(header.name)}, {"value", as_utf8(header.value)}});
  return list;
}

/// "a=b; c=d", split; of a part without "=" the value is "".
std::vector<Header> cookie_parts(std::string_view text) {
  std::vector<Header> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string part = as_utf8(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    parts.push_back({part.substr(0, equals), part.substr(std::min(equals + 1, part.size()))});
  }
  return parts;
}

Json sent_cookies(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers) {
    if (!same_ignoring_case(header.name, "Cookie")) continue;
    for (const Header& cookie : cookie_parts(header.value))
      list.push_back({{"name", cookie.name}, {"value", cookie.value}});
  }
  return list;
}

Json set_cookies(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers) {
    if (!same_ignoring_case(header.name, "Set-Cookie")) continue;
    const std::vector<Header> parts = cookie_parts(header.value);
    if (parts.empty()) continue;
    Json cookie{{"name", parts.front().name}, {"value", parts.front().value}};
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string name = lower(parts[i].name);
      if (name == "path" || name == "domain") cookie[name] = parts[i].value;
      if (name == "httponly") cookie["httpOnly"] = true;
      if (name == "secure") cookie["secure"] = true;
    }
    list.push_back(std::move(cookie));
  }
  return list;
}

Json query_list(std::string_view query) {
  Json list = Json::array();
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    list.push_back({{"name", as_utf8(percent_decoded(part.substr(0, equals), true))},
                    {"value", as_utf8(percent_decoded(part.substr(std::min(equals + 1, part.size())), true))}});
  }
  return list;
}

Json request_of(const RecordedExchange& exchange) {
  const std::string query = url_text(exchange.query);
  Json request{{"method", as_utf8(exchange.method)},
               {"url", url_text(exchange.server) + url_text(exchange.path) + (query.empty() ? "" : "?" + query)},
               {"httpVersion", kHttpVersion},
               {"cookies", sent_cookies(exchange.request_headers)},
               {"headers", header_list(exchange.request_headers, false)},
               {"queryString", query_list(query)}};
  if (!exchange.request_body.empty()) {
    const std::string* const type = find_header(exchange.request_headers, "Content-Type");
    Json data{{"mimeType", type == nullptr ? "" : as_utf8(*type)}, {"params", Json::array()}};
    const bool is_text = is_utf8(exchange.request_body);
    data["text"] = is_text ? exchange.request_body : to_base64(exchange.request_body);
    if (!is_text) data[har::kEncoding] = "base64";
    request["postData"] = std::move(data);
  }
  request["headersSize"] = kNotKnown;
  request["bodySize"] = exchange.request_body.size();
  return request;
}

Json content_of(const RecordedExchange& exchange) {
  Json content{{"size", exchange.response_body.size()}, {"mimeType", as_utf8(exchange.content_type)}};
  if (exchange.response_body.empty()) return content;
  const bool is_text = is_utf8(exchange.response_body);
  content["text"] = is_text ? exchange.response_body : to_base64(exchange.response_body);
  if (!is_text) content["encoding"] = "base64";
  return content;
}

Json response_of(const RecordedExchange& exchange) {
  const std::string* const location = find_header(exchange.response_headers, "Location");
  Json response{{"status", exchange.status},
                {"statusText", reason_phrase(exchange.status)},
                {"httpVersion", kHttpVersion},
                {"cookies", set_cookies(exchange.response_headers)},
                {"headers", header_list(exchange.response_headers, true)},
                {"content", content_of(exchange)},
                {"redirectURL", location == nullptr ? "" : as_utf8(*location)},
                {"headersSize", kNotKnown},
                {"bodySize", kNotKnown}};
  if (exchange.is_cut) response[har::kCut] = true;
  if (exchange.chunks.empty()) return response;
  Json chunks = Json::array();
  for (const RecordedChunk& chunk : exchange.chunks)
    chunks.push_back({{har::kAfter, in_milliseconds(chunk.after)}, {har::kBytes, chunk.bytes}});
  response[har::kChunks] = std::move(chunks);
  return response;
}

Json entry_of(const RecordedExchange& exchange) {
  const microseconds first = exchange.chunks.empty() ? exchange.duration : exchange.chunks.front().after;
  const microseconds last = exchange.chunks.empty() ? exchange.duration : exchange.chunks.back().after;
  const microseconds total = std::max(exchange.duration, last);
  std::string started = format_time(exchange.started.value_or(har::kNoTime));
  started = started.substr(0, started.find('.') + 4) + 'Z';
  Json entry{
      {"startedDateTime", started},
      {"time", in_milliseconds(total)},
      {"request", request_of(exchange)},
      {"response", response_of(exchange)},
      {"cache", Json::object()},
      {"timings", {{"send", 0.0}, {"wait", in_milliseconds(first)}, {"receive", in_milliseconds(total - first)}}}};
  if (!exchange.comment.empty()) entry["comment"] = as_utf8(exchange.comment);
  return entry;
}

Json creator_of(const std::string& creator) {
  const std::size_t blank = creator.rfind(' ');
  if (blank == std::string::npos) return {{"name", as_utf8(creator)}, {"version", ""}};
  return {{"name", as_utf8(creator.substr(0, blank))}, {"version", as_utf8(creator.substr(blank + 1))}};
}

}  // namespace

std::string to_har(const Recording& recording) {
  Json log{{"version", "1.2"}, {"creator", creator_of(recording.creator)}, {"entries", Json::array()}};
  for (const RecordedExchange& exchange : recording.exchanges) log["entries"].push_back(entry_of(exchange));
  if (!recording.comment.empty()) log["comment"] = as_utf8(recording.comment);
  if (!recording.placeholders.empty()) {
    Json& placeholders = log[har::kPlaceholders] = Json::object();
    for (const auto& [placeholder, meaning] : recording.placeholders)
      placeholders[as_utf8(placeholder)] = as_utf8(meaning);
  }
  return Json{{"log", std::move(log)}}.dump(2) + '\n';
}

}  // namespace understudy
