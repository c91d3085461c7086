#pragma once
/// What a check says, told without secrets.

#include <functional>
#include <string>
#include <vector>

#include "harness/check.hpp"

namespace understudy {

/// Evaluates checks of one step. A message shows texts in pieces (lines of a diff, an excerpt), of which nobody could
/// tell any more that they are of a secret: so what fails is told by a second look at evidence that holds none.
class CoveredChecks {
public:
  using Cover = std::function<std::string(const std::string& text)>;
  CoveredChecks(const StepEvidence& evidence, Cover cover) : evidence_{evidence}, cover_{std::move(cover)} {}

  /// Verdicts and rewrites are those of the evidence as it is.
  [[nodiscard]] std::vector<Failure> evaluate(const Check& check);

private:
  void cover_evidence();

  const StepEvidence& evidence_;
  Cover cover_;
  std::optional<StepEvidence> covered_;  // made when something fails
};

}  // namespace understudy
