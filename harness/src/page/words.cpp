#include "page/words.hpp"

#include <fmt/format.h>

#include <map>

#include "mock_server/document.hpp"
#include "page/axis.hpp"
#include "page/layout.hpp"

namespace understudy {
namespace {

/// "12 running, 1 waiting, 1 failed, 3 requests"
struct Tally {
  std::map<Span::Kind, std::size_t> kinds{};
  std::size_t failed = 0;
  std::size_t requests = 0;

  [[nodiscard]] std::string text() const {
    std::string out;
    const auto add = [&out](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    for (const auto& [kind, count] : kinds) add(fmt::format("{} {}", count, to_string(kind)));
    if (failed > 0) add(fmt::format("{} failed", failed));
    if (requests > 0) add(counted(requests, "request"));
    return out.empty() ? "nothing" : out;
  }
};

}  // namespace

bool needs_dates(const Timeline& timeline) { return date_text(timeline.from) != date_text(timeline.to); }

std::string words_for(const Span& span) { return std::string{to_string(span.kind)} + (span.failed ? ", failed" : ""); }

std::string_view explanation_of(Span::Kind kind) {
  switch (kind) {
    case Span::Kind::kHeld:
      return "held: requests wait";
    case Span::Kind::kDropped:
      return "dropped: requests fail";
    case Span::Kind::kSkipped:
      return "skipped: never ran";
    case Span::Kind::kBlocked:
    case Span::Kind::kBuilding:
    case Span::Kind::kDeploying:
    case Span::Kind::kRunning:
    case Span::Kind::kStopping:
    case Span::Kind::kWaiting:
    case Span::Kind::kWorking:
      return to_string(kind);
  }
  return "";
}

std::string whole_label(const Lane& lane) {
  const std::string& label = lane.label.empty() ? lane.id : lane.label;
  if (lane.group.empty() || label == lane.group || label.starts_with(lane.group + ":")) return label;
  return lane.group + ": " + label;
}

std::string span_title(const Span& span, bool dates) {
  std::string text = span.label.empty() ? "" : span.label + "\n";
  text += words_for(span) + " ";
  if (span.from == span.to) {
    text += "at " + moment_text(span.from, dates);
  } else {
    const std::string to = moment_text(span.to, dates);
    text += fmt::format("{} to {} ({})", moment_text(span.from, dates), to, format_duration(span.to - span.from));
  }
  return text + (span.detail.empty() ? "" : "\n" + span.detail);
}

std::string mark_title(const Mark& mark, bool dates) {
  return moment_text(mark.at, dates) + " " + mark.label + (mark.detail.empty() ? "" : " -> " + mark.detail);
}

std::string range_text(Time from, Time to) {
  const bool same_day = date_text(from) == date_text(to);
  return fmt::format("{} to {} UTC ({})", moment_text(from, true), moment_text(to, !same_day),
                     format_duration(to - from));
}

std::string description_of(const Timeline& timeline) {
  std::map<std::string, Tally> tallies;
  for (const Span& span : timeline.spans) {
    ++tallies[span.lane].kinds[span.kind];
    tallies[span.lane].failed += span.failed ? 1 : 0;
  }
  for (const Mark& mark : timeline.marks) ++tallies[mark.lane].requests;
  std::string out;
  for (const Lane& lane : lanes_by_group(timeline))
    out += (out.empty() ? "" : "; ") + whole_label(lane) + ": " + tallies[lane.id].text();
  return out.empty() ? "Nothing happened." : out + ".";
}

}  // namespace understudy
