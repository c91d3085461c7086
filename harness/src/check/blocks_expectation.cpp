#include "check/blocks_expectation.hpp"

#include <fmt/format.h>

#include <optional>

namespace understudy {
namespace {

using nlohmann::json;

Milliseconds read_duration_of(const Node& value) {
  const std::string& text = value.scalar_text();
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (duration && *duration > Milliseconds{0}) return *duration;
  const std::string hint = text.find("poll") != std::string::npos ? "a client that would never end is `blocks: forever`"
                                                                  : "write no, yes, forever or a duration like 12m";
  throw InputError{value.at(), "\"" + text + "\" is no duration", hint};
}

std::string describe_waits(const ClientReport& report) {
  std::string result;
  for (const ClientReport::Wait& wait : report.waits) {
    result += fmt::format("{}{} of {} ({}) for {}", result.empty() ? "" : "; ", wait.how, wait.activity, wait.type,
                          format_duration(wait.duration));
  }
  return result;
}

}  // namespace

void BlocksExpectation::read_word(const Node& value) {
  const std::string& text = value.scalar_text();
  if (text == "no" || text == "false")
    kind_ = Kind::kNo;
  else if (text == "yes" || text == "true")
    kind_ = Kind::kYes;
  else if (text == "forever")
    kind_ = Kind::kForever;
  else {
    kind_ = Kind::kFor;
    duration_ = read_duration_of(value);
  }
}

const Keys<BlocksExpectation>& BlocksExpectation::keys() {
  static const Keys<BlocksExpectation> kKeys{
      {"for",
       "platform time that passed, exactly: 12m; or forever",
       {{"type", json::array({"string", "number"})}},
       [](BlocksExpectation& into, const Node& value) { into.read_word(value); }},
      {"on",
       "type of the activity that it waited for: environment.backup, or just backup",
       {{"type", "string"}},
       [](BlocksExpectation& into, const Node& value) { into.on_ = value.text(); }},
  };
  return kKeys;
}

BlocksExpectation BlocksExpectation::parse(const Node& value) {
  BlocksExpectation expectation;
  if (value.is(Node::Kind::kMap)) {
    read_map(value, keys(), expectation, "blocks");
    if (value.entries().empty()) throw InputError{value.at(), "an empty map expects nothing"};
    if (expectation.kind_ == Kind::kNo)
      throw InputError{value.at(), "what does not block waits for nothing", "write blocks: no"};
  } else {
    expectation.read_word(value);
  }
  expectation.at_ = value.at();
  return expectation;
}

bool BlocksExpectation::holds(const ClientReport& report, const Variables& variables) const {
  const bool blocked = report.platform_time > Milliseconds{0} || report.polls > 0 || report.deadlock;
  const std::string on = substitute(on_, variables);
  bool on_it = on.empty();
  for (const ClientReport::Wait& wait : report.waits) on_it = on_it || wait.type == on || wait.type.ends_with("." + on);
  switch (kind_) {
    case Kind::kNo:
      return !blocked;
    case Kind::kYes:
      return report.platform_time > Milliseconds{0} && !report.deadlock && on_it;
    case Kind::kFor:
      return report.platform_time == duration_ && !report.deadlock && on_it;
    case Kind::kForever:
      return report.deadlock && on_it;
  }
  return false;
}

std::string BlocksExpectation::expected() const {
  const std::string on = on_.empty() ? "" : " on " + on_;
  switch (kind_) {
    case Kind::kNo:
      return "no";
    case Kind::kYes:
      return "yes" + on;
    case Kind::kFor:
      return "for " + format_duration(duration_) + on;
    case Kind::kForever:
      return "forever" + on;
  }
  return "";
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

json BlocksExpectation::schema() {
  return {{"anyOf", json::array({{{"type", "boolean"}},
                                 {{"enum", json::array({"no", "yes", "forever"})}},
                                 {{"type", "string"}, {"pattern", "^(([0-9]+(d|h|m|min|s|ms)?)+|\\$.+)$"}},
                                 {{"type", "number"}},
                                 schema_of(keys())})}};
}

}  // namespace understudy
