// A mapping of WireMock -> an exchange. A branch for each key that a mapping can have; an unknown one is an error.

#include "recording/wiremock_mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "mock_server/base64.hpp"
#include "mock_server/url.hpp"
#include "recording/json_text.hpp"
#include "recording/wiremock_names.hpp"

namespace understudy::wiremock {
namespace {

using namespace recording;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Kind = Node::Kind;

Json to_json(const JsonValue& value) {
  switch (value.kind) {
    case Kind::kMap: {
      Json map = Json::object();
      for (const JsonMember& member : value.members) map[member.key] = to_json(member.value);
      return map;
    }
    case Kind::kList: {
      Json list = Json::array();
      for (const JsonValue& item : value.items) list.push_back(to_json(item));
      return list;
    }
    case Kind::kText:
      return value.text;
    case Kind::kNull:
      return nullptr;
    default:
      return Json::parse(value.text);
  }
}

/// One file. A mapping that cannot be an exchange leaves errors behind, and nothing else.
class MappingReader {
public:
  MappingReader(const std::string& text, const std::string& file, const fs::path& files,
                std::vector<WireMockProblem>& problems)
      : source_{text, file}, files_{files}, problems_{problems} {}

  std::vector<Mapping> read() {
    JsonValue document = source_.parse();
    if (!document.is(Kind::kMap)) source_.fail(document.at, "expected a mapping, a map");
    std::vector<Mapping> mappings;
    if (JsonValue* const list = document.find("mappings")) {
      if (!list->is(Kind::kList)) source_.fail(list->at, "expected a list of mappings");
      for (JsonValue& item : list->items) add(mappings, item);
    } else {
      add(mappings, document);
    }
    return mappings;
  }

private:
  void add(std::vector<Mapping>& mappings, JsonValue& node) {
    if (!node.is(Kind::kMap) || node.find("request") == nullptr || node.find("response") == nullptr)
      source_.fail(node.at, "a mapping needs \"request\" and \"response\"");
    failed_ = false;
    mapping_ = {};
    mapping_.exchange.at = source_.position(node.at);
    ours_ = nullptr;
    if (JsonValue* const metadata = node.find("metadata"); metadata != nullptr && metadata->is(Kind::kMap))
      if (JsonValue* const ours = metadata->find(kOurs)) ours_ = to_json(*ours);
    try {
      for (JsonMember& member : node.members) read_member(member);
      if (!failed_) take_ours();
    } catch (const Json::exception&) {
      error(node.at, "what stands in metadata.understudy is not as understudy export writes it");
    }
    if (!failed_) mappings.push_back(std::move(mapping_));
  }

  void read_member(JsonMember& member) {
    const std::string& key = member.key;
    if (key == "request") {
      read_request(member.value);
    } else if (key == "response") {
      read_response(member.value);
    } else if (key == "scenarioName") {
      mapping_.scenario = text(member.value, key);
    } else if (key == "requiredScenarioState") {
      mapping_.required = text(member.value, key);
    } else if (key == "newScenarioState") {
      mapping_.next = text(member.value, key);
    } else if (key == "postServeActions" || key == "serveEventListeners") {
      warn(member.at, fmt::format("\"{}\": a recording does nothing of its own", key));
    } else if (key == "priority") {
      if (member.value.text != "5")
        warn(member.at, "\"priority\": of two answers to one request, the first in order comes first");
    } else if (!is_one_of(key, {"id", "uuid", "name", "persistent", "metadata", "insertionIndex"})) {
      error(member.at, fmt::format("unknown key \"{}\" in a mapping", key));
    }
  }

  // What is asked

