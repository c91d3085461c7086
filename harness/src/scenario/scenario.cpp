#include "harness/scenario.hpp"

#include <algorithm>

namespace understudy {

std::string Scenario::id() const { return file + ":" + std::to_string(at.line); }

std::string Scenario::title() const { return case_name.empty() ? name : name + " / " + case_name; }

bool Scenario::holds_line(int line) const {
  return std::ranges::any_of(lines, [&](const LineRange& range) { return range.first <= line && line <= range.last; });
}

}  // namespace understudy
