#include "api/handlers.hpp"
#include "wire/links.hpp"

namespace understudy::api {
namespace {

using model::Environment;

}  // namespace

Response list_environments(Context& context) {
  json items = json::array();
  for (const auto& [id, environment] : context.project->environments) {
    items.push_back(wire::show_environment(context.viewer(), environment));
  }
  return json_response(200, std::move(items));
}

Response get_environment(Context& context) {
  return json_response(200, wire::show_environment(context.viewer(), *context.environment));
}

Response update_environment(Context& context) {
  Environment changed = *context.environment;
  apply_or_refuse(changed, wire::environment_fields(), context.body, wire::kPatch);
  if (changed.parent && !context.project->environments.contains(*changed.parent)) {
    throw ApiError{400, "Bad Request", {{"parent", "there is no environment " + *changed.parent}}};
  }
  if (changed.parent == changed.id)
    throw ApiError{400, "Bad Request", {{"parent", "an environment cannot be its own parent"}}};
  changed.updated_at = context.now;
  *context.environment = std::move(changed);
  std::vector<std::string> activities;
  const bool redeploys =
      context.body.contains("http_access") && context.environment->status == model::EnvironmentStatus::kActive;
  if (redeploys) {
    activities.push_back(context.core.engine.create(context.core.state, context.now,
                                                    {.type = "environment.update.http_access",
                                                     .project = context.project->id,
                                                     .environment = context.environment->id,
                                                     .user = context.viewer().user}));
  }
  return json_response(200, wire::accepted(context.viewer(), 200, activities,
                                           wire::show_environment(context.viewer(), *context.environment)));
}

Response get_environment_settings(Context& context) {
  return json_response(200, wire::show_environment_settings(context.viewer(), *context.environment));
}

Response update_environment_settings(Context& context) {
  const auto wanted = context.body.find("enable_manual_deployments");
  if (wanted != context.body.end()) {
    if (!wanted->is_boolean())
      throw ApiError{400, "Bad Request", {{"enable_manual_deployments", "expected true or false"}}};
    context.environment->manual_deployments = *wanted;
    context.environment->updated_at = context.now;
  }
  return json_response(200, wire::accepted(context.viewer(), 200, {},
                                           wire::show_environment_settings(context.viewer(), *context.environment)));
}

Response list_deployments(Context& context) {
  json items = json::array();
  if (context.environment->deployment) items.push_back(wire::show_deployment(context.viewer(), *context.environment));
  return json_response(200, std::move(items));
}

Response get_deployment(Context& context) {
  const bool known = context.param("deployment") == "current" && context.environment->deployment.has_value();
  if (!known) throw ApiError{404, "Deployment not found: " + context.param("deployment")};
  return json_response(200, wire::show_deployment(context.viewer(), *context.environment));
}

Response redeploy(Context& context) {
  if (!model::is_available(model::environment_operation("#redeploy"), *context.environment)) {
    throw ApiError{400, "The environment is not active"};
  }
  const std::string activity = context.core.engine.create(context.core.state, context.now,
                                                          {.type = "environment.redeploy",
                                                           .project = context.project->id,
                                                           .environment = context.environment->id,
                                                           .user = context.viewer().user});
  return json_response(202, wire::accepted(context.viewer(), 202, {activity}));
}

}  // namespace understudy::api
