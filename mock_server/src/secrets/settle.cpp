#include "secrets/settle.hpp"

#include <algorithm>
#include <map>
#include <tuple>

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
std::vector<Sighting> best_of(std::vector<Candidate> candidates, std::vector<Sighting>& beside) {
  std::ranges::sort(candidates, is_better);
  std::map<std::size_t, Sighting> kept;  // by where they begin; no two overlap
  for (Candidate& candidate : candidates) {
    const auto next = kept.lower_bound(candidate.sighting.begin);
    const bool after = next != kept.end() && overlap(next->second, candidate.sighting);
    const bool before = next != kept.begin() && overlap(std::prev(next)->second, candidate.sighting);
    if (before || after) {
      const Sighting& better = after ? next->second : std::prev(next)->second;
      if (better.extent != Extent::kFingerprint && !lies_in(candidate.sighting, better))
        beside.push_back(std::move(candidate.sighting));
      continue;
    }
    kept.emplace_hint(next, candidate.sighting.begin, std::move(candidate.sighting));
  }
  std::vector<Sighting> result;
  result.reserve(kept.size());
  for (auto& [begin, sighting] : kept) result.push_back(std::move(sighting));
  return result;
}

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
  std::vector<Sighting> all;
  for (auto& [secret, own] : by_secret)
    std::ranges::move(best_of(std::move(own), result.beside), std::back_inserter(all));
  std::ranges::stable_sort(all, [](const Sighting& a, const Sighting& b) {
    return std::tuple{a.begin, b.end} < std::tuple{b.begin, a.end};
  });
  // Sorted, what lies around a sighting stands before it, and only what overlaps has to be looked at.
  std::vector<bool> drop(all.size());
  std::size_t first = 0;  // none before it reaches the present one
  for (std::size_t i = 0; i < all.size(); ++i) {
    while (first < i && all[first].end <= all[i].begin) ++first;
    for (std::size_t j = first; j < i; ++j) {
      if (all[j].secret == all[i].secret) continue;
      const bool same = all[j].begin == all[i].begin && all[j].end == all[i].end;
      if (all[i].extent == Extent::kPart && lies_in(all[i], all[j])) drop[i] = true;
      if (same && all[j].extent == Extent::kPart) drop[j] = true;
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!drop[i]) result.sightings.push_back(std::move(all[i]));
  }
  return result;
}

}  // namespace understudy::secrets
