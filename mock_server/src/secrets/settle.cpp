#include "secrets/settle.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "secrets/patterns.hpp"

namespace understudy::secrets {
namespace {

using Extent = Sighting::Extent;

bool overlap(const Sighting& a, const Sighting& b) { return a.begin < b.end && b.begin < a.end; }

bool lies_in(const Sighting& a, const Sighting& b) { return b.begin <= a.begin && a.end <= b.end; }

bool is_better(const Candidate& a, const Candidate& b) {
  const auto rank = [](const Candidate& c) {
    const std::size_t missing = c.sighting.extent == Extent::kPart ? ~c.sighting.characters : 0;
    // Stored in an archive, it is as it is, but the archive's member says more. A token rather than a part of it.
    constexpr std::size_t kWorthOfAName = 2;
    const std::size_t effort = c.depth + (c.sighting.member.empty() ? kWorthOfAName : 0);
    const std::size_t shorter = ~(c.sighting.end - c.sighting.begin);
    return std::tuple{c.sighting.extent, missing, c.is_component, effort, shorter, c.sighting.shape};
  };
  return rank(a) < rank(b);
}

/// Of one secret: the better ones that do not overlap. `beside` gets what reaches beyond them.
std::vector<Candidate> best_of(std::vector<Candidate> candidates, std::vector<Sighting>& beside) {
  std::ranges::sort(candidates, is_better);
  std::map<std::size_t, Candidate> kept;  // by where they begin; no two overlap
  for (Candidate& candidate : candidates) {
    const auto next = kept.lower_bound(candidate.sighting.begin);
    const bool after = next != kept.end() && overlap(next->second.sighting, candidate.sighting);
    const bool before = next != kept.begin() && overlap(std::prev(next)->second.sighting, candidate.sighting);
    if (before || after) {
      const Sighting& better = (after ? next : std::prev(next))->second.sighting;
      if (better.extent != Extent::kFingerprint && !lies_in(candidate.sighting, better))
        beside.push_back(std::move(candidate.sighting));
      continue;
    }
    kept.emplace_hint(next, candidate.sighting.begin, std::move(candidate));
  }
  std::vector<Candidate> result;
  result.reserve(kept.size());
  for (auto& [begin, candidate] : kept) result.push_back(std::move(candidate));
  return result;
}

/// Two secrets have it at the same place: nearly all of one or the other, or what both begin or end with.
bool tells_something(const Candidate& part) { return part.lacks < kShortest; }

}  // namespace

Settled settle(std::vector<Candidate> candidates) {
  Settled result;
  std::map<std::size_t, std::vector<Candidate>> by_secret;
  for (Candidate& candidate : candidates) {
    if (candidate.is_only_covered) {
      result.beside.push_back(std::move(candidate.sighting));
      continue;
    }
    const std::size_t secret = candidate.sighting.secret;
    by_secret[secret].push_back(std::move(candidate));
  }
  std::vector<Candidate> all;
  for (auto& [secret, own] : by_secret)
    std::ranges::move(best_of(std::move(own), result.beside), std::back_inserter(all));
  std::ranges::stable_sort(all, [](const Candidate& a, const Candidate& b) {
    return std::tuple{a.sighting.begin, b.sighting.end} < std::tuple{b.sighting.begin, a.sighting.end};
  });
  // Sorted, what lies around a sighting stands before it, and only what overlaps has to be looked at.
  std::vector<bool> drop(all.size());
  std::size_t first = 0;  // none before it reaches the present one
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Sighting& own = all[i].sighting;
    while (first < i && all[first].sighting.end <= own.begin) ++first;
    for (std::size_t j = first; j < i; ++j) {
      const Sighting& other = all[j].sighting;
      if (other.secret == own.secret || !lies_in(own, other)) continue;
      const bool is_same = lies_in(other, own);
      const bool both_are_parts = own.extent == Extent::kPart && other.extent == Extent::kPart;
      if (is_same && both_are_parts) {
        const bool other_tells_more = tells_something(all[j]) && all[j].lacks <= all[i].lacks;
        if (other_tells_more || !tells_something(all[i])) drop[i] = true;
        if (!other_tells_more) drop[j] = true;
      } else if (own.extent == Extent::kPart) {
        drop[i] = true;
      } else if (is_same && other.extent == Extent::kPart) {
        drop[j] = true;
      }
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    (drop[i] ? result.beside : result.sightings).push_back(std::move(all[i].sighting));
  return result;
}

}  // namespace understudy::secrets
