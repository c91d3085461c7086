#include "mock_server/timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

using nlohmann::json;

template <class Kind, std::size_t N>
using Names = std::array<std::pair<Kind, std::string_view>, N>;

constexpr Names<Lane::Kind, 5> kLaneKinds{{
    {Lane::Kind::kSite, "site"},
    {Lane::Kind::kCron, "cron"},
    {Lane::Kind::kActivity, "activity"},
    {Lane::Kind::kDeploy, "deploy"},
    {Lane::Kind::kClient, "client"},
}};

constexpr Names<Span::Kind, 10> kSpanKinds{{
    {Span::Kind::kWaiting, "waiting"},
    {Span::Kind::kWorking, "working"},
    {Span::Kind::kBuilding, "building"},
    {Span::Kind::kStopping, "stopping"},
    {Span::Kind::kDeploying, "deploying"},
    {Span::Kind::kRunning, "running"},
    {Span::Kind::kBlocked, "blocked"},
    {Span::Kind::kHeld, "held"},
    {Span::Kind::kDropped, "dropped"},
    {Span::Kind::kSkipped, "skipped"},
}};

template <class Kind, std::size_t N>
std::string_view name_in(const Names<Kind, N>& names, Kind kind) {
  for (const auto& [value, name] : names) {
    if (value == kind) return name;
  }
  throw std::logic_error{"a kind without a name"};
}

[[noreturn]] void refuse(const std::string& problem, const std::string& hint = "") {
  throw InputError{{.file = "timeline"}, problem, hint};
}

template <class Kind, std::size_t N>
Kind kind_from(const Names<Kind, N>& names, const std::string& text, std::string_view of_what) {
  std::vector<std::string> known;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    known.emplace_back(name);
  }
  refuse("unknown kind \"" + text + "\" of a " + std::string{of_what}, did_you_mean(text, known));
}

/// Whole seconds as an integer, others with their milliseconds.
json seconds_between(Time from, Time to) {
  const Milliseconds length = to - from;
  if (length.count() % 1000 == 0) return length.count() / 1000;
  return static_cast<double>(length.count()) / 1000;
}

/// A time this far away is a mistake, and would overflow.
constexpr double kMostSeconds = 1e11;

Milliseconds seconds_in(const json& object, const char* key) {
  const double seconds = object.at(key).get<double>();
  if (!(std::abs(seconds) <= kMostSeconds)) refuse(std::string{"\""} + key + "\" is out of range");
  return Milliseconds{std::llround(seconds * 1000)};
}

void put_text(json& into, const char* key, const std::string& text) {
  if (!text.empty()) into[key] = text;
}

json lane_json(const Lane& lane) {
  json out{{"id", lane.id}, {"kind", to_string(lane.kind)}};
  put_text(out, "label", lane.label);
  put_text(out, "group", lane.group);
  return out;
}

Lane lane_from(const json& in) {
  return {.id = in.at("id").get<std::string>(),
          .label = in.value("label", ""),
          .kind = kind_from(kLaneKinds, in.at("kind").get<std::string>(), "lane"),
          .group = in.value("group", "")};
}

json span_json(const Span& span, Time start) {
  json out{{"lane", span.lane},
           {"kind", to_string(span.kind)},
           {"from", seconds_between(start, span.from)},
           {"to", seconds_between(start, span.to)}};
  put_text(out, "label", span.label);
  put_text(out, "detail", span.detail);
  if (span.failed) out["failed"] = true;
  return out;
}

Span span_from(const json& in, Time start) {
  Span span{.lane = in.at("lane").get<std::string>(),
            .kind = kind_from(kSpanKinds, in.at("kind").get<std::string>(), "span"),
            .from = start + seconds_in(in, "from"),
            .to = start + seconds_in(in, "to"),
            .label = in.value("label", ""),
            .detail = in.value("detail", ""),
            .failed = in.value("failed", false)};
  if (span.to < span.from) refuse("a span of lane \"" + span.lane + "\" ends before it begins");
  return span;
}

json mark_json(const Mark& mark, Time start) {
  json out{{"lane", mark.lane}, {"at", seconds_between(start, mark.at)}};
  put_text(out, "label", mark.label);
  put_text(out, "detail", mark.detail);
  return out;
}

Mark mark_from(const json& in, Time start) {
  return {.lane = in.at("lane").get<std::string>(),
          .at = start + seconds_in(in, "at"),
          .label = in.value("label", ""),
          .detail = in.value("detail", "")};
}

Timeline read_timeline(const json& in) {
  const std::string start = in.at("start").get<std::string>();
  const std::optional<Time> from = parse_time(start);
  if (!from) refuse("\"" + start + "\" is no time", "write it like \"2026-03-01T03:00:00Z\"");
  Timeline timeline{.from = *from, .to = *from + seconds_in(in, "seconds")};
  for (const json& lane : in.at("lanes")) timeline.lanes.push_back(lane_from(lane));
  for (const json& span : in.at("spans")) timeline.spans.push_back(span_from(span, *from));
  for (const json& mark : in.at("marks")) timeline.marks.push_back(mark_from(mark, *from));
  return timeline;
}

/// "2026-03-01 03:00:00": seconds are enough for people.
std::string when(Time time) {
  std::string text = format_time(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

void cut(Span& span, Time from, Time to) {
  const auto say = [&span](const std::string& words) { span.detail += (span.detail.empty() ? "" : "; ") + words; };
  if (span.from < from) say("since " + when(span.from));
  if (span.to > to) say("until " + when(span.to));
  span.from = std::max(span.from, from);
  span.to = std::min(span.to, to);
}

/// What only touches an edge is outside, unless it is a dot.
bool is_within(const Span& span, Time from, Time to) {
  if (span.from == span.to) return span.from >= from && span.to <= to;
  return span.from < to && span.to > from;
}

}  // namespace

std::string_view to_string(Lane::Kind kind) { return name_in(kLaneKinds, kind); }
std::string_view to_string(Span::Kind kind) { return name_in(kSpanKinds, kind); }

json to_json(const Timeline& timeline) {
  json out{{"start", format_time(timeline.from)},
           {"seconds", seconds_between(timeline.from, timeline.to)},
           {"lanes", json::array()},
           {"spans", json::array()},
           {"marks", json::array()}};
  for (const Lane& lane : timeline.lanes) out["lanes"].push_back(lane_json(lane));
  for (const Span& span : timeline.spans) out["spans"].push_back(span_json(span, timeline.from));
  for (const Mark& mark : timeline.marks) out["marks"].push_back(mark_json(mark, timeline.from));
  return out;
}

Timeline timeline_from_json(const json& in) {
  try {
    return read_timeline(in);
  } catch (const json::exception& problem) {
    refuse(problem.what());
  }
}

Timeline clip(const Timeline& timeline, Time from, Time to) {
  if (to < from) throw std::invalid_argument{"a part of a timeline that ends before it begins"};
  Timeline part{.from = from, .to = to};
  std::set<std::string> used;
  for (const Span& span : timeline.spans) {
    if (!is_within(span, from, to)) continue;
    used.insert(span.lane);
    cut(part.spans.emplace_back(span), from, to);
  }
  for (const Mark& mark : timeline.marks) {
    if (mark.at < from || mark.at > to) continue;
    used.insert(mark.lane);
    part.marks.push_back(mark);
  }
  std::copy_if(timeline.lanes.begin(), timeline.lanes.end(), std::back_inserter(part.lanes),
               [&](const Lane& lane) { return used.contains(lane.id); });
  return part;
}

}  // namespace understudy
