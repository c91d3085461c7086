#pragma once

#include "mock_server/recording.hpp"

namespace understudy::recording {

/// E-mail addresses, names of people and host names: replaced, the same by the same (redaction.hpp).
void anonymize(Recording& recording);

}  // namespace understudy::recording