  void read_request(JsonValue& node) {
    expect(node, Kind::kMap, "a request");
    RecordedExchange& exchange = mapping_.exchange;
    std::string scheme = "http";
    std::string host;
    std::string port;
    for (JsonMember& member : node.members) {
      const std::string& key = member.key;
      if (key == "method") {
        exchange.method = text(member.value, key);
        if (exchange.method == "ANY") error(member.value.at, "method ANY: an exchange has one method");
      } else if (key == "url" || key == "urlPath") {
        const UrlParts parts = url_parts(text(member.value, key));
        exchange.path = parts.path;
        exchange.query = parts.query;
      } else if (is_one_of(key, {"urlPattern", "urlPathPattern", "urlPathTemplate"})) {
        if (!takes_ours("url"))
          error(member.at, fmt::format("\"{}\": an exchange is of one URL, not of a pattern", key));
      } else if (key == "queryParameters") {
        read_pairs(member.value, "the query", exchange.query);
      } else if (key == "formParameters") {
        read_pairs(member.value, "a form", exchange.request_body);
        exchange.request_headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
      } else if (key == "headers") {
        read_request_headers(member.value);
      } else if (key == "basicAuthCredentials" || key == "basicAuth") {
        read_basic(member.value);
      } else if (key == "bodyPatterns") {
        read_body_patterns(member.value);
      } else if (key == "scheme") {
        scheme = text(member.value, key);
      } else if (key == "host") {
        host = equal_to(member.value, "the host").value_or("");
      } else if (key == "port") {
        port = ":" + member.value.text;
      } else if (key == "cookies" || key == "clientIp") {
        warn(member.at, fmt::format("\"{}\": nothing is matched by it", key));
      } else if (is_one_of(key, {"customMatcher", "multipartPatterns", "pathParameters"})) {
        error(member.at, fmt::format("\"{}\": it is a pattern, and an exchange is of one request", key));
      } else {
        error(member.at, fmt::format("unknown key \"{}\" in a request", key));
      }
    }
    if (!host.empty()) exchange.server = scheme + "://" + host + port;
    if (exchange.method.empty()) error(node.at, "a request without a method answers any; an exchange has one");
    if (exchange.path.empty() && !takes_ours("url") && !failed_)
      error(node.at, "a request without a URL answers any; an exchange is of one");
  }

  /// The value of {"equalTo": "x"}; an error for anything else.
  std::optional<std::string> equal_to(JsonValue& matcher, const std::string& what) {
    if (matcher.is(Kind::kMap)) {
      if (JsonValue* const value = matcher.find("equalTo")) {
        if (JsonValue* const loose = matcher.find("caseInsensitive"); loose != nullptr && loose->text == "true")
          warn(loose->at, fmt::format("\"caseInsensitive\": {} is taken as it is written", what));
        return value->text;
      }
      if (JsonValue* const absent = matcher.find("absent"); absent != nullptr && absent->text == "true")
        return std::nullopt;
      const std::string kind = matcher.members.empty() ? "nothing" : matcher.members.front().key;
      error(matcher.at, fmt::format("\"{}\": {} has to be exact, by \"equalTo\"", kind, what));
      return std::nullopt;
    }
    error(matcher.at, fmt::format("expected a matcher of {}, for instance {{\"equalTo\": \"x\"}}", what));
    return std::nullopt;
  }

  void read_pairs(JsonValue& node, const std::string& what, std::string& into) {
    expect(node, Kind::kMap, what);
    for (JsonMember& member : node.members) {
      JsonValue* const all = member.value.is(Kind::kMap) ? member.value.find("hasExactly") : nullptr;
      std::vector<JsonValue*> matchers;
      if (all != nullptr)
        for (JsonValue& one : all->items) matchers.push_back(&one);
      else
        matchers.push_back(&member.value);
      for (JsonValue* const matcher : matchers) {
        const std::optional<std::string> value = equal_to(*matcher, fmt::format("\"{}\" of {}", member.key, what));
        if (value) into += (into.empty() ? "" : "&") + percent_encoded(member.key) + "=" + percent_encoded(*value);
      }
    }
  }

  /// Replay does not look at headers unless it is told to, so one that is not exact can be left out.
  void read_request_headers(JsonValue& node) {
    expect(node, Kind::kMap, "headers");
    for (JsonMember& member : node.members) {
      JsonValue* const value = member.value.is(Kind::kMap) ? member.value.find("equalTo") : nullptr;
      if (value != nullptr)
        mapping_.exchange.request_headers.push_back({member.key, value->text});
      else
        warn(member.at,
             fmt::format("header \"{}\": only \"equalTo\" can be taken over; nothing is matched by it", member.key));
    }
  }

  void read_basic(JsonValue& node) {
    JsonValue* const name = node.find("username");
    JsonValue* const password = node.find("password");
    if (name == nullptr || password == nullptr)
      return error(node.at, "basic authentication needs username and password");
    mapping_.exchange.request_headers.push_back(
        {"Authorization", "Basic " + to_base64(name->text + ":" + password->text)});
  }

