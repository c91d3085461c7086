#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "model/branching.hpp"
#include "wire/links.hpp"
#include "wire/secrets.hpp"

namespace understudy::api {

using model::Environment;

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
  context.keep(wire::secrets_of_http_access(changed.id, context.body.value("http_access", json::object())));
  apply_or_refuse(changed, wire::environment_fields(), context.body, wire::kPatch);
  if (changed.parent && !context.project->environments.contains(*changed.parent)) {
    throw ApiError{400, "Bad Request", {{"parent", "there is no environment " + *changed.parent}}};
  }
  if (changed.parent && model::descends_from(*context.project, *changed.parent, changed.id))
    throw bad_request("parent", "an environment cannot be below itself");
  const bool is_production = context.environment->type == model::EnvironmentType::kProduction;
  if (changed.type != context.environment->type &&
      (is_production || changed.type == model::EnvironmentType::kProduction))
    throw bad_request("type", "the production environment is the one with the default branch");
  changed.updated_at = context.now;
  *context.environment = std::move(changed);
  std::vector<std::string> activities;
  const auto redeploy_for = [&](const char* field, const char* type) {
    if (context.body.contains(field) && model::is_running(*context.environment))
      activities.push_back(begin(context, {.type = type}));
  };
  redeploy_for("http_access", "environment.update.http_access");
  redeploy_for("enable_smtp", "environment.update.smtp");
  redeploy_for("restrict_robots", "environment.update.restrict_robots");
  return accepted(context, 200, activities, wire::show_environment(context.viewer(), *context.environment));
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
  std::vector<std::string> activities;
  // Back to automatic: what was staged goes live at once (platform-semantics.md, section 6).
  if (!context.environment->manual_deployments && !context.environment->staged_activities.empty())
    activities.push_back(begin(context, {.type = "environment.deploy"}));
  return accepted(context, 200, activities, wire::show_environment_settings(context.viewer(), *context.environment));
}

Response list_deployments(Context& context) {
  json items = json::array();
  if (context.environment->deployment) items.push_back(wire::show_deployment(context.viewer(), *context.environment));
  return json_response(200, std::move(items));
}

Response get_deployment(Context& context) {
  if (context.param("deployment") == "next") return get_next_deployment(context);
  const bool known = context.param("deployment") == "current" && context.environment->deployment.has_value();
  if (!known) throw ApiError{404, "Deployment not found: " + context.param("deployment")};
  return json_response(200, wire::show_deployment(context.viewer(), *context.environment));
}

Response redeploy(Context& context) {
  expect_available(context, "#redeploy");
  return accepted(context, 200, {begin(context, {.type = "environment.redeploy"})});
}

}  // namespace understudy::api
