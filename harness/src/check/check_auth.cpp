// `auth:`, how the client proved who it is, and what for.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/check_kinds.hpp"
#include "check/text_expectation.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kRoles{"none", "viewer", "contributor", "admin"};  // weakest first
constexpr std::array<std::string_view, 4> kGrants{"api_token", "refresh_token", "authorization_code",
                                                  "client_credentials"};

bool is_token_request(const Exchange& exchange) {
  return exchange.method == "POST" && exchange.path.ends_with("/oauth2/token");
}

std::size_t rank_of(std::string_view role) {
  const auto* const found = std::ranges::find(kRoles, role);
  return found == kRoles.end() ? 0 : static_cast<std::size_t>(found - kRoles.begin());
}

template <std::size_t kSize>
std::string one_of(const Node& value, const std::array<std::string_view, kSize>& known, const std::string& what) {
  const std::string& word = value.text();
  if (std::ranges::find(known, word) != known.end()) return word;
  const std::vector<std::string> words{known.begin(), known.end()};
  const std::string hint = did_you_mean(word, words);
  throw InputError{value.at(), fmt::format("\"{}\" is no {}", word, what),
                   hint.empty() ? fmt::format("one of {}", fmt::join(words, ", ")) : hint};
}

/// What `auth:` says. Each part fails by itself, at its own place.
struct AuthExpectation {
  struct Count {
    Position at{};
    CountRange range{};
  };
  struct Word {
    Position at{};
    std::string text{};
  };
  std::optional<Count> exchanges{};
  std::optional<Count> renewals{};
  std::optional<Count> live{};
  std::optional<Word> grant{};
  std::optional<Word> token{};
  std::optional<Word> role{};
};

const Keys<AuthExpectation>& auth_keys() {
  const auto count = [](std::optional<AuthExpectation::Count> AuthExpectation::*member) {
    return [member](AuthExpectation& into, const Node& value) { into.*member = {value.at(), read_count(value)}; };
  };
  static const Keys<AuthExpectation> keys{
      {"exchanges", "how often a token was asked for: 1, \"1..2\", never", count_schema(),
       count(&AuthExpectation::exchanges)},
      {"renewals", "how often because the access token was refused", count_schema(), count(&AuthExpectation::renewals)},
      {"grant",
       "by which grant, each time",
       {{"enum", kGrants}},
       [](AuthExpectation& into, const Node& value) {
         into.grant = {value.at(), one_of(value, kGrants, "grant of the client")};
       }},
      {"token",
       "name of the API token that was exchanged, each time",
       {{"type", "string"}},
       [](AuthExpectation& into, const Node& value) {
         into.token = {value.at(), value.text()};
       }},
      {"role",
       "the weakest role on projects that could have done all of it",
       {{"enum", kRoles}},
       [](AuthExpectation& into, const Node& value) {
         into.role = {value.at(), one_of(value, kRoles, "role on a project")};
       }},
      {"live", "how many access and refresh tokens the platform accepts afterwards, whosever", count_schema(),
       count(&AuthExpectation::live)},
  };
  return keys;
}

class AuthCheck final : public Check {
public:
  explicit AuthCheck(const Node& value) {
    read_map(value, auth_keys(), expectation_, "what is expected of authentication");
    if (value.entries().empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    std::vector<const Exchange*> exchanges;
    std::size_t renewals = 0;
    bool refused = false;
    for (const Exchange& exchange : evidence.exchanges) {
      if (is_token_request(exchange)) {
        exchanges.push_back(&exchange);
        if (refused) ++renewals;
        refused = false;
      } else {
        refused = refused || exchange.status == 401;
      }
    }
    judge(expectation_.exchanges, "exchanges", exchanges.size(), failures);
    judge(expectation_.renewals, "renewals", renewals, failures);
    judge(expectation_.live, "live", evidence.live_tokens.size(), failures);
    judge_each(
        expectation_.grant, "grant", exchanges, [](const Exchange& e) { return e.auth.grant_type; }, failures);
    judge_each(
        expectation_.token, "token", exchanges,
        [](const Exchange& e) {
          constexpr std::string_view kPrefix = "API token ";
          return e.auth.token.starts_with(kPrefix) ? e.auth.token.substr(kPrefix.size()) : e.auth.token;
        },
        failures);
    judge_role(evidence, failures);
    return failures;
  }

private:
  static void judge(const std::optional<AuthExpectation::Count>& expected, const std::string& what, std::size_t actual,
                    std::vector<Failure>& into) {
    if (!expected || expected->range.holds(actual)) return;
    into.push_back({.at = expected->at,
                    .subject = "auth " + what,
                    .expected = to_string(expected->range),
                    .actual = fmt::format("got {}", actual),
                    .show_requests = true});
  }

  template <class Value>
  static void judge_each(const std::optional<AuthExpectation::Word>& expected, const std::string& what,
                         const std::vector<const Exchange*>& exchanges, const Value& value,
                         std::vector<Failure>& into) {
    if (!expected) return;
    if (exchanges.empty()) {
      into.push_back({.at = expected->at,
                      .subject = "auth " + what,
                      .expected = expected->text,
                      .actual = "no token was asked for",
                      .show_requests = true});
    }
    for (const Exchange* exchange : exchanges) {
      const std::string actual = value(*exchange);
      if (actual == expected->text) continue;
      into.push_back({.at = expected->at,
                      .subject = "auth " + what,
                      .expected = expected->text,
                      .actual = actual.empty() ? "none that is known" : actual,
                      .show_requests = true,
                      .culprits = {exchange->number}});
    }
  }

  void judge_role(const StepEvidence& evidence, std::vector<Failure>& into) const {
    if (!expectation_.role) return;
    const Exchange* strongest = nullptr;
    for (const Exchange& exchange : evidence.exchanges) {
      const std::size_t rank = rank_of(exchange.auth.role_needed);
      if (rank > (strongest == nullptr ? 0 : rank_of(strongest->auth.role_needed))) strongest = &exchange;
    }
    const std::string needed = strongest == nullptr ? "none" : strongest->auth.role_needed;
    if (needed == expectation_.role->text) return;
    Failure failure{.at = expectation_.role->at,
                    .subject = "auth role",
                    .expected = expectation_.role->text,
                    .actual = needed + " was needed",
                    .show_requests = true};
    if (strongest != nullptr) {
      failure.actual +=
          fmt::format(", on {}, for {} {} ({} was there)", strongest->auth.role_on, strongest->method, strongest->path,
                      strongest->auth.role_had.empty() ? "none" : strongest->auth.role_had);
      failure.culprits = {strongest->number};
    }
    into.push_back(std::move(failure));
  }

  AuthExpectation expectation_;
};

}  // namespace

Checks parse_auth(const Node& value) { return {std::make_shared<const AuthCheck>(value)}; }

json auth_schema() { return schema_of(auth_keys()); }

}  // namespace understudy