  void read_body_patterns(JsonValue& node) {
    expect(node, Kind::kList, "bodyPatterns");
    if (node.items.size() > 1) return error(node.at, "several patterns of one body; an exchange has one body");
    for (JsonValue& pattern : node.items) {
      expect(pattern, Kind::kMap, "a pattern of the body");
      std::string& body = mapping_.exchange.request_body;
      for (JsonMember& member : pattern.members) {
        if (member.key == "equalTo") {
          body = text(member.value, member.key);
        } else if (member.key == "equalToJson") {
          body = member.value.is(Kind::kText) ? member.value.text : to_json(member.value).dump();
          mapping_.exchange.request_headers.push_back({"Content-Type", "application/json"});
          if (body.find("${json-unit.") != std::string::npos)
            error(member.value.at, "a placeholder of JsonUnit: an exchange has one body");
          const std::string ours = takes_ours("request_body") ? ours_.value("request_body", "") : "";
          if (Json::parse(ours, nullptr, false) == Json::parse(body, nullptr, false)) body = ours;  // as it was spaced
        } else if (member.key == "matches" && takes_ours("request_body")) {
          body = ours_.value("request_body", "");
        } else if (member.key == "binaryEqualTo") {
          body = bytes(member.value);
        } else if (member.key == "ignoreArrayOrder" || member.key == "ignoreExtraElements") {
          if (member.value.text == "true")
            warn(member.at, fmt::format("\"{}\": the body is taken as it is written", member.key));
        } else {
          error(member.at,
                fmt::format("\"{}\": the body has to be exact, by \"equalTo\", \"equalToJson\" or \"binaryEqualTo\"",
                            member.key));
        }
      }
    }
  }

  // What is answered

  void read_response(JsonValue& node) {
    expect(node, Kind::kMap, "a response");
    RecordedExchange& exchange = mapping_.exchange;
    exchange.status = 200;
    bool templated = false;
    for (JsonMember& member : node.members) {
      if (member.key != "transformers") continue;
      for (const JsonValue& name : member.value.items) {
        templated = templated || name.text == "response-template";
        if (name.text != "response-template")
          error(name.at, fmt::format("the transformer \"{}\" is code of its own", name.text));
      }
    }
    std::size_t chunks = 0;
    for (JsonMember& member : node.members) {
      const std::string& key = member.key;
      if (key == "status") {
        exchange.status = static_cast<int>(number(member.value));
      } else if (key == "headers") {
        read_answer_headers(member.value);
      } else if (key == "body") {
        exchange.response_body = text(member.value, key);
      } else if (key == "jsonBody") {
        exchange.response_body = to_json(member.value).dump();
      } else if (key == "base64Body") {
        exchange.response_body = bytes(member.value);
      } else if (key == "bodyFileName") {
        read_body_file(member.value);
      } else if (key == "fixedDelayMilliseconds") {
        exchange.duration = std::chrono::milliseconds{number(member.value)};
      } else if (key == "chunkedDribbleDelay") {
        chunks = read_dribble(member.value);
      } else if (key == "delayDistribution") {
        warn(member.at, "\"delayDistribution\": a recording has no chance in it; there is no delay");
      } else if (key == "fault") {
        read_fault(member.value);
      } else if (key == "proxyBaseUrl" || key == "additionalProxyRequestHeaders" ||
                 key == "removeProxyRequestHeaders") {
        error(member.at, fmt::format("\"{}\": a recording has its own answer", key));
      } else if (!is_one_of(key, {"statusMessage", "transformers", "transformerParameters", "fromConfiguredStub"})) {
        error(member.at, fmt::format("unknown key \"{}\" in a response", key));
      }
      if (templated && is_one_of(key, {"body", "jsonBody", "bodyFileName", "headers"}) && holds_template(member.value))
        error(member.value.at, "a response template ({{...}}): a recorded answer is always the same");
    }
    if (const std::string* type = find_header(exchange.response_headers, "Content-Type")) exchange.content_type = *type;
    split(chunks);
  }

  static bool holds_template(const JsonValue& value) {
    return value.text.find("{{") != std::string::npos || std::ranges::any_of(value.items, holds_template) ||
           std::ranges::any_of(value.members, [](const JsonMember& member) { return holds_template(member.value); });
  }

  void read_answer_headers(JsonValue& node) {
    expect(node, Kind::kMap, "headers");
    for (JsonMember& member : node.members) {
      if (member.value.is(Kind::kList))
        for (const JsonValue& value : member.value.items)
          mapping_.exchange.response_headers.push_back({member.key, value.text});
      else
        mapping_.exchange.response_headers.push_back({member.key, member.value.text});
    }
  }

  void read_body_file(JsonValue& node) {
    const std::string name = text(node, "bodyFileName");
    const fs::path relative = fs::path{name}.lexically_normal();
    if (relative.is_absolute() || relative.string().starts_with(".."))
      return error(node.at, fmt::format("\"{}\" is not below {}", name, kFiles));
    if (!fs::is_regular_file(files_ / relative))
      return error(node.at, fmt::format("there is no file {}/{}", kFiles, name));
    mapping_.exchange.response_body = content_of(files_ / relative);
  }

