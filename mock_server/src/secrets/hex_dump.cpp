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

constexpr std::size_t kShortestDigits = 24;
constexpr std::size_t kShortestDump = 3 * kFewestBytes - 1;  // two digits and one separator for each

bool is_of_dump(char c) { return is_hex(c) || is_separator(c) || c == 'x'; }

/// Whether groups of digits stand there: no text, no single number.
bool looks_like_groups(std::string_view run) {
  std::size_t others = run.size();
  for (std::size_t at = 0; at < run.size(); at += kWord)
    others -= static_cast<std::size_t>(std::popcount(hex_mask(run, at)));
  constexpr std::size_t kFewest = 3;
  if (others < kFewest) return false;
  const auto separators = static_cast<std::size_t>(std::ranges::count_if(run, is_separator));
  return separators >= kFewest && separators <= run.size() / 2;
}

std::size_t end_of_digits(std::string_view run, std::size_t at) {
  while (at < run.size()) {
    const auto size = static_cast<std::size_t>(std::countr_one(hex_mask(run, at)));
    at += size;
    if (size < kWord) break;
  }
  return at;
}

template <class Use>
void for_each_run_of_digits(std::string_view data, std::size_t begin, std::size_t end, const Use& use) {
  const std::string_view run = data.substr(0, end);
  while (end - begin >= kShortestDigits) {
    const std::size_t digits_end = end_of_digits(run, begin);
    if (digits_end - begin >= kShortestDigits) use(begin, digits_end);
    begin = std::min(digits_end + 1, end);
  }
}

}  // namespace

/// Of characters that dumps are made of, kShortestDump and more: half of these lie in one word.
std::optional<HexDumps::Stretch> HexDumps::next_run(const std::vector<DumpWord>& words) {
  while (next_ < words.size()) {
    const DumpWord& word = words[next_];
    const std::size_t skipped = done_ - std::min(done_, word.at);
    const std::uint64_t twelve =
        skipped < kWord ? begins_of_twelve(word.bits & ~std::uint64_t{0} << skipped) : std::uint64_t{0};
    if (twelve == 0) {
      ++next_;
      continue;
    }
    const std::size_t at = word.at + static_cast<std::size_t>(std::countr_zero(twelve));
    const Stretch run{begin_of_run(at), end_of_run(words, at)};
    done_ = run.end;
    if (run.end - run.begin >= kShortestDump) return run;
  }
  return std::nullopt;
}

/// Of the run at `at`, where twelve of it begin in their word: what is before is in the word before.
std::size_t HexDumps::begin_of_run(std::size_t at) const {
  while (at > done_ && is_of_dump(data_[at - 1])) --at;
  return at;
}

std::size_t HexDumps::end_of_run(const std::vector<DumpWord>& words, std::size_t at) const {
  for (std::size_t i = next_; i < words.size() && words[i].at <= at; ++i) {
    const std::size_t in_word = at - words[i].at;
    const auto size = static_cast<std::size_t>(std::countr_one(words[i].bits >> in_word));
    at += std::min(size, kWord - in_word);
    if (at < words[i].at + kWord) return at;
  }
  while (at < data_.size() && is_of_dump(data_[at])) ++at;
  return at;
}

void HexDumps::go_on(const std::vector<DumpWord>& words, const std::function<void(HexDump)>& use,
                     const std::function<void(std::size_t begin, std::size_t end)>& use_digits) {
  while (const auto run = next_run(words)) {
    const auto [begin, end] = *run;
    for_each_run_of_digits(data_, begin, end, use_digits);
    if (!looks_like_groups(data_.substr(begin, end - begin))) continue;
    // Words may stand before the groups: where the groups begin, their line does.
    std::size_t line_begin = begin;
    while (line_begin < end && is_separator(data_[line_begin])) ++line_begin;
    HexDump dump;
    while (line_begin < data_.size()) {
      const std::string_view line = line_at(data_, line_begin);
      const Line read = read_line(line);
      if (read.bytes.empty()) break;
      if (dump.bytes.empty()) dump.begin = line_begin + read.begin;
      dump.bytes += read.bytes;
      dump.end = line_begin + line.size();
      line_begin += line.size() + 1;
    }
    if (dump.bytes.size() < kFewestBytes) continue;
    done_ = std::max(done_, dump.end);
    use(std::move(dump));
  }
}

}  // namespace understudy::secrets
