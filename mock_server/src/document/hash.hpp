#pragma once
/// A hash that is the same on every machine and in every run: what is drawn from a name follows from it.

#include <cstdint>
#include <string_view>

namespace understudy {

/// FNV-1a, 64 bits.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace understudy
