#pragma once
/// What a project and its environments have unless their world says otherwise.

#include <string>

#include "model/model.hpp"

namespace understudy::model {

/// Defaults of `settings:` and `capabilities:` of a project; a world may change what stands in them.
[[nodiscard]] const json& default_settings();
[[nodiscard]] const json& default_capabilities();
/// What `deployments/current` shows unless the world says otherwise: one app, one database, two routes.
[[nodiscard]] json default_deployment(const std::string& project, const std::string& environment);
/// Fills in whatever an app, a worker, a service or a route has to have and does not say.
void complete_deployment(json& deployment);
/// Triggers, cool-downs and limits of an autoscaler that nobody has touched.
[[nodiscard]] const json& default_autoscaling();
[[nodiscard]] const json& default_plans();  ///< as GET /plans lists them
[[nodiscard]] const json& default_regions();
/// A region of a world has to say no more than its `id`: the rest is that of the usual one with this id, or made up.
void complete_region(json& region);  ///< as GET /regions lists them
/// The sizes of containers that a deployment offers, by profile.
[[nodiscard]] const json& default_container_profiles();

}  // namespace understudy::model
