#include "report/request_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/report.hpp"
#include "mock_server/clock.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kWholeTable = 24;  // rows; a longer one is cut
constexpr std::size_t kContext = 2;      // rows shown before and after a marked one
constexpr std::size_t kTargetWidth = 90;

struct Marks {
  std::set<std::uint64_t> culprits;
  std::map<std::uint64_t, std::string> nearest;  // number -> why
};

Marks marks_of(const StepResult& step) {
  Marks marks;
  for (const Failure& failure : step.failures) {
    marks.culprits.insert(failure.culprits.begin(), failure.culprits.end());
    if (failure.nearest) marks.nearest.emplace(*failure.nearest, failure.nearest_why);
  }
  return marks;
}

bool is_marked(const Marks& marks, std::uint64_t number) {
  return marks.culprits.count(number) > 0 || marks.nearest.count(number) > 0;
}

/// Which rows to show: all of a short table, else what surrounds the marks, or the end where nothing is marked.
std::vector<bool> shown_rows(const std::vector<RequestLine>& rows, const Marks& marks) {
  std::vector<bool> shown(rows.size(), rows.size() <= kWholeTable);
  if (rows.size() <= kWholeTable) return shown;
  bool any = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_marked(marks, rows[i].number)) continue;
    any = true;
    const std::size_t from = i > kContext ? i - kContext : 0;
    for (std::size_t j = from; j < std::min(rows.size(), i + kContext + 1); ++j) shown[j] = true;
  }
  if (!any) std::fill(shown.end() - static_cast<std::ptrdiff_t>(kWholeTable), shown.end(), true);
  return shown;
}

struct Columns {
  std::size_t number = 1;
  std::size_t method = 0;
  std::size_t target = 7;
  bool platform = false;  // a column of platform time, where it moved
};

std::string request_target(const RequestLine& row) { return shortened(printable(row.target), kTargetWidth); }

Columns columns_of(const std::vector<RequestLine>& rows) {
  Columns columns;
  for (const RequestLine& row : rows) {
    columns.number = std::max(columns.number, std::to_string(row.number).size());
    columns.method = std::max(columns.method, row.method.size());
    columns.target = std::max(columns.target, display_width(request_target(row)));
    columns.platform = columns.platform || row.platform_time != rows.front().platform_time;
  }
  columns.target = std::max(columns.target, std::size_t{40} - std::min<std::size_t>(40, columns.method + 1));
  return columns;
}

std::string header(const Columns& columns) {
  return fmt::format("      {:>{}}  {:<9}  {}{:<{}}  status", "#", columns.number, "time",
                     columns.platform ? "platform  " : "", "request", columns.method + 1 + columns.target);
}

std::string row_text(const RequestLine& row, const Columns& columns) {
  const std::string platform =
      columns.platform ? fmt::format("{:<8}  ", "+" + format_duration(row.platform_time)) : std::string{};
  std::string text =
      fmt::format("{:>{}}  {:<9}  {}{:<{}} {}  {}", row.number, columns.number, "+" + seconds_text(row.wall_time),
                  platform, row.method, columns.method, padded(request_target(row), columns.target),
                  row.status == 0 ? std::string{"---"} : std::to_string(row.status));
  if (!row.note.empty()) text += "  " + printable(row.note);
  return text;
}

}  // namespace

std::vector<std::string> request_table(const StepResult& step, const Paint& paint) {
  if (step.requests.empty()) return {"      no request was sent"};
  const Marks marks = marks_of(step);
  const std::vector<bool> shown = shown_rows(step.requests, marks);
  const Columns columns = columns_of(step.requests);

  std::vector<std::string> out{paint(Ink::kDim, header(columns))};
  bool gap = false;
  for (std::size_t i = 0; i < step.requests.size(); ++i) {
    const RequestLine& row = step.requests[i];
    if (!shown[i]) {
      if (!gap) out.push_back(paint(Ink::kDim, "      ..."));
      gap = true;
      continue;
    }
    gap = false;
    const std::string text = row_text(row, columns);
    const auto nearest = marks.nearest.find(row.number);
    if (marks.culprits.count(row.number) > 0) {
      out.push_back(paint(Ink::kRed, "    ✗ " + text));
    } else {
      out.push_back(nearest == marks.nearest.end() ? "      " + text : paint(Ink::kYellow, "    ~ " + text));
    }
    if (nearest != marks.nearest.end() && !nearest->second.empty()) {
      out.push_back("        nearest: " + printable(nearest->second));
    }
  }
  return out;
}

}  // namespace understudy
