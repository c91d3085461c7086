#include "mock_server/verify.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mock_server/ascii.hpp"
#include "mock_server/url.hpp"
#include "recording/carried.hpp"
#include "recording/headers.hpp"

namespace understudy {
namespace {

using namespace recording;
using Json = nlohmann::json;

/// Headers that belong to one connection, or to the browser that was recorded, and not to the request.
bool is_left_out(const std::string& name) {
  // Beside what framed it.
  constexpr std::array<std::string_view, 8> kNames{
      "host", "accept-encoding", "cookie", "authorization", "if-modified-since", "if-none-match", "origin", "referer"};
  const std::string known = lower(name);
  return is_framing(known, false) || known.starts_with("sec-") || known.starts_with("proxy-") ||
         std::ranges::find(kNames, known) != kNames.end();
}

bool is_token_request(const RecordedExchange& exchange) {
  return exchange.method == "POST" && exchange.path.ends_with("/oauth2/token");
}

std::string field_of(const Pairs& form, std::string_view name) {
  const auto found = std::ranges::find(form, name, &Pairs::value_type::first);
  return found == form.end() ? "" : found->second;
}

Json json_or_null(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json{} : value;
}

class Verifier {
public:
  Verifier(const Recording& recording, const AskLive& ask, const VerifySettings& settings)
      : recording_{recording}, ask_{ask}, settings_{settings}, carried_{recording.placeholders} {}

  Verification carry_out() {
    for (std::size_t i = 0; i < recording_.exchanges.size(); ++i) {
      const RecordedExchange& exchange = recording_.exchanges[i];
      VerifiedExchange& verified = result_.exchanges.emplace_back();
      verified.index = i;
      verified.status_then = exchange.status;
      verified.type_then = media_type(exchange.content_type);
      verified.why_not_sent = why_not_sent(exchange);
      if (verified.why_not_sent.empty())
        compare(exchange, verified);
      else
        leave_out(exchange, verified);
      note_names(exchange);
    }
    return std::move(result_);
  }

private:
  std::string why_not_sent(const RecordedExchange& exchange) {
    if (exchange.status == 0) return "the connection was dropped then";
    if (exchange.is_cut) return "the answer did not come to its end then";
    if (exchange.method == "OPTIONS" || exchange.method == "CONNECT") return "it is the browser's own";
    if (exchange.path.ends_with("/oauth2/authorize")) return "a login in a browser";
    if (is_token_request(exchange)) return why_no_token_request(exchange);
    const bool safe = exchange.method == "GET" || exchange.method == "HEAD";
    if (!safe && !settings_.writes) return "it changes something";
    for (const std::string& segment : path_segments(exchange.path)) {
      if (missing_.contains(segment)) return "it needs \"" + segment + "\" of a request that was not sent";
    }
    return {};
  }

  std::string why_no_token_request(const RecordedExchange& exchange) const {
    const Pairs form = parameters_of(exchange.request_body);
    const std::string grant = field_of(form, "grant_type");
    if (grant == "api_token") return settings_.api_token.empty() ? "there is no API token to exchange" : "";
    const std::string field = grant == "refresh_token" ? "refresh_token" : "code";
    if (grant == "client_credentials" || carried_.knows(field_of(form, field))) return {};
    return "its " + std::string{field == "code" ? "login" : "refresh token"} + " was another one's";
  }

  /// What it would have made is not there for later requests.
  void leave_out(const RecordedExchange& exchange, VerifiedExchange& verified) {
    verified.outcome = VerifiedExchange::Outcome::kNotSent;
    if (exchange.method == "GET" || exchange.method == "HEAD" || is_token_request(exchange)) return;
    std::set<std::string> made;
    collect_names(json_or_null(exchange.request_body), made);
    collect_names(json_or_null(exchange.response_body), made);
    for (const std::string& name : made) {
      if (!seen_.contains(name)) missing_.insert(name);
    }
  }

  /// Names of what is there whether or not a later write is sent.
  void note_names(const RecordedExchange& exchange) {
    const bool is_write = exchange.method != "GET" && exchange.method != "HEAD" && !is_token_request(exchange);
    if (is_write || exchange.status >= 400) {
      // The place that is written to is there; what is asked for in vain is not.
      if (exchange.status < 400)
        for (const std::string& segment : path_segments(exchange.path)) seen_.insert(segment);
      return;
    }
    std::set<std::string> names;
    collect_names(json_or_null(exchange.response_body), names);
    for (const std::string& segment : path_segments(exchange.path)) names.insert(segment);
    for (const std::string& name : names) {
      if (!missing_.contains(name)) seen_.insert(name);
    }
  }

  LiveRequest live(const RecordedExchange& exchange) {
    LiveRequest request{.method = exchange.method,
                        .server = exchange.server,
                        .path = carried_.path(exchange.path),
                        .query = carried_.query(exchange.query)};
    for (const Header& header : exchange.request_headers) {
      if (!is_left_out(header.name)) request.headers.push_back({header.name, carried_.text(header.value)});
    }
    request.body = body(exchange);
    const std::string authorization = authorization_for(exchange);
    if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
    return request;
  }

