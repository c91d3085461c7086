#pragma once
/// `given: recording:`, a recording that answers the clients of a scenario.

#include <string>

#include "mock_server/document.hpp"
#include "mock_server/replay.hpp"

namespace understudy {

struct RecordingSpec {
  Position at{};                ///< of the file's name
  std::string file{};           ///< as written: beside the scenario, or below fixtures/recordings/
  bool loose = false;           ///< where it is silent the model answers
  bool unused_allowed = false;  ///< what nobody asks for is no failure
  MatchRules match{};
};

}  // namespace understudy
