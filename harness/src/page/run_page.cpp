#include "harness/run_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "mock_server/clock.hpp"
#include "page/failures.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kCommandWidth = 200;
constexpr std::size_t kMostFigures = 400;  // of some ten kilobytes each

/// In the order of the run, but what went wrong comes first.
std::vector<std::size_t> reading_order(const std::vector<ScenarioResult>& results) {
  std::vector<std::size_t> order(results.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return is_broken(results[i].verdict); });
  return order;
}

/// Something happened on the platform beside requests.
bool has_happenings(const ScenarioResult& result) {
  return result.timeline &&
         std::ranges::any_of(result.timeline->lanes, [](const Lane& lane) { return lane.kind != Lane::Kind::kClient; });
}

Milliseconds length_of(const Timeline& timeline) { return timeline.to - timeline.from; }

std::string platform_time(const ScenarioResult& result) {
  return result.timeline ? format_duration(length_of(*result.timeline)) : "";
}

std::string one_line(const std::string& text) {
  const std::string first = first_line(text);
  return shortened(first.size() < text.size() ? first + " ..." : first, kCommandWidth);
}

std::string note_on(const ScenarioResult& result) {
  if (!result.reason.empty()) return one_line(result.reason);
  for (const StepResult& step : result.steps) {
    if (!step.failures.empty())
      return one_line(fmt::format("{}: {}", step.failures.front().subject, step.failures.front().expected));
  }
  return "";
}

/// Titles, with what else is needed to tell scenarios of the same one apart.
std::vector<std::string> headings(const std::vector<ScenarioResult>& results) {
  std::map<std::string, std::size_t> titles;
  for (const ScenarioResult& result : results) titles[result.name] += result.repeat == 0 ? 1 : 0;
  std::vector<std::string> texts;
  for (const ScenarioResult& result : results) {
    std::string text = result.name;
    if (text.empty() || titles[result.name] > 1) text += fmt::format("{}({})", text.empty() ? "" : " ", result.id);
    if (result.repeat > 0) text += fmt::format(" (run {})", result.repeat + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::vector<std::string>> overview(const RunReport& run, const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> rows{{"Scenario", "Verdict", "Platform time", "Where"}};
  const bool has_notes = std::ranges::any_of(run.results, [](const auto& result) { return !note_on(result).empty(); });
  if (has_notes) rows.front().emplace_back("Why");
  for (const std::size_t i : reading_order(run.results)) {
    const ScenarioResult& result = run.results[i];
    rows.push_back({names[i], std::string{to_string(result.verdict)}, platform_time(result), result.id});
    if (has_notes) rows.back().push_back(note_on(result));
  }
  return rows;
}

std::vector<std::vector<std::string>> step_table(const std::vector<StepResult>& steps) {
  if (steps.empty()) return {};
  std::vector<std::vector<std::string>> rows{{"Step", "Command", "Outcome"}};
  const bool waited = std::ranges::any_of(steps, [](const StepResult& step) { return !step.blocked_on.empty(); });
  if (waited) rows.front().emplace_back("Waited for");
  for (const StepResult& step : steps) {
    rows.push_back({std::to_string(rows.size()), one_line(step.command), one_line(step.outcome)});
    if (waited) rows.back().push_back(step.blocked_on);
  }
  return rows;
}

PageSection section_of(const ScenarioResult& result, const std::string& heading, const RunInfo& info) {
  PageSection section{.id = result.id,
                      .heading = heading,
                      .verdict = std::string{to_string(result.verdict)},
                      .verdict_text = std::string{to_string(result.verdict)}};
  if (!result.reason.empty()) section.paragraphs.push_back(result.reason);
  section.facts.emplace_back("Where", result.id);
  if (!result.client.empty()) section.facts.emplace_back("Client", result.client);
  if (is_broken(result.verdict)) section.facts.emplace_back("Run again", rerun_line(result, info));
  section.table = step_table(result.steps);
  section.code = failures_text(result);
  return section;
}

std::string summary_of(const RunInfo& info, const Summary& summary, std::size_t left_out) {
  std::string text = fmt::format("{}; client {}{}{}, seed {}.", counts_text(summary), info.client,
                                 info.client_version.empty() ? "" : " ", info.client_version, info.seed);
  if (left_out > 0) {
    text += fmt::format(
        "\nThe timelines of {} scenarios that passed are left out, to keep the page small: "
        "run fewer scenarios at once to see them.",
        left_out);
  }
  return text;
}

/// Which results get their timeline drawn: all that went wrong, and as many others as there is room for.
std::vector<bool> figures_among(const std::vector<ScenarioResult>& results, std::size_t& left_out) {
  std::vector<bool> drawn(results.size(), false);
  std::size_t count = 0;
  for (const std::size_t i : reading_order(results)) {
    const ScenarioResult& result = results[i];
    if (!has_happenings(result) || length_of(*result.timeline).count() == 0) continue;  // all at one moment: no picture
    drawn[i] = is_broken(result.verdict) || count < kMostFigures;
    drawn[i] ? ++count : ++left_out;
  }
  return drawn;
}

}  // namespace

Page page_of_run(const RunReport& run) {
  const std::vector<std::string> names = headings(run.results);
  std::size_t left_out = 0;
  const std::vector<bool> drawn = figures_among(run.results, left_out);
  Page page{.title = "Understudy: scenarios",
            .summary = summary_of(run.info, run.summary, left_out),
            .overview = overview(run, names)};
  for (const std::size_t i : reading_order(run.results)) {
    const ScenarioResult& result = run.results[i];
    if (!is_broken(result.verdict) && !has_happenings(result)) continue;
    page.sections.push_back(section_of(result, names[i], run.info));
    if (drawn[i]) page.sections.back().figures.push_back({.timeline = *result.timeline});
  }
  return page;
}

}  // namespace understudy
