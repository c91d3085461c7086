#pragma once
/// Which variables hold in an environment. Source: platform-semantics.md, section 2.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.hpp"

namespace understudy::model {

struct VisibleVariable {
  const Variable* variable = nullptr;
  bool inherited = false;
  const Environment* from = nullptr;  ///< the environment that it was set in
};

/// What `environment` sees: its own variables, then those that its ancestors let it inherit; the nearest wins.
[[nodiscard]] std::map<std::string, VisibleVariable> visible_variables(const Project& project,
                                                                       const Environment& environment);
/// One of `visible_variables`, without looking at the others; null if there is none of this name.
[[nodiscard]] VisibleVariable visible_variable(const Project& project, const Environment& environment,
                                               std::string_view name);

/// Those of the project, then those that the environment sees, of both only what is enabled and `counts`: a later one
/// goes before an earlier one of the same name. A disabled variable of the environment hides the one that it would
/// inherit (so the client switches off what it may not delete) but not the project's. That is our reading of "ignored".
[[nodiscard]] std::vector<const Variable*> applied_variables(
    const Project& project, const Environment& environment,
    const std::function<bool(const Variable&)>& counts = [](const Variable&) { return true; });

}  // namespace understudy::model
