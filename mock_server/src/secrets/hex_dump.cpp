#include "secrets/hex_dump.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "secrets/encoded.hpp"

namespace understudy::secrets {
namespace {

constexpr std::size_t kFewestBytes = 8;
constexpr std::size_t kBytesOfALine = 16;  // where lines begin with their offset

bool is_separator(char c) { return c == ' ' || c == ':' || c == ',' || c == '-'; }

std::size_t digits_at(std::string_view line, std::size_t at) {
  std::size_t count = 0;
  while (at + count < line.size() && is_hex(line[at + count])) ++count;
  return count;
}

std::size_t separators_at(std::string_view line, std::size_t at) {
  std::size_t count = 0;
  while (at + count < line.size() && is_separator(line[at + count])) ++count;
  return count;
}

struct Line {
  std::size_t begin = 0;  ///< of its first group
  std::string bytes{};
};

Line read_line(std::string_view line) {
  Line result;
  std::size_t at = separators_at(line, 0);
  std::size_t limit = std::string_view::npos;
  if (const std::size_t offset = digits_at(line, at); offset >= 6 && offset <= 16) {
    at += offset;
    at += separators_at(line, at);
    limit = kBytesOfALine;
  }
  result.begin = at;
  while (result.bytes.size() < limit) {
    if (line.substr(at, 2) == "0x") at += 2;
    const std::size_t digits = digits_at(line, at);
    if (digits != 2 && digits != 4) break;
    result.bytes += decode_hex(line.substr(at, digits));
    at += digits;
    const std::size_t separators = separators_at(line, at);
    if (separators == 0 || separators > 2) break;
    at += separators;
  }
  return result;
}

std::string_view line_at(std::string_view data, std::size_t at) {
  return data.substr(at, std::min(data.find('\n', at), data.size()) - at);
}

constexpr std::size_t kShortestDump = 3 * kFewestBytes - 1;  // two digits and one separator for each

/// The first place from `at` on in a run of kShortestDump characters that dumps are made of, or npos. A run of these
/// has half of them in one word.
class NextRun {
public:
  explicit NextRun(const std::vector<DumpWord>& words) : next_{words.begin()}, end_{words.end()} {}

  std::size_t from(std::size_t at) {
    for (; next_ != end_; ++next_) {
      if (next_->at + kWord <= at) continue;
      const std::uint64_t behind = next_->at < at ? ~std::uint64_t{0} << (at - next_->at) : ~std::uint64_t{0};
      const std::uint64_t twelve = begins_of_twelve(next_->bits & behind);
      if (twelve != 0) return next_->at + static_cast<std::size_t>(std::countr_zero(twelve));
    }
    return std::string_view::npos;
  }

private:
  std::vector<DumpWord>::const_iterator next_;
  std::vector<DumpWord>::const_iterator end_;
};

bool is_of_dump(char c) { return is_hex(c) || is_separator(c) || c == 'x'; }

/// The run of such characters around `at`.
std::pair<std::size_t, std::size_t> run_around(std::string_view data, std::size_t first, std::size_t at) {
  std::size_t begin = at;
  std::size_t end = at;
  while (begin > first && is_of_dump(data[begin - 1])) --begin;
  while (end < data.size() && is_of_dump(data[end])) ++end;
  return {begin, end};
}

/// Whether groups of digits stand there: no text, no single number.
bool looks_like_groups(std::string_view run) {
  if (run.size() < kShortestDump) return false;
  const auto separators = static_cast<std::size_t>(std::ranges::count_if(run, is_separator));
  return separators >= 3 && separators <= run.size() / 2;
}

template <class Use>
void for_each_run_of_digits(std::string_view data, std::size_t begin, std::size_t end, const Use& use) {
  constexpr std::size_t kShortestDigits = 24;
  while (end - begin >= kShortestDigits) {
    std::size_t digits_end = begin;
    while (digits_end < end && is_hex(data[digits_end])) ++digits_end;
    if (digits_end - begin >= kShortestDigits) use(begin, digits_end);
    begin = std::min(digits_end + 1, end);
  }
}

}  // namespace

void for_each_hex_dump(std::string_view data, const std::vector<DumpWord>& words,
                       const std::function<void(HexDump)>& use,
                       const std::function<void(std::size_t begin, std::size_t end)>& use_digits) {
  std::size_t done = 0;
  NextRun next{words};
  for (std::size_t at = next.from(0); at != std::string_view::npos; at = next.from(done)) {
    const auto [begin, end] = run_around(data, done, at);
    done = end;
    for_each_run_of_digits(data, begin, end, use_digits);
    if (!looks_like_groups(data.substr(begin, end - begin))) continue;
    // Words may stand before the groups: where the groups begin, their line does.
    std::size_t line_begin = begin;
    while (line_begin < end && is_separator(data[line_begin])) ++line_begin;
    HexDump dump;
    while (line_begin < data.size()) {
      const std::string_view line = line_at(data, line_begin);
      const Line read = read_line(line);
      if (read.bytes.empty()) break;
      if (dump.bytes.empty()) dump.begin = line_begin + read.begin;
      dump.bytes += read.bytes;
      dump.end = line_begin + line.size();
      line_begin += line.size() + 1;
    }
    if (dump.bytes.size() < kFewestBytes) continue;
    done = std::max(done, dump.end);
    use(std::move(dump));
  }
}

}  // namespace understudy::secrets
