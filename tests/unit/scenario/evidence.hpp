#pragma once
/// Building blocks for the tests of checks: a step's evidence without a process or a server.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "harness/check.hpp"
#include "harness/scenario.hpp"

namespace understudy {

inline void PrintTo(const Failure& failure, std::ostream* out) {
  *out << to_string(failure.at) << " " << failure.subject << " | " << failure.expected << " | " << failure.actual;
  if (failure.nearest) *out << " | nearest #" << *failure.nearest << " " << failure.nearest_why;
}

/// Rows of tables are printed by their names.
template <class Row>
requires std::is_aggregate_v<Row> && requires(const Row& row) { std::string{row.name}; }
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

namespace testing_support {

inline StepEvidence quiet_step() {
  StepEvidence evidence;
  evidence.finished.outcome = Exited{0};
  return evidence;
}

inline StepEvidence with_stdout(const std::string& text) {
  StepEvidence evidence = quiet_step();
  evidence.finished.stdout_text = text;
  return evidence;
}

inline Exchange request(const std::string& method, const std::string& target, const std::string& body = "",
                        int status = 200) {
  const std::size_t question = target.find('?');
  Exchange exchange{.method = method, .path = target.substr(0, question)};
  if (question != std::string::npos) exchange.query = target.substr(question + 1);
  exchange.request_body = body;
  exchange.status = status;
  exchange.route = "/some/route";
  return exchange;
}

inline StepEvidence with_requests(std::vector<Exchange> exchanges) {
  StepEvidence evidence = quiet_step();
  for (std::size_t i = 0; i < exchanges.size(); ++i) exchanges[i].number = i + 1;
  evidence.exchanges = std::move(exchanges);
  return evidence;
}

/// What the checks of a step `run: client` with these further lines say about `evidence`.
inline std::vector<Failure> judge(const std::string& lines, const StepEvidence& evidence) {
  std::string text = "scenario: s\nrun: client\n" + lines;
  std::vector<Failure> failures;
  for (const Scenario& scenario : parse_scenarios(text, "s.yaml")) {
    for (const auto& check : scenario.steps.at(0).checks) {
      for (Failure& failure : check->evaluate(evidence)) failures.push_back(std::move(failure));
    }
  }
  return failures;
}

/// "subject | expected | actual" of each failure, one a line.
inline std::string verdict(const std::string& lines, const StepEvidence& evidence) {
  std::string result;
  for (const Failure& failure : judge(lines, evidence)) {
    result += (result.empty() ? "" : "\n") + failure.subject + " | " + failure.expected + " | " + failure.actual;
  }
  return result;
}

/// what() of the InputError, "" if there was none.
inline std::string complaint(const std::string& text) {
  try {
    static_cast<void>(parse_scenarios(text, "s.yaml"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace testing_support
}  // namespace understudy
