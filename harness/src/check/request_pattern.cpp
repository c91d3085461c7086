#include "check/request_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/lines.hpp"
#include "mock_server/url.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr int kMethodScore = 40;
constexpr int kDetailScore = 10;
constexpr int kNearPath = 50;  // percent of the segments that have to be alike

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> result;
  while (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return result;
}

bool segment_matches(std::string_view pattern, std::string_view segment) {
  if (matches_wildcards(pattern, segment, "*")) return true;
  const std::string plain = percent_decoded(segment, false);
  return matches_wildcards(pattern, plain, "*") || matches_wildcards(percent_decoded(pattern, false), plain, "*");
}

bool segments_match(std::span<const std::string_view> pattern, std::span<const std::string_view> path) {
  while (!pattern.empty() && pattern[0] != "**") {
    if (path.empty() || !segment_matches(pattern[0], path[0])) return false;
    pattern = pattern.subspan(1);
    path = path.subspan(1);
  }
  if (pattern.empty()) return path.empty();
  for (std::size_t skipped = 0; skipped <= path.size(); ++skipped) {
    if (segments_match(pattern.subspan(1), path.subspan(skipped))) return true;
  }
  return false;
}

/// The path to compare with: without /api, unless the pattern asks for it.
std::string_view compared(std::string_view pattern, std::string_view path) {
  return without_api(pattern) == pattern ? without_api(path) : path;
}

/// 0 to 100: how many segments of the two stand in both, in the same order.
int path_likeness(std::string_view pattern, std::string_view path) {
  std::vector<std::string_view> wanted = segments(pattern);
  std::erase(wanted, "**");
  const std::vector<std::string_view> given = segments(compared(pattern, path));
  std::vector<std::vector<int>> common(wanted.size() + 1, std::vector<int>(given.size() + 1, 0));
  for (std::size_t i = 1; i <= wanted.size(); ++i) {
    for (std::size_t j = 1; j <= given.size(); ++j) {
      const int both = segment_matches(wanted[i - 1], given[j - 1]) ? 100 : likeness(wanted[i - 1], given[j - 1]) / 2;
      common[i][j] = std::max({common[i - 1][j], common[i][j - 1], common[i - 1][j - 1] + both});
    }
  }
  const std::size_t all = std::max<std::size_t>(1, wanted.size() + given.size());
  return 2 * common[wanted.size()][given.size()] / static_cast<int>(all);
}

bool is_method(std::string_view text) {
  static constexpr std::string_view kMethods[] = {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "ANY"};
  return std::ranges::find(kMethods, text) != std::end(kMethods);
}

std::string value_of(const json& expected) {
  return expected.is_string() ? expected.get<std::string>() : expected.dump();
}

/// What differs between `expected` and the values given for one name; "" if nothing does.
std::string field_difference(const json& expected, const std::vector<std::string>& given, const Variables& variables) {
  if (expected == "#absent" || expected.is_null())
    return given.empty() ? "" : "expected none, got " + in_quotes(given[0]);
  if (given.empty()) return "expected " + in_quotes(value_of(expected)) + ", got none";
  if (expected.is_array()) {
    const bool same = expected.size() == given.size() &&
                      std::ranges::equal(expected, given, [&](const json& e, const std::string& g) {
                        return matches_wildcards(substitute(value_of(e), variables), g, "[..]");
                      });
    return same ? ""
                : fmt::format("expected {}, got {}", expected.dump(),
                              json(given).dump(-1, ' ', false, json::error_handler_t::replace));
  }
  const std::string wanted = value_of(expected);
  const bool marker = wanted.starts_with('#');
  const std::string literal = substitute(wanted, variables);
  for (const std::string& value : given) {
    if (matches_wildcards(literal, value, "[..]")) return "";
    if (marker && !json_difference(expected, json(value), variables)) return "";
  }
  return "expected " + in_quotes(wanted) + ", got " + in_quotes(given[0]);
}

std::vector<std::string> values_of(const std::vector<std::pair<std::string, std::string>>& pairs,
                                   const std::string& name) {
  std::vector<std::string> result;
  for (const auto& [key, value] : pairs) {
    if (key == name) result.push_back(value);
  }
  return result;
}

}  // namespace

std::string_view without_api(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") ? path.substr(4) : path;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = segments(pattern);
  const std::vector<std::string_view> given = segments(compared(pattern, path));
  return segments_match(wanted, given);
}

