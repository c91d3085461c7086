#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>
#include <functional>
#include <unordered_map>
#include <utility>

#include "mock_server/secret_hunter.hpp"
#include "secrets/gram_index.hpp"
#include "secrets/layer.hpp"
#include "secrets/marks.hpp"
#include "secrets/patterns.hpp"
#include "secrets/regions.hpp"
#include "secrets/scan.hpp"
#include "secrets/settle.hpp"
#include "secrets/streams.hpp"
#include "secrets/views.hpp"

namespace understudy {
namespace {

using secrets::Candidate;
using secrets::GramIndex;
using secrets::Layer;
using secrets::Pattern;
using secrets::Run;

constexpr std::size_t kDeepest = 4;  // escapes in encodings in archives ...
constexpr std::size_t kFewestDifferent = 5;

std::size_t count_different(std::string_view bytes) {
  std::bitset<256> seen;
  for (const char c : bytes) seen.set(static_cast<unsigned char>(c));
  return seen.count();
}

/// One search: the data, and whatever it stands for.
class Search {
public:
  explicit Search(const GramIndex& index) : index_{index} {}

  [[nodiscard]] std::vector<Candidate> run(std::string_view data) {
    look_into({.data = data});
    return std::move(found_);
  }

private:
  void look_into(const Layer& layer) {
    // What an undone text holds elsewhere than over a joint was there before.
    const std::vector<std::size_t> joints = layer.view != nullptr ? layer.view->joints() : std::vector<std::size_t>{};
    const bool may_hold = layer.view == nullptr || index_.may_go_over(layer.data, joints);
    is_hot_ = is_hot_ || may_hold;
    if (layer.depth == kDeepest) {
      if (may_hold) judge_all(layer, index_.search(layer.data));
      return;
    }
    secrets::Scan scan{layer.data, index_, {.patterns = may_hold, .encoded = layer.view == nullptr}};
    const secrets::StreamFinder::Wanted streams{.joints = layer.view != nullptr ? &joints : nullptr,
                                                .encoded_only = layer.undo != nullptr && !layer.undo->of_bytes,
                                                .from_start = layer.is_from_start()};
    secrets::StreamFinder finder{
        scan, streams, [&](const secrets::Stream& stream) {
          if (stream.text.size() < secrets::kShortest || !is_new(stream.text, layer, stream.begin)) return;
          look_into({.data = stream.text, .outer = &layer, .stream = &stream, .depth = layer.depth + 1});
        }};
    const secrets::Regions regions{layer.data, scan.marks(), index_.longest() + secrets::kLongPart};
    std::array<secrets::Regions::Walk, secrets::kUndos> walks;
    std::size_t judged = 0;
    while (!scan.is_done()) {
      scan.go_on();
      for (; judged < scan.patterns().size(); ++judged) judge(layer, scan.patterns()[judged]);
      // Streams first: what they hold is told by the shortest way in.
      finder.go_on();
      for (std::size_t i = 0; i < walks.size(); ++i) {
        const secrets::Undo& undo = secrets::undos()[i];
        if (undo.makes_blanks && undo.needs_blanks == nullptr && !index_.has_blanks()) continue;
        const bool at_line_breaks = undo.trigger == '\n';
        const std::vector<std::size_t>& places =
            at_line_breaks ? scan.line_breaks().that_matter() : scan.marks().of(undo.trigger);
        if (walks[i].next < places.size())
          undo_regions(layer, undo, regions, walks[i], places,
                       at_line_breaks ? scan.line_breaks().known() : scan.known());
      }
    }
  }

  void undo_regions(const Layer& layer, const secrets::Undo& undo, const secrets::Regions& regions,
                    secrets::Regions::Walk& walk, const std::vector<std::size_t>& places, std::size_t known) {
    std::size_t found_before = 0;
    std::size_t known_before = 0;
    const auto use = [&](std::size_t begin, std::size_t end) {
      found_before = found_.size();
      known_before = learnt_.size();
      const bool was_hot = std::exchange(is_hot_, false);
      undo_region(layer, undo, begin, layer.data.substr(begin, end - begin));
      const bool found = is_hot_ || found_.size() > found_before;
      is_hot_ = found || was_hot;
      return found;
    };
    const auto forget = [&] {
      found_.resize(found_before);
      for (; learnt_.size() > known_before; learnt_.pop_back())
        known_.insert_or_assign(learnt_.back().key, learnt_.back().depth_before);
    };
    regions.go_on(walk, places, known, use, forget);
  }

