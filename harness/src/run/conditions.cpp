#include "run/conditions.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "harness/client_profile.hpp"
#include "run/sandbox.hpp"

namespace understudy {
namespace {

using Comparison = bool (*)(int difference);

constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons{{
    {">=", [](int difference) { return difference >= 0; }},
    {"<=", [](int difference) { return difference <= 0; }},
    {"==", [](int difference) { return difference == 0; }},
    {"!=", [](int difference) { return difference != 0; }},
    {">", [](int difference) { return difference > 0; }},
    {"<", [](int difference) { return difference < 0; }},
}};

bool compare(const std::string& actual, const Condition& condition) {
  for (const auto& [operation, holds] : kComparisons) {
    if (operation == condition.operation) return holds(compare_versions(actual, condition.value));
  }
  throw InputError{condition.at, fmt::format("\"{}\" compares nothing", condition.operation)};
}

/// A condition with what is the case: "client >= 6", "it is 5.11.1".
struct Finding {
  bool holds = false;
  std::string condition;
  std::string fact;
};

Finding look(const Condition& condition, const std::function<std::string()>& client_version) {
  switch (condition.kind) {
    case Condition::Kind::kClientVersion: {
      const std::string version = client_version();
      return {compare(version, condition), fmt::format("client {} {}", condition.operation, condition.value),
              fmt::format("it is {}", version)};
    }
    case Condition::Kind::kPlatform:
      return {condition.value == "linux", condition.value, "this is linux"};  // nothing here runs elsewhere
    case Condition::Kind::kHas: {
      const bool found = condition.value == "browser" || !find_on_machine(condition.value).empty();
      return {found, "has " + condition.value, found ? "it is there" : "it is not installed"};
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> reason_to_skip(const Scenario& scenario,
                                          const std::function<std::string()>& client_version) {
  if (!scenario.skip.empty()) return scenario.skip;
  for (const Condition& condition : scenario.only_if) {
    const Finding finding = look(condition, client_version);
    if (finding.holds == condition.negated) {
      return fmt::format("only if {}{}: {}", condition.negated ? "not " : "", finding.condition, finding.fact);
    }
  }
  return std::nullopt;
}

}  // namespace understudy
