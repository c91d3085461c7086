// What can be done to a whole environment. Source: endpoints.md, "Environment actions"; platform-semantics.md, 5 to 7.
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "model/branching.hpp"

namespace understudy::api {
namespace {

using model::Environment;
using model::EnvironmentStatus;

Response act(Context& context, std::string_view link, engine::NewActivity wanted) {
  expect_available(context, link);
  return accepted(context, 200, {begin(context, std::move(wanted))});
}

Environment& parent_of(Context& context) {
  const auto found = context.project->environments.find(context.environment->parent.value_or(""));
  if (found == context.project->environments.end()) throw ApiError{400, "The environment has no parent"};
  return found->second;
}

json resources_of(const Context& context) {
  const auto found = context.body.find("resources");
  return found == context.body.end() ? json::object() : json{{"resources", *found}};
}

}  // namespace

Response activate_environment(Context& context) {
  return act(context, "#activate", {.type = "environment.activate", .parameters = resources_of(context)});
}

Response deactivate_environment(Context& context) {
  return act(context, "#deactivate", {.type = "environment.deactivate"});
}

Response delete_environment(Context& context) {
  if (context.environment->type == model::EnvironmentType::kProduction)
    throw ApiError{403, "The production environment cannot be deleted"};
  expect_available(context, "#delete");
  context.environment->status = EnvironmentStatus::kDeleting;
  return accepted(context, 200, {begin(context, {.type = "environment.delete"})});
}

Response branch_environment(Context& context) {
  expect_available(context, "#branch");
  const std::string name = needed_text(context, "name");
  if (!model::is_branch_name(name)) throw bad_request("name", "is no branch name");
  if (context.project->environments.contains(name))
    throw ApiError{409, "An environment with this name exists already", {{"name", "exists already: " + name}}};
  const std::string type_name = text_of_body(context, "type", "development");
  const auto type = model::value_of(model::kTypeNames, type_name);
  if (!type || type == model::EnvironmentType::kProduction)
    throw bad_request("type", "a new environment has to be development or staging, not " + type_name);

  Environment child = model::child_of(*context.environment, name, context.core.ids, context.now);
  child.title = text_of_body(context, "title", name);
  child.type = *type;
  const bool clone_parent = flag_of_body(context, "clone_parent", true);
  child.extra["clone_parent_on_create"] = clone_parent;
  context.project->environments[name] = child;

  json parameters = resources_of(context);
  parameters["clone_parent"] = clone_parent;
  const std::string activity = begin(context, {.type = "environment.branch",
                                               .environment = name,
                                               .also = {context.environment->id},
                                               .payload = {{"outcome", {{"name", name}, {"title", child.title}}}},
                                               .parameters = parameters});
  return accepted(context, 200, {activity});
}

Response merge_environment(Context& context) {
  expect_available(context, "#merge");
  const Environment& parent = parent_of(context);
  if (!context.may(*context.project, model::Permission::kRunActions, &parent))
    throw ApiError{403, "You do not have the permission to merge into " + parent.id};
  return act(
      context, "#merge",
      {.type = "environment.merge", .also = {parent.id}, .target = parent.id, .parameters = resources_of(context)});
}

Response synchronize_environment(Context& context) {
  expect_available(context, "#synchronize");
  json parameters = json::object();
  std::string what;
  for (const char* part : {"code", "data", "resources"}) {
    const std::string key = fmt::format("synchronize_{}", part);
    parameters[key] = flag_of_body(context, key.c_str(), false);
    if (parameters[key] == true) what += (what.empty() ? "" : " and ") + std::string{part};
  }
  parameters["rebase"] = flag_of_body(context, "rebase", false);
  if (what.empty()) throw bad_request("error", "nothing was said to be synchronized");
  return act(context, "#synchronize",
             {.type = "environment.synchronize",
              .also = {parent_of(context).id},
              .subjects = {{"what", what, what}},
              .parameters = parameters});
}

Response pause_environment(Context& context) { return act(context, "#pause", {.type = "environment.pause"}); }

Response resume_environment(Context& context) { return act(context, "#resume", {.type = "environment.resume"}); }

Response deploy_environment(Context& context) {
  const std::string strategy = text_of_body(context, "strategy", "stopstart");
  if (strategy != "stopstart" && strategy != "rolling") throw bad_request("strategy", "has to be stopstart or rolling");
  return act(context, "#deploy", {.type = "environment.deploy", .parameters = {{"strategy", strategy}}});
}

Response initialize_environment(Context& context) {
  expect_available(context, "#initialize");
  // There is no code before the activity has brought it; a second one would be too late.
  if (context.core.state.has_unfinished(context.project->id, context.environment->id))
    throw ApiError{400, "The environment is busy", {{"error", "Something else is being done to the environment"}}};
  const std::string profile = needed_text(context, "profile");
  const std::string repository = needed_text(context, "repository");
  return act(context, "#initialize",
             {.type = "environment.initialize",
              .subjects = {{"profile", profile, profile}},
              .payload = {{"profile", profile}, {"repository", repository}}});
}

}  // namespace understudy::api