RequestPattern RequestPattern::parse(std::string_view text, const Position& at) {
  RequestPattern result;
  result.at_ = at;
  result.text_ = text;
  const std::size_t blank = text.find(' ');
  const std::string_view method = text.substr(0, blank);
  if (blank == std::string_view::npos || !is_method(method) ||
      text.substr(blank).find_first_not_of(' ') == std::string_view::npos) {
    static const std::vector<std::string> known{"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "ANY"};
    const std::string hint = is_method(method) ? "" : did_you_mean(method, known);
    throw InputError{at, "\"" + std::string{text} + "\" is no request",
                     hint.empty() ? "write METHOD /path, for instance GET /projects/*" : hint};
  }
  std::string_view rest = text.substr(text.find_first_not_of(' ', blank));
  if (!rest.starts_with('/')) throw InputError{at, "the path \"" + std::string{rest} + "\" has to begin with /"};
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    for (auto& [key, value] : parameters_of(rest.substr(question + 1), false)) result.query_.emplace_back(key, value);
    rest = rest.substr(0, question);
  }
  result.method_ = method;
  result.path_ = rest;
  return result;
}

RequestPattern::Fields RequestPattern::read_fields(const Node& value) {
  Fields fields;
  for (const Node::Entry& entry : value.entries()) {
    require_valid_markers(entry.value);
    const bool list = entry.value.is(Node::Kind::kList);
    if (list) {
      for (const Node& item : entry.value.items()) static_cast<void>(item.scalar_text());
    } else {
      static_cast<void>(entry.value.scalar_text());
    }
    const bool as_written = !list && !entry.value.is(Node::Kind::kNull);  // 012 and 1e3 are texts in a form
    fields.emplace_back(entry.key, as_written ? json(entry.value.scalar_text()) : entry.value.to_json());
  }
  return fields;
}

Keys<RequestPattern> RequestPattern::make_keys() {
  const json fields{{"type", "object"}};
  return {
      {"json", "what the body holds as JSON", json_expectation_schema(),
       [](RequestPattern& into, const Node& value) { into.json_.emplace(value); }},
      {"form", "fields of a form in the body; a text may hold [..], null or #absent means not there", fields,
       [](RequestPattern& into, const Node& value) { into.form_ = read_fields(value); }},
      {"body", "what the body is like as a text", TextExpectation::schema(),
       [](RequestPattern& into, const Node& value) { into.body_ = TextExpectation::parse(value); }},
      {"headers", "headers of the request; values as for a form", fields,
       [](RequestPattern& into, const Node& value) { into.headers_ = read_fields(value); }},
      {"query", "parameters in the URL; values as for a form, a list for a repeated one", fields,
       [](RequestPattern& into, const Node& value) {
         for (auto& field : read_fields(value)) into.query_.push_back(std::move(field));
       }},
      {"status",
       "the status that it was answered with, or a list of allowed ones",
       {{"anyOf", json::array({{{"type", "integer"}},
                               {{"type", "string"}, {"pattern", "^\\$"}},
                               {{"type", "array"}, {"items", {{"type", "integer"}}}}})}},
       [](RequestPattern& into, const Node& value) {
         if (value.is(Node::Kind::kList)) {
           for (const Node& item : value.items()) into.statuses_.push_back(static_cast<int>(item.integer()));
         } else {
           into.statuses_.push_back(static_cast<int>(value.integer()));
         }
       }},
      {"response", "what the answer's body is like as a text", TextExpectation::schema(),
       [](RequestPattern& into, const Node& value) { into.response_ = TextExpectation::parse(value); }},
      {"user",
       "name of the user whose token it carried; none = without a token",
       {{"type", "string"}},
       [](RequestPattern& into, const Node& value) { into.user_ = value.text(); }},
      {"times", "how often: 2, \"2..3\", \"2..\" or never", count_schema(),
       [](RequestPattern& into, const Node& value) { into.times_ = read_count(value); }},
  };
}

const Keys<RequestPattern>& RequestPattern::keys() {
  static const Keys<RequestPattern> keys = make_keys();
  return keys;
}

