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

/// A number that looks like chance and follows from its arguments (splitmix64's finalizer).
[[nodiscard]] constexpr std::uint64_t drawn_from(std::uint64_t seed, std::uint64_t which) {
  std::uint64_t z = seed + (which + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace understudy