  void undo_region(const Layer& layer, const secrets::Undo& undo, std::size_t begin, std::string_view region) {
    if (undo.makes_blanks && !index_.has_blanks() && !undo.needs_blanks(region)) return;
    const secrets::View view = undo.run(region);
    if (!view.is_changed() || view.text().size() < secrets::kShortest) return;
    if (layer.depth > 0 && !is_new(view.text(), layer, begin)) return;
    look_into({.data = view.text(),
               .outer = &layer,
               .undo = &undo,
               .view = &view,
               .view_begin = begin,
               .depth = layer.depth + 1});
  }

  /// Two orders of undoing often come to the same text. What was seen deeper may have been too deep to be unpacked.
  bool is_new(std::string_view text, const Layer& from, std::size_t at) {
    const std::size_t key = std::hash<std::string_view>{}(text) ^ (from.place(at, at + 1).first * 0x9e3779b97f4a7c15U);
    std::size_t& depth = known_.try_emplace(key, kUnseen).first->second;
    if (depth <= from.depth + 1) return false;
    learnt_.push_back({key, depth});
    depth = from.depth + 1;
    return true;
  }

  void judge_all(const Layer& layer, const std::vector<Run>& runs) {
    for (const Run& run : runs) judge(layer, run);
  }

  void judge(const Layer& layer, const Run& run) {
    const Pattern& pattern = index_.patterns()[run.pattern];
    const std::string_view bytes = layer.data.substr(run.begin, run.size);
    const bool whole = run.size == pattern.bytes.size();
    if (!whole && !pattern.fingerprint && count_different(bytes) < kFewestDifferent) return;
    if (layer.is_as_outside(run.begin, run.begin + run.size)) return;  // found there already
    // The characters at the ends of base64 are of the secret in part: they are no evidence, but have to be covered.
    const auto is_shared = [&](std::size_t at) { return layer.data.size() > at && secrets::is_base64(layer.data[at]); };
    const bool left = pattern.left_edge && run.begin > 0 && run.offset == 0 && is_shared(run.begin - 1);
    const bool right =
        pattern.right_edge && run.offset + run.size == pattern.bytes.size() && is_shared(run.begin + run.size);
    const auto [begin, outer_end] = layer.place(run.begin - (left ? 1 : 0), run.begin + run.size + (right ? 1 : 0));
    found_.push_back(
        {.sighting = {.secret = pattern.secret,
                      .extent = pattern.fingerprint ? Sighting::Extent::kFingerprint
                                : whole             ? Sighting::Extent::kWhole
                                                    : Sighting::Extent::kPart,
                      .begin = begin,
                      .end = outer_end,
                      .shape = layer.describe(pattern, run),
                      .member = layer.member(run.begin),
                      .characters = static_cast<std::size_t>(static_cast<double>(run.size) / pattern.per_character)},
         .depth = layer.depth,
         .lacks =
             static_cast<std::size_t>(static_cast<double>(pattern.bytes.size() - run.size) / pattern.per_character),
         .is_component = pattern.is_component,
         .is_only_covered = !pattern.counts(run.offset, run.offset + run.size)});
  }

  static constexpr std::size_t kUnseen = kDeepest + 1;
  struct Learnt {
    std::size_t key = 0;
    std::size_t depth_before = 0;  // or kUnseen
  };

  const GramIndex& index_;
  std::vector<Candidate> found_;
  std::unordered_map<std::size_t, std::size_t> known_;  // texts at their places, and how deep they were at the least
  std::vector<Learnt> learnt_;                          // what changed in it, in order
  bool is_hot_ = false;                                 // whether an undone text held some secret's bytes over a joint
};

std::vector<Pattern> all_patterns(const std::vector<Secret>& secrets) {
  std::vector<Pattern> patterns;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    if (!why_not_hunted(secrets[i].value).empty()) continue;
    std::ranges::move(secrets::patterns_of(secrets[i].value, static_cast<std::uint32_t>(i)),
                      std::back_inserter(patterns));
  }
  return patterns;
}

}  // namespace