  std::string body(const RecordedExchange& exchange) {
    const std::string* type = find_header(exchange.request_headers, "Content-Type");
    const bool is_form = type != nullptr && type->find("form-urlencoded") != std::string::npos;
    if (is_token_request(exchange)) {
      Pairs form = parameters_of(exchange.request_body);
      for (auto& [name, value] : form) value = name == "api_token" ? settings_.api_token : carried_.text(value);
      return to_form(form);
    }
    if (is_form) return carried_.form(exchange.request_body);
    const Json json = Json::parse(exchange.request_body, nullptr, false);
    if (json.is_structured()) return carried_.json(json).dump();
    return exchange.request_body.empty() ? "" : carried_.text(exchange.request_body);
  }

  /// As it was sent, with the token's place taken by the one that stands for it now. Browsers leave the header out of
  /// what they export: then the newest token is sent along, but where none was good enough.
  std::string authorization_for(const RecordedExchange& exchange) {
    const std::string* recorded = find_header(exchange.request_headers, "Authorization");
    if (is_token_request(exchange)) return recorded == nullptr ? "" : carried_.text(*recorded);
    constexpr std::string_view kScheme = "Bearer ";
    if (recorded != nullptr && !recorded->starts_with(kScheme)) return carried_.text(*recorded);
    const std::string token = recorded == nullptr ? "" : recorded->substr(kScheme.size());
    if (!token.empty() && carried_.knows(token)) return std::string{kScheme} + carried_.text(token);
    if (exchange.status == 401) return recorded == nullptr ? "" : *recorded;
    if (access_token_.empty() && !settings_.api_token.empty()) exchange_token();
    if (access_token_.empty()) return recorded == nullptr ? "" : *recorded;
    return std::string{kScheme} + access_token_;
  }

  /// For a recording that begins behind its login. Contract, 2.1.
  void exchange_token() {
    const auto login = std::ranges::find_if(recording_.exchanges, is_token_request);
    LiveRequest request{.method = "POST",
                        .server = login == recording_.exchanges.end() ? "" : login->server,
                        .path = "/oauth2/token",
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}};
    request.body = to_form({{"client_id", "understudy"},
                            {"client_secret", ""},
                            {"grant_type", "api_token"},
                            {"api_token", settings_.api_token}});
    note_tokens(json_or_null(ask_(request).body));
  }

  void note_tokens(const Json& answer) {
    if (!answer.is_object()) return;
    for (const auto& [field, value] : answer.items()) {
      if (!is_token_field(field) || !value.is_string()) continue;
      result_.secrets.insert(value.get<std::string>());
      if (field == "access_token") access_token_ = value.get<std::string>();
    }
  }

  void compare(const RecordedExchange& exchange, VerifiedExchange& verified) {
    const LiveAnswer answer = ask_(live(exchange));
    verified.status_now = answer.status;
    verified.type_now = media_type(answer.content_type);
    const Json then = json_or_null(exchange.response_body);
    const Json now = json_or_null(answer.body);
    note_tokens(now);
    if (!verified.status_differs()) {
      carried_.learn(then, now);
      compare_bodies(exchange, answer, verified);
    } else if (answer.status < 400) {
      carried_.learn(then, now);
    }
    const bool drift = verified.status_differs() || verified.type_differs() || !verified.changes.empty();
    verified.outcome = drift ? VerifiedExchange::Outcome::kDrift : VerifiedExchange::Outcome::kSame;
  }

  void compare_bodies(const RecordedExchange& exchange, const LiveAnswer& answer, VerifiedExchange& verified) const {
    const std::optional<JsonShape> then = shape_of_body(exchange.content_type, exchange.response_body);
    const std::optional<JsonShape> now = shape_of_body(answer.content_type, answer.body);
    if (then && now) {
      verified.changes = compare_shapes(*then, *now, settings_.strict);
    } else if (then && exchange.method != "HEAD") {
      verified.changes.push_back({"$", ShapeChange::What::kWent, describe_kinds(then->kinds), ""});
    }
    // Without a recorded body nothing is known of it: browsers drop bodies that are too large or too old.
  }

  const Recording& recording_;
  const AskLive& ask_;
  const VerifySettings& settings_;
  Carried carried_;
  std::string access_token_;
  std::set<std::string> seen_;     ///< names of what was there
  std::set<std::string> missing_;  ///< of what is not there, as nobody made it
  Verification result_;
};

}  // namespace

std::size_t Verification::count(VerifiedExchange::Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(exchanges, outcome, &VerifiedExchange::outcome));
}

Verification verify(const Recording& recording, const AskLive& ask, const VerifySettings& settings) {
  return Verifier{recording, ask, settings}.carry_out();
}

}  // namespace understudy
