#pragma once
/// What a successful activity leaves behind: a backup, a restored environment ...

#include "model/model.hpp"

namespace understudy::engine {

void take_effect(model::State& state, Time now, const model::Activity& activity);

}  // namespace understudy::engine
