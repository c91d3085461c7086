#pragma once
/// What the clients of a scenario and the fake said.

#include <memory>
#include <optional>

#include "harness/result.hpp"
#include "harness/scenario.hpp"
#include "record/record.hpp"

namespace understudy {

struct RecordedScenario {
  ScenarioResult result{};
  std::optional<Redacted> redacted{};  ///< none for one that was skipped, or could not even start
};

/// Runs scenarios one after another, with a folder for their sandboxes that goes with it. Of `options` it takes the
/// client, the seed, `fields` and `anonymize`. There is no proxy between: the journal of the fake has it all, but for
/// when which part of a log came.
class ScenarioRecorder {
public:
  explicit ScenarioRecorder(const RecordOptions& options);  ///< throws as `prepare` does
  ~ScenarioRecorder();
  ScenarioRecorder(const ScenarioRecorder&) = delete;
  ScenarioRecorder& operator=(const ScenarioRecorder&) = delete;

  [[nodiscard]] RecordedScenario record(const Scenario& scenario);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
