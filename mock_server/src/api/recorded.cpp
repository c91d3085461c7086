#include "api/recorded.hpp"

#include <fmt/format.h>

#include "api/authentication.hpp"
#include "document/hash.hpp"

namespace understudy::api {
namespace {

std::uint64_t hash_of(const Response& response) {
  std::string text = response.body;
  for (const Header& header : response.headers) text += "\n" + header.name + ": " + header.value;
  return stable_hash(text);
}

bool is_question(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

// In a ledger it stands as a request with this method, which no client can send.
constexpr const char* kIssue = "(issue)";

Request request_of(const Issue& issue) {
  json body{{"user", issue.user}, {"name", issue.name}, {"is_access", issue.is_access}};
  if (!issue.value.empty()) body["value"] = issue.value;
  return {.method = kIssue, .path = "/tokens", .query = {}, .headers = {}, .body = body.dump()};
}

Response issue_token(Core& core, Time now, const Issue& issue) {
  const model::User* user = core.state.find_user(issue.user);
  if (user == nullptr) return error_response({404, "User not found: " + issue.user});
  if (!issue.is_access) {
    model::ApiToken token;
    token.user = user->id;
    token.name = issue.name;
    token.value = issue.value;
    const model::ApiToken& stored = add_api_token(core, now, std::move(token));
    return json_response(201,
                         {{"value", stored.value}, {"name", stored.name}, {"kind", "api"}, {"user", user->username}});
  }
  const model::Grant& grant = add_grant(
      core, now, {.user = user->id, .client_id = "(control)", .with_mfa = user->extra.value("mfa_enabled", false)},
      false);
  return json_response(201, {{"value", grant.access_token},
                             {"name", fmt::format("access token {}", grant.number)},
                             {"kind", "access"},
                             {"user", user->username},
                             {"expires_at", format_time(grant.expires_at)}});
}

Response carry_out(Core& core, Time now, const Request& request) {
  if (request.method != kIssue) return dispatch(core, now, request, match_route(request.method, request.path)).response;
  const json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return error_response({400, "The body is not a JSON object"});
  return issue_token(core, now,
                     {.user = body.value("user", ""),
                      .name = body.value("name", ""),
                      .is_access = body.value("is_access", false),
                      .value = body.value("value", "")});
}

/// Of what was done when so many events and draws had been.
LedgerEntry entry_of(const Core& core, Time now, std::uint64_t events, const Request& request,
                     const Response& finished) {
  return {.at = now,
          .events = events,
          .draws = core.ids.draws(),
          .method = request.method,
          .path = request.path,
          .query = request.query,
          .headers = request.headers,
          .body = request.body,
          .status = finished.status,
          .answer = hash_of(finished)};
}

class Replay {
public:
  Replay(Core& core, Time start) : core_{core}, now_{start} {}

  void carry_out(const LedgerEntry& entry) {
    ++number_;
    pass_time_until(entry);
    const Request request{entry.method, entry.path, entry.query, entry.headers, entry.body};
    Response response = api::carry_out(core_, now_, request);
    finish(response, request);
    if (response.status != entry.status)
      differs(entry, fmt::format("was answered with {}, and now with {}", entry.status, response.status));
    if (hash_of(response) != entry.answer) differs(entry, "has another answer than it had");
    if (core_.ids.draws() != entry.draws) differs(entry, "draws other ids than it did");
  }

  Time pass_time_until(Time mark) {
    if (mark <= now_) return now_;
    core_.engine.run_until(core_.state, mark);
    return now_ = mark;
  }

private:
  /// What is due at the very time of a request may have come before it or after it: the count knows.
  void pass_time_until(const LedgerEntry& entry) {
    while (core_.engine.events() < entry.events) {
      const std::optional<Time> due = core_.engine.next_due();
      if (!due || *due > entry.at) break;
      core_.engine.run_next(core_.state);
    }
    if (core_.engine.events() != entry.events || entry.at < now_)
      differs(entry, "comes at another moment of what happens than it did");
    now_ = entry.at;
  }

  [[noreturn]] void differs(const LedgerEntry& entry, const std::string& how) const {
    throw LedgerMismatch{fmt::format("entry {} ({} {} at {}) {}: it was made by another version of understudy", number_,
                                     entry.method, entry.path, format_time(entry.at), how)};
  }

  Core& core_;
  Time now_;
  std::uint64_t number_ = 0;
};

}  // namespace

Recorded dispatch_recorded(Core& core, Time now, const Request& request, const Match& match) {
  const std::uint64_t events = core.engine.events();
  const std::uint64_t draws = core.ids.draws();
  Recorded recorded{.dispatched = dispatch(core, now, request, match)};
  Dispatched& dispatched = recorded.dispatched;
  const bool refused_at_the_door = dispatched.route == nullptr || dispatched.auth.refused != BearerRefusal::kNone;
  const bool may_change = !is_question(request.method) && !refused_at_the_door;
  if (!may_change && core.ids.draws() == draws) return recorded;
  finish(dispatched.response, request);
  recorded.entry = entry_of(core, now, events, request, dispatched.response);
  return recorded;
}

Recorded issue_recorded(Core& core, Time now, const Issue& issue) {
  const std::uint64_t events = core.engine.events();
  const Request request = request_of(issue);
  Recorded recorded;
  Response& response = recorded.dispatched.response;
  response = issue_token(core, now, issue);
  const json shown = response.document.value_or(json{});
  finish(response, request);
  recorded.entry = entry_of(core, now, events, request, response);
  response.document = shown;
  return recorded;
}

Time replay(Core& core, Time start, Ledger& ledger) {
  Replay replay{core, start};
  ledger.read([&](const LedgerEntry& entry) { replay.carry_out(entry); });
  return replay.pass_time_until(ledger.mark().value_or(start));
}

}  // namespace understudy::api
