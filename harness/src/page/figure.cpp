#include "page/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "mock_server/document.hpp"
#include "page/axis.hpp"
#include "page/escape.hpp"
#include "page/words.hpp"

namespace understudy {
namespace {

/// A line of the table: a span or a request.
struct Row {
  Time from{};
  std::string to{};
  std::string lasted{};
  const std::string* lane = nullptr;
  std::string state{};
  const std::string* label = nullptr;
  const std::string* detail = nullptr;
};

std::vector<Row> rows_of(const Timeline& timeline, bool dates) {
  std::vector<Row> rows;
  rows.reserve(timeline.spans.size() + timeline.marks.size());
  for (const Span& span : timeline.spans) {
    rows.push_back({span.from, moment_text(span.to, dates), format_duration(span.to - span.from), &span.lane,
                    words_for(span), &span.label, &span.detail});
  }
  for (const Mark& mark : timeline.marks)
    rows.push_back({mark.at, "", "", &mark.lane, "request", &mark.label, &mark.detail});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.from < b.from; });
  return rows;
}

std::string table_element(const Timeline& timeline) {
  const bool dates = needs_dates(timeline);
  std::map<std::string, std::string> lanes;
  for (const Lane& lane : timeline.lanes) lanes[lane.id] = html_escaped(whole_label(lane));
  std::string out = fmt::format(
      "<table><caption>{}</caption>\n<thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th>"
      "<th scope=\"col\">Lasted</th><th scope=\"col\">Lane</th><th scope=\"col\">State</th>"
      "<th scope=\"col\">What</th><th scope=\"col\">Detail</th></tr></thead>\n<tbody>\n",
      range_text(timeline.from, timeline.to));
  for (const Row& row : rows_of(timeline, dates)) {
    const auto lane = lanes.try_emplace(*row.lane, html_escaped(*row.lane)).first;
    out += fmt::format("<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}\n", moment_text(row.from, dates), row.to,
                       row.lasted, lane->second, row.state, html_escaped(*row.label), html_escaped(*row.detail));
  }
  return out + "</tbody></table>\n";
}

std::string details_element(const Timeline& timeline) {
  if (timeline.spans.empty() && timeline.marks.empty()) return "";
  std::string what = counted(timeline.spans.size(), "span");
  if (!timeline.marks.empty()) what += " and " + counted(timeline.marks.size(), "request");
  return fmt::format(
      "<details><summary>{} as a table</summary>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Spans and requests\">\n{}</div></details>\n",
      what, table_element(timeline));
}

/// Only what occurs in the picture.
std::string legend_element(const Timeline& timeline) {
  std::set<Span::Kind> kinds;
  const Span* failed = nullptr;
  for (const Span& span : timeline.spans) {
    kinds.insert(span.kind);
    if (span.failed && failed == nullptr) failed = &span;
  }
  std::string items;
  const auto add = [&items](const std::string& sample, std::string_view words) {
    items += fmt::format("<li>{}{}</li>\n", sample, words);
  };
  for (const Span::Kind kind : kinds) add(span_sample(kind, false), explanation_of(kind));
  if (failed != nullptr) add(span_sample(failed->kind, true), "failed");
  if (!timeline.marks.empty()) add(mark_sample(), "request");
  return items.empty() ? "" : "<ul class=\"legend\" aria-label=\"Legend\">\n" + items + "</ul>\n";
}

}  // namespace

std::string figure_element(const TimelineFigure& figure, const std::string& id, const PictureSize& size) {
  const std::string caption = figure.caption.empty() ? "" : html_escaped(figure.caption);
  std::string out = "<figure>\n";
  if (!caption.empty()) out += "<figcaption>" + caption + "</figcaption>\n";
  out += fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n{}</div>\n",
                     caption.empty() ? "Timeline" : caption, draw_timeline(figure.timeline, id, size));
  return out + legend_element(figure.timeline) + details_element(figure.timeline) + "</figure>\n";
}

}  // namespace understudy
