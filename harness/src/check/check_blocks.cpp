// `blocks:`, whether platform time passed while the client ran (design.md, section 3).
#include <fmt/format.h>

#include "check/check_kinds.hpp"

namespace understudy {
namespace {

using nlohmann::json;

struct BlocksExpectation {
  enum class Kind { kNo, kYes, kFor, kForever } kind = Kind::kYes;
  Position at{};
  Milliseconds duration{};
  std::string on{};  ///< type of an activity that was waited for; "" = any
};

Milliseconds read_duration_of(const Node& value) {
  const std::string& text = value.scalar_text();
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (duration && *duration > Milliseconds{0}) return *duration;
  const std::string hint = text.find("poll") != std::string::npos ? "a client that would never end is `blocks: forever`"
                                                                  : "write no, yes, forever or a duration like 12m";
  throw InputError{value.at(), "\"" + text + "\" is no duration", hint};
}

void read_word(const Node& value, BlocksExpectation& into) {
  using Kind = BlocksExpectation::Kind;
  const std::string& text = value.scalar_text();
  if (text == "no" || text == "false")
    into.kind = Kind::kNo;
  else if (text == "yes" || text == "true")
    into.kind = Kind::kYes;
  else if (text == "forever")
    into.kind = Kind::kForever;
  else {
    into.kind = Kind::kFor;
    into.duration = read_duration_of(value);
  }
}

const Keys<BlocksExpectation>& blocks_keys() {
  static const Keys<BlocksExpectation> keys{
      {"for",
       "platform time that passed, exactly: 12m; or forever",
       {{"type", json::array({"string", "number"})}},
       [](BlocksExpectation& into, const Node& value) { read_word(value, into); }},
      {"on",
       "type of the activity that it waited for: environment.backup, or just backup",
       {{"type", "string"}},
       [](BlocksExpectation& into, const Node& value) { into.on = value.text(); }},
  };
  return keys;
}

std::string describe_waits(const ClientReport& report) {
  std::string result;
  for (const ClientReport::Wait& wait : report.waits) {
    result += fmt::format("{}{} of {} ({}) for {}", result.empty() ? "" : "; ", wait.how, wait.activity, wait.type,
                          format_duration(wait.duration));
  }
  return result;
}

std::string describe(const ClientReport& report) {
  std::string result;
  if (report.deadlock)
    result = "it would wait for ever: " + report.deadlock_reason;
  else if (report.platform_time > Milliseconds{0})
    result = format_duration(report.platform_time) + " of platform time passed";
  else
    result = "no platform time passed";
  if (report.polls > 0) result += fmt::format(", {} {}", report.polls, report.polls == 1 ? "poll" : "polls");
  const std::string waits = describe_waits(report);
  return waits.empty() ? result : result + ": " + waits;
}

class BlocksCheck final : public Check {
public:
  explicit BlocksCheck(BlocksExpectation expectation) : expectation_{std::move(expectation)} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    const ClientReport& report = evidence.client;
    if (holds(report, evidence.variables)) return {};
    Failure failure{.at = expectation_.at,
                    .subject = "blocks",
                    .expected = expected(),
                    .actual = describe(report),
                    .show_requests = true};
    for (const Exchange& exchange : evidence.exchanges) {
      if (exchange.poll && expectation_.kind == BlocksExpectation::Kind::kNo)
        failure.culprits.push_back(exchange.number);
    }
    return {failure};
  }

private:
  [[nodiscard]] bool holds(const ClientReport& report, const Variables& variables) const {
    const bool blocked = report.platform_time > Milliseconds{0} || report.polls > 0 || report.deadlock;
    const std::string on = substitute(expectation_.on, variables);
    bool on_it = on.empty();
    for (const ClientReport::Wait& wait : report.waits)
      on_it = on_it || wait.type == on || wait.type.ends_with("." + on);
    switch (expectation_.kind) {
      case BlocksExpectation::Kind::kNo:
        return !blocked;
      case BlocksExpectation::Kind::kYes:
        return report.platform_time > Milliseconds{0} && !report.deadlock && on_it;
      case BlocksExpectation::Kind::kFor:
        return report.platform_time == expectation_.duration && !report.deadlock && on_it;
      case BlocksExpectation::Kind::kForever:
        return report.deadlock && on_it;
    }
    return false;
  }

  [[nodiscard]] std::string expected() const {
    const std::string on = expectation_.on.empty() ? "" : " on " + expectation_.on;
    switch (expectation_.kind) {
      case BlocksExpectation::Kind::kNo:
        return "no";
      case BlocksExpectation::Kind::kYes:
        return "yes" + on;
      case BlocksExpectation::Kind::kFor:
        return "for " + format_duration(expectation_.duration) + on;
      case BlocksExpectation::Kind::kForever:
        return "forever" + on;
    }
    return "";
  }

  BlocksExpectation expectation_;
};

}  // namespace

Checks parse_blocks(const Node& value) {
  BlocksExpectation expectation;
  if (value.is(Node::Kind::kMap)) {
    read_map(value, blocks_keys(), expectation, "blocks");
    if (value.entries().empty()) throw InputError{value.at(), "an empty map expects nothing"};
    if (expectation.kind == BlocksExpectation::Kind::kNo)
      throw InputError{value.at(), "what does not block waits for nothing", "write blocks: no"};
  } else {
    read_word(value, expectation);
  }
  expectation.at = value.at();
  return {std::make_shared<const BlocksCheck>(std::move(expectation))};
}

json blocks_schema() {
  return {{"anyOf", json::array({{{"type", "boolean"}},
                                 {{"enum", json::array({"no", "yes", "forever"})}},
                                 {{"type", "string"}, {"pattern", "^(([0-9]+(d|h|m|min|s|ms)?)+|\\$.+)$"}},
                                 {{"type", "number"}},
                                 schema_of(blocks_keys())})}};
}

}  // namespace understudy
