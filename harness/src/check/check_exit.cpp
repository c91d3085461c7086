// `exit:`, how the client ended.
#include <fmt/format.h>

#include <csignal>

#include "check/check_kinds.hpp"
#include "check/lines.hpp"

namespace understudy {
namespace {

using nlohmann::json;

struct SignalName {
  std::string_view name;
  int number;
};
constexpr SignalName kSignals[] = {{"SIGTERM", SIGTERM}, {"SIGKILL", SIGKILL}, {"SIGINT", SIGINT},
                                   {"SIGHUP", SIGHUP},   {"SIGABRT", SIGABRT}, {"SIGSEGV", SIGSEGV},
                                   {"SIGPIPE", SIGPIPE}, {"SIGQUIT", SIGQUIT}};

/// One way to end that is allowed.
struct Ending {
  enum class Kind { kCode, kSignal, kTimeout } kind;
  int number = 0;  ///< code or signal; 0 = any signal
  std::string text;
};

bool is_ending(const Ending& ending, const Outcome& outcome) {
  switch (ending.kind) {
    case Ending::Kind::kCode: {
      const auto* exited = std::get_if<Exited>(&outcome);
      return exited != nullptr && exited->code == ending.number;
    }
    case Ending::Kind::kSignal: {
      const auto* signaled = std::get_if<Signaled>(&outcome);
      return signaled != nullptr && (ending.number == 0 || signaled->signal == ending.number);
    }
    case Ending::Kind::kTimeout:
      return std::holds_alternative<TimedOut>(outcome);
  }
  return false;
}

Ending read_ending(const Node& value) {
  const std::string& text = value.scalar_text();
  if (value.is(Node::Kind::kInteger)) {
    const std::int64_t code = value.integer();
    if (code < 0 || code > 255) throw InputError{value.at(), "an exit code is a number from 0 to 255"};
    return {Ending::Kind::kCode, static_cast<int>(code), text};
  }
  if (text == "timeout") return {Ending::Kind::kTimeout, 0, text};
  if (text == "signal") return {Ending::Kind::kSignal, 0, text};
  std::vector<std::string> known{"timeout", "signal"};
  for (const SignalName& row : kSignals) {
    if (row.name == text) return {Ending::Kind::kSignal, row.number, text};
    known.emplace_back(row.name);
  }
  const std::string hint = did_you_mean(text, known);
  throw InputError{value.at(), "\"" + text + "\" is no way to exit",
                   hint.empty() ? "write a number, a list of numbers, signal, SIGTERM or timeout" : hint};
}

class ExitCheck final : public Check {
public:
  ExitCheck(Position at, std::vector<Ending> allowed) : at_{std::move(at)}, allowed_{std::move(allowed)} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    const Outcome& outcome = evidence.finished.outcome;
    // We ended it because it would have waited for ever: that is for `blocks` to judge, or for the deadlock check.
    if (std::holds_alternative<Stopped>(outcome) && evidence.client.deadlock) return {};
    std::string expected;
    for (const Ending& ending : allowed_) {
      if (is_ending(ending, outcome)) return {};
      expected += (expected.empty() ? "" : " or ") + ending.text;
    }
    const std::string& said = fold_blanks(evidence.finished.stderr_text).empty() ? evidence.finished.stdout_text
                                                                                 : evidence.finished.stderr_text;
    return {{.at = at_,
             .subject = "exit",
             .expected = expected,
             .actual = describe(outcome),
             .detail = excerpt(without_trailing_blanks(said), 16)}};
  }

private:
  Position at_;
  std::vector<Ending> allowed_;
};

}  // namespace

Checks parse_exit(const Node& value) {
  std::vector<Ending> allowed;
  if (value.is(Node::Kind::kList)) {
    for (const Node& item : value.items()) allowed.push_back(read_ending(item));
    if (allowed.empty()) throw InputError{value.at(), "an empty list allows nothing"};
  } else {
    allowed.push_back(read_ending(value));
  }
  return {std::make_shared<const ExitCheck>(value.at(), std::move(allowed))};
}

std::shared_ptr<const Check> exit_zero(const Position& at) {
  return std::make_shared<const ExitCheck>(at, std::vector<Ending>{{Ending::Kind::kCode, 0, "0"}});
}

json exit_schema() {
  json words = json::array({"timeout", "signal"});
  for (const SignalName& row : kSignals) words.push_back(row.name);
  const json one{{"anyOf", json::array({{{"type", "integer"}, {"minimum", 0}, {"maximum", 255}},
                                        {{"enum", words}},
                                        {{"type", "string"}, {"pattern", "^\\$"}}})}};
  return {{"anyOf", json::array({one, {{"type", "array"}, {"items", one}, {"minItems", 1}}})}};
}

}  // namespace understudy
