#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "wire/links.hpp"

namespace understudy::api {

Response list_projects(Context& context) {
  json items = json::array();
  for (const auto& [id, project] : context.core.state.projects) {
    const bool visible = context.viewer().may(project, model::Permission::kView);
    if (visible) items.push_back(wire::show_project(context.viewer(), project));
  }
  return json_response(200, std::move(items));
}

Response get_project(Context& context) {
  return json_response(200, wire::show_project(context.viewer(), *context.project));
}

Response update_project(Context& context) {
  const std::string old_title = context.project->title;
  apply_or_refuse(*context.project, wire::project_fields(), context.body, wire::kPatch);
  context.project->updated_at = context.now;
  std::vector<std::string> activities;
  if (context.project->title != old_title) activities.push_back(begin(context, {.type = "project.modify.title"}));
  return accepted(context, 200, activities, wire::show_project(context.viewer(), *context.project));
}

Response get_settings(Context& context) {
  return json_response(200, wire::show_settings(context.viewer(), *context.project));
}

Response update_settings(Context& context) {
  json problems = json::object();
  json settings = context.project->settings;
  for (const auto& [key, value] : context.body.items()) {
    if (!settings.contains(key)) continue;
    const json& old = settings.at(key);
    const bool fits =
        old.is_null() || value.is_null() || (old.is_number() && value.is_number()) || old.type() == value.type();
    if (!fits)
      problems[key] = std::string{"expected "} + old.type_name() + ", found " + value.type_name();
    else if (old.is_object() && value.is_object())
      settings[key].merge_patch(value);
    else
      settings[key] = value;
  }
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
  context.project->settings = std::move(settings);
  context.project->updated_at = context.now;
  return accepted(context, 200, {}, wire::show_settings(context.viewer(), *context.project));
}

Response get_capabilities(Context& context) {
  json result = context.project->capabilities;
  wire::link(result, "self", wire::project_path(context.project->id) + "/capabilities");
  return json_response(200, std::move(result));
}

Response clear_build_cache(Context& context) {
  return accepted(context, 200, {begin(context, {.type = "project.clear_build_cache"})});
}

Response get_system(Context& context) {
  json result{{"version", "2026.3"}, {"image", "understudy"}, {"started_at", format_time(context.project->created_at)}};
  wire::link(result, "self", wire::project_path(context.project->id) + "/system");
  return json_response(200, std::move(result));
}

}  // namespace understudy::api
