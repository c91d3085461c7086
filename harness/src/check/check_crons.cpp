// `crons:` and `hooks:`, what ran in containers since the beginning of the scenario.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/blocks_expectation.hpp"
#include "check/check_kinds.hpp"
#include "check/lines.hpp"
#include "check/text_expectation.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::size_t kOutputLines = 20;

template <class T>
struct Expected {
  Position at{};
  T value{};
};

/// Of one cron, or of one hook.
struct JobExpectation {
  Position at{};
  std::string name{};
  std::string environment{};  ///< id; "" = wherever it ran
  std::string app{};          ///< "" = of whatever app
  std::optional<Expected<CountRange>> runs{};
  std::optional<Expected<CountRange>> skipped{};
  std::optional<Expected<std::vector<int>>> exit{};
  std::optional<Expected<Milliseconds>> took{};
  std::optional<Expected<bool>> running{};
  std::optional<BlocksExpectation> blocks{};
  std::optional<TextExpectation> output{};
  std::optional<TextExpectation> deadlock{};
};

std::vector<int> read_exit_codes(const Node& value) {
  std::vector<int> codes;
  const std::vector<Node> items = value.is(Node::Kind::kList) ? value.items() : std::vector{value};
  for (const Node& item : items) {
    const std::int64_t code = item.integer();
    if (code < 0 || code > 255) throw InputError{item.at(), "an exit code is a number from 0 to 255"};
    codes.push_back(static_cast<int>(code));
  }
  if (codes.empty()) throw InputError{value.at(), "an empty list allows no exit code"};
  return codes;
}

Milliseconds read_time_taken(const Node& value) {
  const auto duration = parse_duration(value.scalar_text());
  if (duration) return *duration;
  throw InputError{value.at(), "\"" + value.scalar_text() + "\" is no duration", "write 12m, 1m30s or 0s"};
}

bool read_running(const Node& value) {
  const std::string& word = value.text();
  if (word == "running" || word == "ended") return word == "running";
  const std::vector<std::string> known{"running", "ended"};
  const std::string hint = did_you_mean(word, known);
  throw InputError{value.at(), "\"" + word + "\" is no state of a run", hint.empty() ? "running or ended" : hint};
}

const Keys<JobExpectation>& hook_keys() {
  static const json text{{"type", "string"}, {"minLength", 1}};
  static const json variable{{"type", "string"}, {"pattern", "^\\$"}};
  static const json code{{"anyOf", json::array({{{"type", "integer"}, {"minimum", 0}, {"maximum", 255}}, variable})}};
  static const json codes{{"anyOf", json::array({code, {{"type", "array"}, {"items", code}, {"minItems", 1}}})}};
  static const Keys<JobExpectation> keys{
      {"runs", "how often it was started: 2, \"2..\", never", count_schema(),
       [](JobExpectation& into, const Node& value) {
         into.runs = {value.at(), read_count(value)};
       }},
      {"state",
       "of the last run: running, ended",
       {{"anyOf", json::array({{{"enum", json::array({"running", "ended"})}}, variable})}},
       [](JobExpectation& into, const Node& value) {
         into.running = {value.at(), read_running(value)};
       }},
      {"exit", "exit code of the last run that has ended, or a list of those that may be; 143 after SIGTERM", codes,
       [](JobExpectation& into, const Node& value) {
         into.exit = {value.at(), read_exit_codes(value)};
       }},
      {"took",
       "platform time that the last run that has ended took, exactly: 12m2s",
       {{"type", json::array({"string", "number"})}},
       [](JobExpectation& into, const Node& value) {
         into.took = {value.at(), read_time_taken(value)};
       }},
      {"output", "what the last run that has ended wrote, to standard output and standard error",
       TextExpectation::schema(),
       [](JobExpectation& into, const Node& value) { into.output = TextExpectation::parse(value); }},
      {"blocks", "whether the clients of the last run waited, and on what, as for a step", BlocksExpectation::schema(),
       [](JobExpectation& into, const Node& value) { into.blocks = BlocksExpectation::parse(value); }},
      {"deadlock", "the circle in which a client of the last run waited", TextExpectation::schema(),
       [](JobExpectation& into, const Node& value) { into.deadlock = TextExpectation::parse(value); }},
      {"environment", "only what ran in this one", text,
       [](JobExpectation& into, const Node& value) { into.environment = value.text(); }},
      {"app", "only what ran in this one", text,
       [](JobExpectation& into, const Node& value) { into.app = value.text(); }},
  };
  return keys;
}

