#include "check/check_exposures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy {
namespace {

std::string in_brackets(const std::string& text) { return text.empty() ? "" : " (" + text + ")"; }

class ExposuresCheck final : public Check {
public:
  ExposuresCheck(Position at, std::vector<ExposureLine> lines) : at_{std::move(at)}, lines_{std::move(lines)} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    for (const Exposure& exposure : evidence.exposures) {
      const bool let_pass = !exposure.may_be.empty() ||
                            std::ranges::any_of(lines_, [&](const ExposureLine& line) { return line.fits(exposure); });
      if (!let_pass) failures.push_back(exposure.rule == "secret" ? escaped(exposure) : broken(exposure));
    }
    for (const ExposureLine& line : lines_) {
      const auto fits = [&](const Exposure& exposure) { return line.fits(exposure); };
      if (line.known && !line.somewhere && std::ranges::none_of(evidence.exposures, fits))
        failures.push_back(known_finding_gone(line));
    }
    return failures;
  }

private:
  [[nodiscard]] Failure escaped(const Exposure& exposure) const {
    return {.at = at_,
            .subject = "secrets",
            .expected = exposure.secret + " only where it may be",
            .actual = fmt::format("in {}{}: {}", exposure.place, in_brackets(exposure.spot), exposure.shape),
            .detail = exposure.context};
  }

  [[nodiscard]] Failure broken(const Exposure& exposure) const {
    const auto rule = std::ranges::find(auth_rules(), exposure.rule, &AuthRule::name);
    return {.at = at_,
            .subject = "auth " + exposure.rule,
            .expected = rule == auth_rules().end() ? exposure.rule : rule->what,
            .actual = exposure.place + in_brackets(exposure.spot),
            .show_requests = true};
  }

  Position at_;
  std::vector<ExposureLine> lines_;
};

}  // namespace

Failure known_finding_gone(const ExposureLine& line) {
  return {.at = line.at,
          .subject = "known",
          .expected = line.what(),
          .actual = "it does not show any more",
          .detail = "It was known because: " + line.reason +
                    "\nIf this client has mended it, take the line out of known:, so that it stays mended."};
}

std::shared_ptr<const Check> no_exposure(const Position& at, std::vector<ExposureLine> lines) {
  return std::make_shared<const ExposuresCheck>(at, std::move(lines));
}

}  // namespace understudy