struct SecretHunter::Impl {
  std::vector<Secret> secrets;
  GramIndex index;
  std::vector<std::size_t> covered_only;  ///< those that cannot be hunted, but are long enough to be covered

  [[nodiscard]] secrets::Settled search(std::string_view data) const {
    return secrets::settle(Search{index}.run(data));
  }
};

SecretHunter::SecretHunter(std::vector<Secret> secrets) {
  constexpr std::size_t kShortestCovered = 4;
  GramIndex index{all_patterns(secrets)};
  std::vector<std::size_t> covered_only;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    if (secrets[i].value.size() >= kShortestCovered && !why_not_hunted(secrets[i].value).empty())
      covered_only.push_back(i);
  }
  impl_ = std::make_unique<const Impl>(Impl{std::move(secrets), std::move(index), std::move(covered_only)});
}

SecretHunter::~SecretHunter() = default;

const std::vector<Secret>& SecretHunter::secrets() const { return impl_->secrets; }

std::vector<Sighting> SecretHunter::find(std::string_view data) const { return survey(data).sightings; }

Survey SecretHunter::survey(std::string_view data) const {
  secrets::Settled settled = impl_->search(data);
  std::vector<CoveredRange> ranges;
  for (const auto* const sightings : {&settled.sightings, &settled.beside}) {
    for (const Sighting& each : *sightings) {
      if (each.extent != Sighting::Extent::kFingerprint) ranges.push_back({each.begin, each.end, each.secret});
    }
  }
  std::ranges::stable_sort(ranges, {}, &CoveredRange::begin);
  Survey result;
  for (const CoveredRange& range : ranges) {  // what overlaps is covered with what it overlaps
    if (result.covered.empty() || range.begin >= result.covered.back().end) {
      result.covered.push_back(range);
    } else {
      result.covered.back().end = std::max(result.covered.back().end, range.end);
    }
  }
  result.sightings = std::move(settled.sightings);
  std::erase_if(result.sightings,
                [&](const Sighting& each) { return impl_->secrets[each.secret].kind == SecretKind::kPublic; });
  return result;
}

std::string SecretHunter::cover(std::string_view text) const {
  return cover_part(text, survey(text).covered, 0, text.size());
}

std::string SecretHunter::cover_part(std::string_view text, const std::vector<CoveredRange>& ranges, std::size_t begin,
                                     std::size_t end) const {
  std::string result;
  std::size_t done = begin;
  auto range = std::ranges::upper_bound(ranges, begin, {}, &CoveredRange::end);
  for (; range != ranges.end() && range->begin < end; ++range) {
    if (range->begin > done) result += text.substr(done, range->begin - done);
    result += shown_as(impl_->secrets[range->secret]);
    done = range->end;
  }
  if (done < end) result += text.substr(done, end - done);
  for (const std::size_t number : impl_->covered_only) {
    const Secret& secret = impl_->secrets[number];
    const std::string shown = shown_as(secret);
    for (std::size_t at = result.find(secret.value); at != std::string::npos;
         at = result.find(secret.value, at + shown.size()))
      result.replace(at, secret.value.size(), shown);
  }
  return result;
}

std::string why_not_hunted(std::string_view value) {
  if (value.size() < secrets::kShortest)
    return fmt::format("it has {} characters, {} are needed", value.size(), secrets::kShortest);
  if (count_different(value) < kFewestDifferent)
    return fmt::format("it has {} different characters, {} are needed", count_different(value), kFewestDifferent);
  static constexpr std::array<std::string_view, 16> kCommon{
      "password", "password1",  "passw0rd",   "12345678",    "123456789",   "1234567890", "changeme",  "secret123",
      "letmein1", "qwertyuiop", "production", "development", "environment", "localhost",  "127.0.0.1", "platform.sh"};
  if (std::ranges::find(kCommon, value) != kCommon.end()) return "it is a common word";
  return {};
}

}  // namespace understudy
