#pragma once

#include <nlohmann/json.hpp>

#include "harness/recording_spec.hpp"

namespace understudy {

/// The name of a file, or a map. Throws InputError.
[[nodiscard]] RecordingSpec read_recording_spec(const Node& value);
[[nodiscard]] nlohmann::json recording_spec_schema();

}  // namespace understudy
