#include "time/cron_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace understudy {
namespace {

constexpr std::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

constexpr CronFieldKind kKinds[] = {
    {.name = "minute", .low = 0, .high = 59, .star_high = 59, .hash_high = 59},
    {.name = "hour", .low = 0, .high = 23, .star_high = 23, .hash_high = 23},
    {.name = "day of the month", .low = 1, .high = 31, .star_high = 31, .hash_high = 28},
    {.name = "month", .low = 1, .high = 12, .star_high = 12, .hash_high = 12, .names = kMonths, .first_name = 1},
    {.name = "weekday", .low = 0, .high = 7, .star_high = 6, .hash_high = 6, .names = kWeekdays},
};

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string upper(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

/// What is in front of the first `separator`, which is dropped; all of it if there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

class FieldReader {
public:
  FieldReader(const CronFieldKind& kind, std::string_view text, std::uint64_t drawn, const Position& at)
      : kind_{kind}, text_{text}, drawn_{drawn}, at_{at} {}

  [[nodiscard]] std::uint64_t read() const {
    if (text_.ends_with(',')) refuse("has an empty place in its list");
    std::uint64_t bits = 0;
    for (std::string_view rest = text_; !rest.empty();) bits |= item(take_until(rest, ','));
    return bits;
  }

private:
  struct Range {
    int low = 0;
    int high = 0;
  };

  [[noreturn]] void refuse(const std::string& what, const std::string& hint = "") const {
    throw InputError{at_, fmt::format("the {} \"{}\" of a cron schedule {}", kind_.name, text_, what), hint};
  }

  [[nodiscard]] std::uint64_t item(std::string_view text) const {
    const bool has_step = text.find('/') != std::string_view::npos;
    const std::string_view base = take_until(text, '/');
    if (base.starts_with('H')) return hashed(base.substr(1), has_step ? std::optional{text} : std::nullopt);
    const Range range = base == "*" ? Range{kind_.low, kind_.star_high} : range_of(base);
    if (!has_step) return every(range, 1);
    if (base != "*" && base.find('-') == std::string_view::npos) {
      refuse("has a step, but no range", fmt::format("write {}-{}/{}", base, kind_.star_high, text));
    }
    return every(range, step_of(text, range));
  }

  /// Jenkins' rules: a step begins at a drawn place, and so does a range without one.
  [[nodiscard]] std::uint64_t hashed(std::string_view limits, std::optional<std::string_view> step) const {
    Range range{kind_.low, kind_.hash_high};
    if (!limits.empty()) {
      if (!limits.starts_with('(') || !limits.ends_with(')')) refuse("has an H that is none", "write H or H(0-29)");
      range = range_of(limits.substr(1, limits.size() - 2));
    }
    const int spread = step ? step_of(*step, range) : range.high - range.low + 1;
    range.low += static_cast<int>(drawn_ % static_cast<std::uint64_t>(spread));
    return every(step ? range : Range{range.low, range.low}, spread);
  }

  static std::uint64_t every(Range range, int step) {
    std::uint64_t bits = 0;
    for (int value = range.low; value <= range.high; value += step)
      bits |= std::uint64_t{1} << static_cast<unsigned>(value);
    return bits;
  }

  [[nodiscard]] Range range_of(std::string_view text) const {
    const bool is_range = text.find('-') != std::string_view::npos;
    const std::string_view first = take_until(text, '-');
    const int low = value_of(first);
    const int high = is_range ? value_of(text) : low;
    if (low > high) refuse_backwards(low, high);
    return {low, high};
  }

  [[noreturn]] void refuse_backwards(int low, int high) const {
    const bool sunday = !kind_.names.empty() && kind_.low == 0 && high == 0;
    refuse("has a range that goes backwards",
           sunday ? fmt::format("at the end of a range Sunday is 7: write {}-7", low)
                  : fmt::format("write {}-{},{}-{}", low, kind_.star_high, kind_.low, high));
  }

  [[nodiscard]] int value_of(std::string_view text) const {
    if (text.empty()) refuse("has an empty place");
    if (!is_digits(text)) return named(text);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value < kind_.low || value > kind_.high) {
      refuse(fmt::format("has a {}, which is not in {}-{}", text, kind_.low, kind_.high));
    }
    return value;
  }

  [[nodiscard]] int named(std::string_view text) const {
    const std::string wanted = upper(text);
    const auto found = std::ranges::find(kind_.names, wanted);
    if (found != kind_.names.end()) return kind_.first_name + static_cast<int>(found - kind_.names.begin());
    refuse(fmt::format("has a \"{}\", which is neither a number nor {}", text, expected()), hint_for(wanted));
  }

  [[nodiscard]] std::string expected() const {
    return kind_.names.empty() ? "one of * H" : fmt::format("a name ({} ...)", kind_.names.front());
  }

  [[nodiscard]] std::string hint_for(const std::string& wanted) const {
    if (wanted == "?") return "write *";
    if (wanted == "H" || wanted.starts_with("H(")) return "the H is a capital letter";
    if (wanted.starts_with('*')) return "behind a * there may only be a step: */5";
    if (wanted.starts_with('-')) return "no value is negative";
    if (wanted.find('#') != std::string::npos || wanted.ends_with('L') || wanted.ends_with('W')) {
      return "the last day, the nearest working day and the second Monday cannot be said in five fields";
    }
    const std::vector<std::string> names{kind_.names.begin(), kind_.names.end()};
    // "Monday", "sept": what begins with a name means it
    const auto begun = std::ranges::find_if(names, [&](const std::string& name) { return wanted.starts_with(name); });
    return begun != names.end() ? fmt::format("write {}", *begun) : did_you_mean(wanted, names);
  }

  [[nodiscard]] int step_of(std::string_view text, Range range) const {
    int step = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (!is_digits(text) || error != std::errc{} || step < 1) {
      refuse(fmt::format("has a step of \"{}\"", text), "a step is a number from 1: */5");
    }
    const int values = range.high - range.low + 1;
    if (step > values) {
      refuse(fmt::format("has a step of {}, but only {} values", step, values),
             "a cron begins anew in each hour, day, month and year");
    }
    return step;
  }

  const CronFieldKind& kind_;
  std::string_view text_;
  std::uint64_t drawn_;
  const Position& at_;
};

}  // namespace

std::span<const CronFieldKind> cron_field_kinds() { return kKinds; }

std::uint64_t parse_cron_field(const CronFieldKind& kind, std::string_view text, std::uint64_t drawn,
                               const Position& at) {
  return FieldReader{kind, text, drawn, at}.read();
}

}  // namespace understudy