const Keys<JobExpectation>& cron_keys() {
  static const Keys<JobExpectation> kKeys = [] {
    Keys<JobExpectation> keys = hook_keys();
    keys.insert(keys.begin() + 1, {"skipped", "how often it came due and was not run, since it still ran",
                                   count_schema(), [](JobExpectation& into, const Node& value) {
                                     into.skipped = {value.at(), read_count(value)};
                                   }});
    return keys;
  }();
  return kKeys;
}

/// There must have been one.
bool is_about_a_run(const JobExpectation& each) {
  return each.exit || each.took || each.running || each.blocks || each.output || each.deadlock;
}

bool is_about_nothing(const JobExpectation& each) { return !each.runs && !each.skipped && !is_about_a_run(each); }

/// What the clients of a run did to platform time, all taken together.
ClientReport together(const JobRecord& run) {
  ClientReport sum;
  for (const JobRecord::Client& client : run.clients) {
    sum.platform_time += client.report.platform_time;
    sum.polls += client.report.polls;
    sum.waits.insert(sum.waits.end(), client.report.waits.begin(), client.report.waits.end());
    if (!client.report.deadlock || sum.deadlock) continue;
    sum.deadlock = true;
    sum.deadlock_reason = client.report.deadlock_reason;
  }
  return sum;
}

/// The runs that an expectation is about.
class Runs {
public:
  Runs(const JobExpectation& about, bool crons, const History& history) {
    const auto is_meant = [&](const auto& each) {
      return each.name == about.name && (about.environment.empty() || each.environment == about.environment) &&
             (about.app.empty() || each.app == about.app);
    };
    for (const JobRecord& job : history.jobs) {
      if ((job.kind == JobKind::kCron) != crons || !is_meant(job)) continue;
      ++count_;
      last_ = &job;
      if (job.ended) last_ended_ = &job;
    }
    if (crons) skipped_ = static_cast<std::size_t>(std::ranges::count_if(history.skipped, is_meant));
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t skipped() const { return skipped_; }
  [[nodiscard]] const JobRecord* last() const { return last_; }
  [[nodiscard]] const JobRecord* last_ended() const { return last_ended_; }

private:
  std::size_t count_ = 0;
  std::size_t skipped_ = 0;
  const JobRecord* last_ = nullptr;
  const JobRecord* last_ended_ = nullptr;
};

/// "no run; ran: cron backup (2 runs), hook build (1 run)"
std::string nothing_ran(const History& history) {
  std::vector<std::pair<std::string, std::size_t>> others;
  for (const JobRecord& job : history.jobs) {
    const std::string name = (job.kind == JobKind::kCron ? "cron " : "hook ") + job.name;
    const auto known = std::ranges::find(others, name, &std::pair<std::string, std::size_t>::first);
    known == others.end() ? (void)others.emplace_back(name, 1) : (void)++known->second;
  }
  if (others.empty()) return "it never ran, nor did anything else";
  std::vector<std::string> shown;
  shown.reserve(others.size());
  for (const auto& [name, count] : others) shown.push_back(fmt::format("{} ({})", name, counted(count, "run")));
  return fmt::format("it never ran; there are {}", fmt::join(shown, ", "));
}

class Judge {
public:
  Judge(const JobExpectation& expectation, bool crons, const StepEvidence& evidence)
      : expectation_{expectation},
        evidence_{evidence},
        runs_{expectation, crons, evidence.history},
        subject_{(crons ? "cron " : "hook ") + expectation.name} {}

  std::vector<Failure> failures() {
    if (const auto& runs = expectation_.runs; runs && !runs->value.holds(runs_.count())) {
      const std::string actual =
          runs_.count() == 0 ? nothing_ran(evidence_.history) : counted(runs_.count(), "run") + of_the_last();
      add(runs->at, "runs", to_string(runs->value), actual);
    }
    if (const auto& skipped = expectation_.skipped; skipped && !skipped->value.holds(runs_.skipped())) {
      add(skipped->at, "skipped", to_string(skipped->value), std::to_string(runs_.skipped()));
    }
    if (runs_.last() == nullptr) {
      if (is_about_a_run(expectation_)) add(expectation_.at, "runs", "a run", nothing_ran(evidence_.history));
      return std::move(failures_);
    }
    judge_last(*runs_.last());
    if (runs_.last_ended() != nullptr) {
      judge_ended(*runs_.last_ended());
    } else if (expectation_.exit || expectation_.took || expectation_.output) {
      add(expectation_.at, "state", "a run that has ended", "the only one still runs");
    }
    return std::move(failures_);
  }

private:
  [[nodiscard]] std::string of_the_last() const {
    const JobRecord& last = *runs_.last();
    const std::string when = fmt::format(", the last at {}", format_time(last.started).substr(0, 19));
    return when + (last.ended ? "" : ", which still runs");
  }