json RequestPattern::schema() {
  json details = schema_of(keys());
  details["type"] = json::array({"object", "null"});
  const json request{{"type", "string"}, {"pattern", "^(GET|POST|PATCH|PUT|DELETE|HEAD|OPTIONS|ANY) +/"}};
  json map{{"type", "object"}, {"minProperties", 1}, {"maxProperties", 1}, {"additionalProperties", false}};
  map["patternProperties"] = {{request["pattern"].get<std::string>(), details}};
  return {{"anyOf", json::array({request, map})}};
}

RequestPattern RequestPattern::parse(const Node& value) {
  if (!value.is(Node::Kind::kMap)) return parse(value.text(), value.at());
  if (value.entries().size() != 1) {
    throw InputError{value.at(), "a request is one METHOD /path with its details below it",
                     "indent the details further than the request"};
  }
  const Node::Entry& entry = value.entries()[0];
  RequestPattern result = parse(entry.key, entry.key_at);
  if (!entry.value.is(Node::Kind::kNull)) read_map(entry.value, keys(), result, "a request");
  return result;
}

std::vector<std::string> RequestPattern::details_that_differ(const Exchange& exchange,
                                                             const Variables& variables) const {
  std::vector<std::string> result;
  const auto note = [&](std::string_view kind, const std::string& name, const std::string& difference) {
    if (!difference.empty()) result.push_back(fmt::format("{} {}: {}", kind, name, difference));
  };
  const auto query = query_.empty() ? Pairs{} : parameters_of(exchange.query, false);
  for (const auto& [name, expected] : query_)
    note("query", name, field_difference(expected, values_of(query, name), variables));
  for (const auto& [name, expected] : headers_) {
    const std::string* value = find_header(exchange.request_headers, name);
    note("header", name,
         field_difference(expected, value == nullptr ? std::vector<std::string>{} : std::vector{*value}, variables));
  }
  const auto form = form_.empty() ? Pairs{} : parameters_of(exchange.request_body);
  for (const auto& [name, expected] : form_)
    note("form", name, field_difference(expected, values_of(form, name), variables));
  if (json_) {
    const json body = json::parse(exchange.request_body, nullptr, false);
    const auto difference = body.is_discarded() ? std::nullopt : json_->difference(body, variables);
    if (body.is_discarded())
      result.emplace_back(exchange.request_body.empty() ? "the body is empty" : "the body is no JSON");
    if (difference) result.push_back(to_string(*difference));
  }
  const auto judge_text = [&](const std::optional<TextExpectation>& expectation, std::string_view text,
                              const char* name) {
    if (!expectation) return;
    for (const Failure& failure : expectation->judge(text, name, variables)) {
      result.push_back(fmt::format("{}: expected {}, {}", name, failure.expected, failure.actual));
    }
  };
  judge_text(body_, exchange.request_body, "body");
  if (!statuses_.empty() && std::ranges::find(statuses_, exchange.status) == statuses_.end()) {
    result.push_back(fmt::format("status: expected {}, got {}", fmt::join(statuses_, " or "), exchange.status));
  }
  judge_text(response_, exchange.response_body, "response");
  const std::string user = user_ == "none" ? "" : substitute(user_, variables);
  if (!user_.empty() && user != exchange.user) {
    result.push_back(fmt::format("user: expected {}, got {}", user_, exchange.user.empty() ? "none" : exchange.user));
  }
  return result;
}

Fit RequestPattern::fit(const Exchange& exchange, const Variables& variables) const {
  const std::string path = substitute(path_, variables);
  const bool path_fits = path_matches(path, exchange.path);
  const bool method_fits = method_ == "ANY" || method_ == exchange.method;
  Fit fit;
  const int alike = path_fits ? 100 : std::min(99, path_likeness(path, exchange.path));
  fit.near = alike >= kNearPath;
  fit.score = alike + (method_fits ? kMethodScore : 0);
  if (!path_fits && !fit.near) return fit;
  const std::vector<std::string> differing = details_that_differ(exchange, variables);
  fit.score -= kDetailScore * static_cast<int>(std::min<std::size_t>(differing.size(), 3));
  fit.whole = path_fits && method_fits && differing.empty();
  if (!method_fits)
    fit.why = fmt::format("method: expected {}, got {}", method_, exchange.method);
  else if (!path_fits)
    fit.why = fmt::format("path: expected {}, got {}", path_, exchange.path);
  else if (!differing.empty())
    fit.why = differing.front();
  return fit;
}

}  // namespace understudy
