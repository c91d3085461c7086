// What holds without being asked for.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "check/check_exposures.hpp"
#include "check/check_kinds.hpp"
#include "check/check_requests.hpp"

namespace understudy {
namespace {

/// A check that is one function.
class ImpliedCheck final : public Check {
public:
  using Judge = std::vector<Failure> (*)(const Position& at, const StepEvidence& evidence);
  ImpliedCheck(Position at, Judge judge) : at_{std::move(at)}, judge_{judge} {}
  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    return judge_(at_, evidence);
  }

private:
  Position at_;
  Judge judge_;
};

/// Of the fake's own: one by 501 is a gap of the fake, unless the world asked for it.
bool has_answer(const Exchange& exchange) {
  constexpr std::string_view kOfOthers[] = {"fault", "recording", "not recorded", "upstream"};
  if (std::ranges::find(kOfOthers, exchange.note) != std::end(kOfOthers)) return true;
  const bool unknown = exchange.note == "no route" || (exchange.route.empty() && exchange.status == 404);
  return !unknown && exchange.status != 501;
}

std::vector<Failure> every_request_is_answered(const Position& at, const StepEvidence& evidence) {
  Failure failure{
      .at = at, .subject = "requests", .expected = "a route of the fake for every request", .show_requests = true};
  std::string targets;
  for (const Exchange& exchange : evidence.exchanges) {
    if (has_answer(exchange)) continue;
    failure.culprits.push_back(exchange.number);
    if (failure.culprits.size() <= 3)
      targets += fmt::format("{}{} {}", targets.empty() ? "" : ", ", exchange.method, exchange.path);
  }
  if (failure.culprits.empty()) return {};
  failure.actual = "none for " + targets + (failure.culprits.size() > 3 ? ", ..." : "");
  return {failure};
}

std::vector<Failure> everything_was_recorded(const Position& at, const StepEvidence& evidence) {
  constexpr std::size_t kMost = 3;
  std::vector<Failure> failures;
  for (const ReplayMiss& miss : evidence.misses) {
    if (failures.size() == kMost) {
      failures.back().detail += fmt::format("\nand {} more", evidence.misses.size() - kMost);
      break;
    }
    Failure failure{.at = at,
                    .subject = "recording",
                    .expected = "a recorded request for every request",
                    .actual = fmt::format("{}: {}", miss.request, miss.reason),
                    .show_requests = true};
    if (!miss.nearest.empty()) failure.detail = "nearest " + miss.nearest;
    if (!miss.diff.empty()) failure.detail += "\n" + miss.diff;
    if (miss.number != 0) failure.culprits.push_back(miss.number);
    failures.push_back(std::move(failure));
  }
  return failures;
}

std::vector<Failure> nothing_waits_for_ever(const Position& at, const StepEvidence& evidence) {
  if (!evidence.client.deadlock) return {};
  return {{.at = at,
           .subject = "blocks",
           .expected = "that it ends",
           .actual = "it would wait for ever: " + evidence.client.deadlock_reason,
           .show_requests = true}};
}

std::vector<Failure> conversation_goes_to_its_end(const Position& at, const StepEvidence& evidence) {
  if (!evidence.finished.unmet_turn) return {};
  return {{.at = at,
           .subject = "tty",
           .expected = "to see \"" + *evidence.finished.unmet_turn + "\"",
           .actual = "it never appeared"}};
}

std::vector<Failure> no_foreign_host(const Position& at, const StepEvidence& evidence) {
  if (evidence.foreign_hosts.empty()) return {};
  return {{.at = at,
           .subject = "hosts",
           .expected = "requests to the platform only",
           .actual = fmt::format("it tried to reach {}", fmt::join(evidence.foreign_hosts, ", "))}};
}

}  // namespace

std::vector<std::shared_ptr<const Check>> implied_checks(const std::vector<std::string>& listed_keys,
                                                         const std::vector<std::shared_ptr<const Check>>& listed,
                                                         const StepRules& rules) {
  const auto lists = [&](std::string_view key) { return std::ranges::find(listed_keys, key) != listed_keys.end(); };
  Checks checks;
  if (!lists("exit")) checks.push_back(exit_zero(rules.at));
  std::shared_ptr<const RequestsCheck> requests;
  for (const auto& check : listed) {
    if (auto found = std::dynamic_pointer_cast<const RequestsCheck>(check)) requests = std::move(found);
  }
  const bool judged = requests != nullptr && requests->exactly();
  if (!judged && (requests != nullptr || rules.strict)) {
    checks.push_back(unlisted_requests(requests, requests != nullptr ? requests->at() : rules.at, rules.strict));
  }
  const auto add = [&](ImpliedCheck::Judge judge) {
    checks.push_back(std::make_shared<const ImpliedCheck>(rules.at, judge));
  };
  add(every_request_is_answered);
  add(everything_was_recorded);
  if (!lists("blocks")) add(nothing_waits_for_ever);
  if (rules.terminal) add(conversation_goes_to_its_end);
  if (!rules.any_host) add(no_foreign_host);
  checks.push_back(no_exposure(rules.at, rules.exposure_lines));
  return checks;
}

}  // namespace understudy