  void judge_last(const JobRecord& run) {
    if (const auto& running = expectation_.running; running && running->value == run.ended.has_value()) {
      add(running->at, "state", running->value ? "running" : "ended",
          run.ended ? fmt::format("it ended with {} after {}", run.exit_code, format_duration(*run.ended - run.started))
                    : "it still runs");
    }
    const ClientReport report = together(run);
    if (const auto& blocks = expectation_.blocks; blocks && !blocks->holds(report, evidence_.variables)) {
      add(blocks->at(), "blocks", blocks->expected(), run.clients.empty() ? "it ran no client" : describe(report));
    }
    if (!expectation_.deadlock) return;
    const std::string reason = report.deadlock ? report.deadlock_reason : "";
    for (Failure& failure : expectation_.deadlock->judge(reason, subject_ + " deadlock", evidence_.variables)) {
      if (!report.deadlock) failure.actual = "there was none: " + describe(report);
      failures_.push_back(std::move(failure));
    }
  }

  void judge_ended(const JobRecord& run) {
    if (const auto& exit = expectation_.exit;
        exit && std::ranges::find(exit->value, run.exit_code) == exit->value.end()) {
      add(exit->at, "exit", fmt::format("{}", fmt::join(exit->value, " or ")), std::to_string(run.exit_code));
      failures_.back().detail = excerpt(run.output, kOutputLines);
    }
    const Milliseconds took = *run.ended - run.started;
    if (expectation_.took && expectation_.took->value != took) {
      add(expectation_.took->at, "took", format_duration(expectation_.took->value),
          fmt::format("{} (from {} to {})", format_duration(took), format_time(run.started).substr(11, 8),
                      format_time(*run.ended).substr(11, 8)));
    }
    if (!expectation_.output) return;
    for (Failure& failure : expectation_.output->judge(run.output, subject_ + " output", evidence_.variables))
      failures_.push_back(std::move(failure));
  }

  void add(const Position& at, const std::string& what, std::string expected, std::string actual) {
    failures_.push_back(
        {.at = at, .subject = subject_ + " " + what, .expected = std::move(expected), .actual = std::move(actual)});
  }

  const JobExpectation& expectation_;
  const StepEvidence& evidence_;
  Runs runs_;
  std::string subject_;
  std::vector<Failure> failures_;
};

class JobsCheck final : public Check {
public:
  JobsCheck(bool crons, const Node& value) : crons_{crons} {
    for (const Node::Entry& entry : value.entries()) add(entry);
    if (expectations_.empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    for (const JobExpectation& expectation : expectations_) {
      for (Failure& failure : Judge{expectation, crons_, evidence}.failures()) failures.push_back(std::move(failure));
    }
    return failures;
  }

private:
  void add(const Node::Entry& entry) {
    const std::vector<std::string> hooks{"build", "deploy", "post_deploy"};
    if (!crons_ && std::ranges::find(hooks, entry.key) == hooks.end()) {
      const std::string hint = did_you_mean(entry.key, hooks);
      throw InputError{entry.key_at, "there is no hook \"" + entry.key + "\"",
                       hint.empty() ? fmt::format("one of {}", fmt::join(hooks, ", ")) : hint};
    }
    JobExpectation expectation{.at = entry.key_at, .name = entry.key};
    read_map(entry.value, crons_ ? cron_keys() : hook_keys(), expectation, crons_ ? "a cron" : "a hook");
    if (is_about_nothing(expectation)) throw InputError{entry.value.at(), "nothing is expected of it"};
    expectations_.push_back(std::move(expectation));
  }

  bool crons_;
  std::vector<JobExpectation> expectations_;
};

}  // namespace

Checks parse_crons(const Node& value) { return {std::make_shared<const JobsCheck>(true, value)}; }
Checks parse_hooks(const Node& value) { return {std::make_shared<const JobsCheck>(false, value)}; }

json crons_schema() {
  return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", schema_of(cron_keys())}};
}

json hooks_schema() {
  const json one = schema_of(hook_keys());
  return {{"type", "object"},
          {"minProperties", 1},
          {"properties", {{"build", one}, {"deploy", one}, {"post_deploy", one}}},
          {"additionalProperties", false}};
}

}  // namespace understudy
