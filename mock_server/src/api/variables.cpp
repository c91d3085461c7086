// Variables on both levels. Source: platform-semantics.md, section 2.
#include "model/variables.hpp"

#include <fmt/format.h>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "wire/secrets.hpp"

namespace understudy::api {
namespace {

using model::Environment;
using model::Variable;

constexpr std::size_t kLongestName = 256;

Variable& own_variable(model::Variables& variables, const Context& context) {
  const auto found = variables.find(context.param("variable"));
  if (found == variables.end()) throw ApiError{404, "Variable not found: " + context.param("variable")};
  return found->second;
}

void check_value(const Variable& variable) {
  if (variable.is_json && !json::accept(variable.value))
    throw ApiError{400, "Bad Request", {{"value", "is not valid JSON"}}};
}

/// The value of a body that is about a sensitive variable. `name` is what it is called so far.
void keep_value(const Context& context, const std::string& name, bool is_sensitive) {
  const auto text = [&](const char* key) {
    const auto found = context.body.find(key);
    return found != context.body.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  const std::string given = text("name");
  Variable sent;
  sent.id = given.empty() ? name : given;
  sent.value = text("value");
  sent.is_sensitive = is_sensitive || context.body.value("is_sensitive", json(false)) == true;
  context.keep(wire::secrets_of(sent));
}

Variable new_variable(Context& context, const wire::Fields<Variable>& fields, const model::Variables& others,
                      bool visible_build) {
  Variable variable;
  variable.visible_build = visible_build;
  keep_value(context, "", false);
  apply_or_refuse(variable, fields, context.body, wire::kCreate);
  json problems = json::object();
  if (!context.body.contains("name") || variable.id.empty()) problems["name"] = "is required";
  if (variable.id.size() > kLongestName) problems["name"] = "is longer than 256 characters";
  if (!context.body.contains("value")) problems["value"] = "is required";
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
  check_value(variable);
  if (others.contains(variable.id)) throw ApiError{409, "The variable already exists: " + variable.id};
  variable.created_at = variable.updated_at = context.now;
  return variable;
}

/// (ours) What was written down while it could be read is closed as well: values in payloads of earlier activities, and
/// the copies in backups, or a restore would open it again.
void close_traces(Context& context, const std::string& name) {
  for (const std::string& id : context.project->activities) {
    model::Activity& activity = context.core.state.activities.at(id);
    const bool here =
        context.environment == nullptr ? activity.environments.empty() : activity.target == context.environment->id;
    const auto payload = activity.payload.find("variable");
    if (!here || payload == activity.payload.end() || payload->value("name", "") != name) continue;
    if (payload->erase("value") > 0) ++activity.version;
  }
  if (context.environment == nullptr) return;
  for (auto& [id, backup] : context.environment->backups) {
    const auto copy = backup.variables.find(name);
    if (copy == backup.variables.end()) continue;
    copy->second.is_sensitive = true;
    context.keep(wire::secrets_of(copy->second));
  }
}

void change_variable(Context& context, Variable& variable, const wire::Fields<Variable>& fields) {
  Variable changed = variable;
  keep_value(context, variable.id, variable.is_sensitive);
  apply_or_refuse(changed, fields, context.body, wire::kPatch);
  if (variable.is_sensitive && !changed.is_sensitive) {
    throw ApiError{400, "Bad Request", {{"is_sensitive", "a sensitive variable stays sensitive"}}};
  }
  check_value(changed);
  changed.updated_at = context.now;
  context.keep(wire::secrets_of(changed));  // also the value of one that becomes sensitive now
  if (changed.is_sensitive && !variable.is_sensitive) close_traces(context, variable.id);
  variable = std::move(changed);
}

/// The activity that follows a change. On an environment that does not run, nothing has to be redeployed.
std::vector<std::string> activity_for(Context& context, std::string_view what, const Variable& variable) {
  const Environment* environment = context.environment;
  if (environment != nullptr && !model::is_available(model::environment_operation("#redeploy"), *environment))
    return {};
  json shown{{"name", variable.id}, {"is_sensitive", variable.is_sensitive}, {"is_json", variable.is_json}};
  if (!variable.is_sensitive) shown["value"] = variable.value;
  return {
      begin(context, {.type = fmt::format("{}.variable.{}", environment == nullptr ? "project" : "environment", what),
                      .subjects = {{"variable", variable.id, variable.id}},
                      .payload = {{"variable", shown}}})};
}

json shown(const Context& context, const Variable& variable) {
  if (context.environment == nullptr) return wire::show_variable(context.viewer(), *context.project, variable);
  return wire::show_variable(context.viewer(), *context.environment, variable, false);
}

Response create(Context& context, model::Variables& variables, const wire::Fields<Variable>& fields,
                bool visible_build) {
  const Variable created = new_variable(context, fields, variables, visible_build);
  const Variable& stored = variables[created.id] = created;
  const std::vector<std::string> activities = activity_for(context, "create", stored);
  return accepted(context, 201, activities, shown(context, stored));
}

Response updated(Context& context, const Variable& variable) {
  const std::vector<std::string> activities = activity_for(context, "update", variable);
  return accepted(context, 200, activities, shown(context, variable));
}

Response update(Context& context, model::Variables& variables, const wire::Fields<Variable>& fields) {
  Variable& variable = own_variable(variables, context);
  change_variable(context, variable, fields);
  return updated(context, variable);
}

Response erase(Context& context, model::Variables& variables) {
  const Variable deleted = own_variable(variables, context);
  variables.erase(deleted.id);
  return accepted(context, 200, activity_for(context, "delete", deleted));
}

}  // namespace

Response list_project_variables(Context& context) {
  json items = json::array();
  for (const auto& [name, variable] : context.project->variables) items.push_back(shown(context, variable));
  return json_response(200, std::move(items));
}

Response get_project_variable(Context& context) {
  return json_response(200, shown(context, own_variable(context.project->variables, context)));
}

Response create_project_variable(Context& context) {
  return create(context, context.project->variables, wire::project_variable_fields(), true);
}

Response update_project_variable(Context& context) {
  return update(context, context.project->variables, wire::project_variable_fields());
}

Response delete_project_variable(Context& context) { return erase(context, context.project->variables); }

Response list_environment_variables(Context& context) {
  json items = json::array();
  for (const auto& [name, found] : model::visible_variables(*context.project, *context.environment)) {
    items.push_back(wire::show_variable(context.viewer(), *context.environment, *found.variable, found.inherited));
  }
  return json_response(200, std::move(items));
}

Response get_environment_variable(Context& context) {
  const model::VisibleVariable found =
      model::visible_variable(*context.project, *context.environment, context.param("variable"));
  if (found.variable == nullptr) throw ApiError{404, "Variable not found: " + context.param("variable")};
  return json_response(200,
                       wire::show_variable(context.viewer(), *context.environment, *found.variable, found.inherited));
}

Response create_environment_variable(Context& context) {
  return create(context, context.environment->variables, wire::environment_variable_fields(), false);
}

/// A change to an inherited variable gives the environment its own: so the client's hint when it may not delete one.
Response update_environment_variable(Context& context) {
  const model::VisibleVariable found =
      model::visible_variable(*context.project, *context.environment, context.param("variable"));
  if (!found.inherited) return update(context, context.environment->variables, wire::environment_variable_fields());
  Variable own = *found.variable;
  own.created_at = context.now;
  change_variable(context, own, wire::environment_variable_fields());
  return updated(context, context.environment->variables[own.id] = own);
}

Response delete_environment_variable(Context& context) { return erase(context, context.environment->variables); }

}  // namespace understudy::api
