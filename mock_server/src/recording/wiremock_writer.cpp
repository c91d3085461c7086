// Recording -> WireMock's mappings.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/wiremock.hpp"
#include "recording/placeholder.hpp"
#include "recording/utf8.hpp"
#include "recording/wiremock_names.hpp"

namespace understudy {
namespace {

using namespace recording;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLargestInside = 2048;  // bytes of a body that stands in the mapping itself

std::string pretty(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// "get-projects-p1": what a person looks for in a folder.
std::string slug(const RecordedExchange& exchange) {
  constexpr std::size_t kLongest = 60;
  std::string name;
  for (const char c : lower(exchange.method + exchange.path)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain || (!name.empty() && name.back() != '-')) name += plain ? c : '-';
  }
  name.resize(std::min(name.size(), kLongest));
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string target(const RecordedExchange& exchange) {
  return exchange.query.empty() ? exchange.path : exchange.path + "?" + exchange.query;
}

/// For Java's regular expressions.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view{"\\^$.|?*+()[]{}"}.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

Json header_json(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers)
    list.push_back({{"name", as_utf8(header.name)}, {"value", as_utf8(header.value)}});
  return list;
}

class Writer {
public:
  explicit Writer(const Recording& recording) : recording_{recording} {}

  std::map<std::string, std::string> write() {
    for (const RecordedExchange& exchange : recording_.exchanges) ++turns_[identity(exchange)];
    std::size_t number = 0;
    for (const RecordedExchange& exchange : recording_.exchanges) {
      name_ = fmt::format("{:04}-{}", ++number, slug(exchange));
      files_[fmt::format("{}/{}.json", wiremock::kMappings, name_)] = pretty(mapping(exchange));
    }
    Json about{{"creator", recording_.creator}, {"comment", recording_.comment}, {"placeholders", Json::object()}};
    for (const auto& [placeholder, words] : recording_.placeholders) about["placeholders"][placeholder] = words;
    files_[wiremock::kAbout] = pretty(about);
    return std::move(files_);
  }

private:
  static std::string identity(const RecordedExchange& exchange) {
    return exchange.method + " " + exchange.server + target(exchange) + "\n" + exchange.request_body;
  }

  Json mapping(const RecordedExchange& exchange) {
    Json ours{{"server", exchange.server}, {"duration_us", exchange.duration.count()}};
    if (exchange.started) ours["started"] = format_time(*exchange.started);
    if (!exchange.comment.empty()) ours["comment"] = exchange.comment;
    ours["request_headers"] = header_json(exchange.request_headers);
    Json mapping{{"name", exchange.method + " " + exchange.path}};
    mapping["request"] = request(exchange, ours);
    mapping["response"] = response(exchange, ours);
    take_turns(exchange, mapping);
    mapping["metadata"] = {{wiremock::kOurs, ours}};
    return mapping;
  }

  /// A regular expression in which placeholders match anything; "" if there is none in it.
  std::string pattern(const std::string& text) const {
    std::string result;
    bool found = false;
    for (std::size_t at = 0; at < text.size();) {
      const std::string* const here = placeholder_at(recording_.placeholders, std::string_view{text}.substr(at));
      found = found || here != nullptr;
      result += here != nullptr ? "[^&]*" : escaped({text.data() + at, 1});
      at += here != nullptr ? here->size() : 1;
    }
    return found ? result : "";
  }

  Json request(const RecordedExchange& exchange, Json& ours) const {
    Json request{{"method", exchange.method}};
    const std::string url_pattern = pattern(target(exchange));
    request[url_pattern.empty() ? "url" : "urlPattern"] = url_pattern.empty() ? target(exchange) : url_pattern;
    if (!url_pattern.empty()) ours["url"] = target(exchange);
    if (exchange.request_body.empty()) return request;
    const std::string body_pattern = pattern(exchange.request_body);
    if (!is_utf8(exchange.request_body)) {
      request["bodyPatterns"] = {{{"binaryEqualTo", to_base64(exchange.request_body)}}};
      return request;
    }
    const Json json = Json::parse(exchange.request_body, nullptr, false);
    if (!body_pattern.empty())
      request["bodyPatterns"] = {{{"matches", "(?s)" + body_pattern}}};
    else if (json.is_structured())
      request["bodyPatterns"] = {{{"equalToJson", json}}};
    else
      request["bodyPatterns"] = {{{"equalTo", exchange.request_body}}};
    if (!body_pattern.empty() || json.is_structured()) ours["request_body"] = exchange.request_body;
    return request;
  }

