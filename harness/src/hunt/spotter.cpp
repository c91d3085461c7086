#include "hunt/spotter.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <tuple>

namespace understudy {
namespace {

bool matches_one(const std::string& patterns, const std::string& text) {
  for (std::size_t at = 0; at <= patterns.size();) {
    const std::size_t end = std::min(patterns.find('|', at), patterns.size());
    if (::fnmatch(patterns.substr(at, end - at).c_str(), text.c_str(), FNM_NOESCAPE) == 0) return true;
    at = end + 1;
  }
  return false;
}

std::string shape_of(const Sighting& sighting, const Secret& secret) {
  std::string shape = sighting.shape;
  if (sighting.extent == Sighting::Extent::kPart)
    shape += fmt::format(", {} of {} characters", sighting.characters, secret.value.size());
  if (!sighting.member.empty()) shape += ", " + sighting.member;
  return shape;
}

}  // namespace

std::string context_of(const SecretHunter& hunter, std::string_view text, const Survey& survey,
                       const Sighting& sighting) {
  constexpr std::size_t kBeside = 30;
  constexpr std::size_t kAround = 512;  // of which the last are shown: what is covered as a whole must be seen as such
  const std::string covered = shown_as(hunter.secrets()[sighting.secret]);
  const std::size_t begin = sighting.begin - std::min(sighting.begin, kAround);
  const std::size_t end = std::min(sighting.end + kAround, text.size());
  const std::string before = hunter.cover_part(text, survey.covered, begin, sighting.begin);
  const std::string after = hunter.cover_part(text, survey.covered, sighting.end, end);
  std::string result = (sighting.begin > kBeside ? "..." : "") +
                       before.substr(before.size() - std::min(before.size(), kBeside)) + covered +
                       after.substr(0, kBeside) + (after.size() > kBeside ? "..." : "");
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f) c = c == '\n' ? ' ' : '.';
  }
  return result;
}

bool GivenTexts::hold(std::size_t secret, const std::string& shape) const {
  if (hunter_ == nullptr) return false;
  if (!secrets_) {
    secrets_.emplace();
    for (const std::string& text : *texts_) {
      for (const Sighting& sighting : hunter_->find(text))
        secrets_->emplace(sighting.secret, shape_of(sighting, hunter_->secrets()[sighting.secret]));
    }
  }
  return secrets_->contains({secret, shape});
}

void Spotter::look(std::string_view text, const std::string& place, const std::string& where, const GivenTexts& given,
                   std::vector<Exposure>& into, std::size_t from) const {
  const Survey survey = hunter_.survey(text);
  if (survey.sightings.empty()) return;
  const std::string covered_place = hunter_.cover(place);
  std::set<std::tuple<std::size_t, std::string, std::string>> shown;  // in this text: one may show a thousand times
  for (const Sighting& sighting : survey.sightings) {
    if (sighting.end <= from) continue;
    const Secret& secret = hunter_.secrets()[sighting.secret];
    const bool fingerprint = sighting.extent == Sighting::Extent::kFingerprint;
    Exposure exposure{.secret = secret.name,
                      .kind = (fingerprint ? "fingerprint of " : "") + std::string{to_string(secret.kind)},
                      .place = covered_place,
                      .spot = fmt::format("{}{}byte {}", where, where.empty() ? "" : ", ", sighting.begin),
                      .shape = shape_of(sighting, secret)};
    if (!shown.emplace(sighting.secret, exposure.kind, exposure.shape).second) continue;
    const bool shown_before = std::ranges::any_of(into, [&](const Exposure& other) {
      return other.secret == exposure.secret && other.place == exposure.place && other.shape == exposure.shape &&
             other.kind == exposure.kind;
    });
    if (shown_before) continue;
    exposure.may_be = reason_for(exposure);
    if (exposure.may_be.empty() && given.hold(sighting.secret, exposure.shape))
      exposure.may_be = "the scenario put it there";
    if (exposure.may_be.empty()) exposure.context = context_of(hunter_, text, survey, sighting);
    into.push_back(std::move(exposure));
  }
}

std::string Spotter::reason_for(const Exposure& exposure) const {
  for (const Allowance& line : allowances()) {
    if ((line.command.empty() || line.command == command_) && matches_one(line.secrets, exposure.kind) &&
        matches_one(line.places, exposure.place)) {
      return line.reason;
    }
  }
  return {};
}

}  // namespace understudy