  std::size_t read_dribble(JsonValue& node) {
    expect(node, Kind::kMap, "chunkedDribbleDelay");
    JsonValue* const count = node.find("numberOfChunks");
    JsonValue* const total = node.find("totalDuration");
    if (count == nullptr || total == nullptr) {
      error(node.at, "chunkedDribbleDelay needs numberOfChunks and totalDuration");
      return 0;
    }
    mapping_.exchange.duration = std::chrono::milliseconds{number(*total)};
    return static_cast<std::size_t>(number(*count));
  }

  /// Into parts of the same size, as WireMock does.
  void split(std::size_t count) {
    RecordedExchange& exchange = mapping_.exchange;
    if (count == 0 || exchange.response_body.empty()) return;
    std::size_t begun = 0;
    for (std::size_t i = 1; i <= count; ++i) {
      const std::size_t end = exchange.response_body.size() * i / count;
      exchange.chunks.push_back(
          {.after = exchange.duration * static_cast<int>(i) / static_cast<int>(count), .bytes = end - begun});
      begun = end;
    }
  }

  void read_fault(JsonValue& node) {
    const std::string fault = text(node, "fault");
    if (fault != "EMPTY_RESPONSE" && fault != "CONNECTION_RESET_BY_PEER")
      return error(
          node.at,
          fmt::format("fault \"{}\": a recording can drop the connection, and send nothing that is no HTTP", fault));
    mapping_.exchange.status = 0;
  }

  // What we wrote ourselves

  [[nodiscard]] bool takes_ours(const char* key) const { return ours_.is_object() && ours_.contains(key); }

  void take_ours() {
    if (!ours_.is_object()) return;
    RecordedExchange& exchange = mapping_.exchange;
    exchange.server = ours_.value("server", exchange.server);
    exchange.comment = ours_.value("comment", "");
    exchange.is_cut = ours_.value("cut", false);
    exchange.content_type = ours_.value("content_type", exchange.content_type);
    if (takes_ours("started")) exchange.started = parse_time(ours_.value("started", ""));
    if (takes_ours("duration_us")) exchange.duration = std::chrono::microseconds{ours_.value("duration_us", 0LL)};
    if (takes_ours("url")) {
      const UrlParts parts = url_parts(ours_.value("url", ""));
      exchange.path = parts.path;
      exchange.query = parts.query;
    }
    for (const auto& [key, headers] : {std::pair{"request_headers", &exchange.request_headers},
                                       std::pair{"response_headers", &exchange.response_headers}}) {
      if (!takes_ours(key)) continue;
      headers->clear();
      for (const Json& header : ours_[key]) headers->push_back({header.value("name", ""), header.value("value", "")});
    }
    if (!takes_ours("chunks")) return;
    exchange.chunks.clear();
    for (const Json& chunk : ours_["chunks"])
      exchange.chunks.push_back({.after = std::chrono::microseconds{chunk.value("after_us", 0LL)},
                                 .bytes = chunk.value("bytes", std::size_t{0})});
  }

  // Small things

  static bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
  }
  void expect(const JsonValue& node, Kind kind, const std::string& what) const {
    if (!node.is(kind))
      source_.fail(node.at, fmt::format("expected {} to be {}, found {}", what, describe(kind), describe(node.kind)));
  }
  std::string text(const JsonValue& node, const std::string& key) const {
    expect(node, Kind::kText, "\"" + key + "\"");
    return node.text;
  }
  long long number(const JsonValue& node) const {
    expect(node, Kind::kInteger, "a number");
    long long value = 0;
    std::from_chars(node.text.data(), node.text.data() + node.text.size(), value);
    return value;
  }
  std::string bytes(const JsonValue& node) {
    const std::optional<std::string> decoded = from_base64(node.text);
    if (!decoded) error(node.at, "it is no base64");
    return decoded.value_or("");
  }
  void error(std::size_t at, const std::string& problem) {
    failed_ = true;
    problems_.push_back({source_.position(at), problem, true});
  }
  void warn(std::size_t at, const std::string& problem) { problems_.push_back({source_.position(at), problem, false}); }

  const JsonText source_;
  const fs::path& files_;  ///< the folder __files
  std::vector<WireMockProblem>& problems_;
  Mapping mapping_{};
  Json ours_{};
  bool failed_ = false;
};

}  // namespace

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw InputError{{file.string(), 0, 0}, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Mapping> read_mappings(const std::string& text, const std::string& file, const fs::path& files,
                                   std::vector<WireMockProblem>& problems) {
  return MappingReader{text, file, files, problems}.read();
}

}  // namespace understudy::wiremock
