#include "secrets/marks.hpp"

#include <algorithm>
#include <bit>

namespace understudy::secrets {
namespace {

constexpr std::size_t kSigns = kTriggers.size() + kHeads.size();
constexpr unsigned char kNone = 0xff;
constexpr std::size_t kFew = 16;  // at least as many are made room for at once

constexpr auto kBytes = [] {
  std::array<char, kSigns> bytes{};
  std::ranges::copy(kTriggers, bytes.begin());
  std::ranges::copy(kHeads, bytes.begin() + kTriggers.size());
  return bytes;
}();

/// For each byte: number of the sign, or kNone.
constexpr auto kNumbers = [] {
  std::array<unsigned char, 256> table{};
  table.fill(kNone);
  for (std::size_t i = 0; i < kSigns; ++i) table[static_cast<unsigned char>(kBytes[i])] = static_cast<unsigned char>(i);
  return table;
}();

/// In the order of kBytes.
const std::array<Sign, kSigns>& all_signs() {
  static const auto kAll = [] {
    std::array<Sign, kSigns> all{};
    std::ranges::copy(triggers(), all.begin());
    std::ranges::copy(heads(), all.begin() + kTriggers.size());
    return all;
  }();
  return kAll;
}

}  // namespace

void Marks::add(std::uint64_t signs, std::size_t at) {
  const std::array<Sign, kSigns>& all = all_signs();
  for (; signs != 0; signs &= signs - 1) {
    const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(signs));
    const std::size_t number = kNumbers[static_cast<unsigned char>(data_[place])];
    if (!all[number](data_, place)) continue;
    if (places_[number].empty()) places_[number].reserve(kFew);
    places_[number].push_back(place);
  }
}

const std::vector<std::size_t>& Marks::of(char byte) const {
  return places_.at(kNumbers[static_cast<unsigned char>(byte)]);
}

bool Marks::has_head(std::size_t from, std::size_t to) const {
  return std::ranges::any_of(kHeads, [&](char head) {
    const std::vector<std::size_t>& places = of(head);
    const auto next = std::ranges::lower_bound(places, from);
    return next != places.end() && *next < to;
  });
}

}  // namespace understudy::secrets