  Json response(const RecordedExchange& exchange, Json& ours) {
    if (exchange.status == 0) {
      ours["content_type"] = exchange.content_type;
      return {{"fault", "EMPTY_RESPONSE"}};
    }
    if (exchange.is_cut) ours["cut"] = true;
    Json response{{"status", exchange.status}};
    write_headers(exchange, response, ours);
    if (const std::string* type = find_header(exchange.response_headers, "Content-Type");
        exchange.content_type != (type == nullptr ? "" : *type))
      ours["content_type"] = exchange.content_type;
    write_body(exchange, response);
    write_delay(exchange, response, ours);
    return response;
  }

  static void write_headers(const RecordedExchange& exchange, Json& response, Json& ours) {
    Json headers = Json::object();
    std::vector<std::string> order;
    for (const Header& header : exchange.response_headers) {
      Json& values = headers[as_utf8(header.name)];
      if (values.is_null())
        values = as_utf8(header.value);
      else if (values.is_string())
        values = {values, as_utf8(header.value)};
      else
        values.push_back(as_utf8(header.value));
      if (order.empty() || order.back() != header.name) order.push_back(header.name);
    }
    if (!headers.empty()) response["headers"] = headers;
    if (order.size() != headers.size()) ours["response_headers"] = header_json(exchange.response_headers);
  }

  void write_body(const RecordedExchange& exchange, Json& response) {
    const std::string& body = exchange.response_body;
    if (body.empty()) return;
    if (!is_utf8(body)) {
      response["base64Body"] = to_base64(body);
    } else if (body.size() > kLargestInside) {
      const bool is_json = exchange.content_type.starts_with("application/json");
      const std::string file = name_ + (is_json ? ".json" : ".txt");
      files_[fmt::format("{}/{}", wiremock::kFiles, file)] = body;
      response["bodyFileName"] = file;
    } else {
      const Json json = Json::parse(body, nullptr, false);
      if (json.is_structured() && json.dump() == body)
        response["jsonBody"] = json;
      else
        response["body"] = body;
    }
  }

  static void write_delay(const RecordedExchange& exchange, Json& response, Json& ours) {
    const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(exchange.duration).count();
    if (exchange.chunks.empty()) {
      if (milliseconds > 0) response["fixedDelayMilliseconds"] = milliseconds;
      return;
    }
    response["chunkedDribbleDelay"] = {{"numberOfChunks", exchange.chunks.size()}, {"totalDuration", milliseconds}};
    ours["chunks"] = Json::array();
    for (const RecordedChunk& chunk : exchange.chunks)
      ours["chunks"].push_back({{"after_us", chunk.after.count()}, {"bytes", chunk.bytes}});
  }

  /// The k-th answer leads to the state of the next; the last one stays.
  void take_turns(const RecordedExchange& exchange, Json& mapping) {
    const std::string id = identity(exchange);
    const std::size_t all = turns_.at(id);
    if (all < 2) return;
    const std::size_t turn = ++taken_[id];
    if (turn == 1) scenarios_[id] = fmt::format("{} {} ({})", exchange.method, exchange.path, name_.substr(0, 4));
    mapping["scenarioName"] = scenarios_.at(id);
    mapping["requiredScenarioState"] = turn == 1 ? std::string{wiremock::kStarted} : fmt::format("answer {}", turn);
    if (turn < all) mapping["newScenarioState"] = fmt::format("answer {}", turn + 1);
  }

  const Recording& recording_;
  std::string name_;  ///< of the mapping that is written
  std::map<std::string, std::size_t> turns_;
  std::map<std::string, std::size_t> taken_;
  std::map<std::string, std::string> scenarios_;
  std::map<std::string, std::string> files_;
};

}  // namespace

std::map<std::string, std::string> to_wiremock(const Recording& recording) { return Writer{recording}.write(); }

}  // namespace understudy
