#include "secrets/hex_dump.hpp"

#include <algorithm>
#include <array>

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

constexpr auto kMayBeOfGroups = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"0123456789abcdefABCDEFx :,-"}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool may_be_of_groups(char c) { return kMayBeOfGroups[static_cast<unsigned char>(c)]; }

constexpr std::size_t kLooked = 12;

/// Whether groups of digits stand there: no text, no single number.
bool looks_like_groups(std::string_view data, std::size_t at) {
  if (at + kLooked > data.size()) return false;
  const std::string_view looked = data.substr(at, kLooked);
  // Most places are none, which is told without branches that nobody can foresee.
  const bool likely = may_be_of_groups(looked[0]) & may_be_of_groups(looked[2]) & may_be_of_groups(looked[5]) &
                      may_be_of_groups(looked[8]) & may_be_of_groups(looked[11]);
  if (!likely || !std::ranges::all_of(looked, may_be_of_groups)) return false;
  const auto separators = static_cast<std::size_t>(std::ranges::count_if(looked, is_separator));
  return separators >= 2 && separators <= kLooked / 2;
}

}  // namespace

void for_each_hex_dump(std::string_view data, const std::function<void(HexDump)>& use) {
  constexpr std::size_t kStep =
      kLooked;  // eight bytes with separators are 23 characters: one of the places is in there
  std::size_t done = 0;
  for (std::size_t at = 0; at < data.size(); at += kStep) {
    if (!looks_like_groups(data, at)) continue;
    const std::size_t line_break = at == 0 ? std::string_view::npos : data.rfind('\n', at - 1);
    std::size_t line_begin = std::max(done, line_break == std::string_view::npos ? 0 : line_break + 1);
    std::string_view line = line_at(data, line_begin);
    // Words may stand before the groups: where the groups begin, their line does.
    std::size_t first = at - line_begin;
    while (first > 0 && (is_hex(line[first - 1]) || is_separator(line[first - 1]) || line[first - 1] == 'x')) --first;
    while (first < line.size() && is_separator(line[first])) ++first;
    HexDump dump;
    for (line_begin += first; line_begin < data.size();) {
      line = line_at(data, line_begin);
      Line read = read_line(line);
      if (read.bytes.empty()) break;
      if (dump.bytes.empty()) dump.begin = line_begin + read.begin;
      dump.bytes += read.bytes;
      dump.end = line_begin + line.size();
      line_begin += line.size() + 1;
    }
    if (dump.bytes.size() < kFewestBytes) continue;
    done = dump.end;
    at = std::max(at, dump.end) / kStep * kStep;
    use(std::move(dump));
  }
}

}  // namespace understudy::secrets
