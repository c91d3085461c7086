#include "model/access.hpp"
#include "wire/links.hpp"
#include "wire/resources.hpp"

namespace understudy::wire {

using model::Variable;

namespace {

Fields<Variable> common_fields() {
  return {
      derived<Variable>(
          "id", [](const Variable& v) { return json(v.id); }, "the name"),
      [] {
        Field<Variable> name = text<Variable>("name", &Variable::id, kCreate, "the key if not given");
        return name;
      }(),
      [] {
        Field<Variable> value = text<Variable>("value", &Variable::value, kCreate | kPatch, "what it holds");
        // A sensitive value never comes back, not even as null (contract, trap 17).
        value.get = [](const Variable& v) { return v.is_sensitive ? json(json::value_t::discarded) : json(v.value); };
        return value;
      }(),
      flag<Variable>("is_json", &Variable::is_json, kCreate | kPatch, "the value is JSON text"),
      flag<Variable>("is_sensitive", &Variable::is_sensitive, kCreate | kPatch,
                     "the value never comes back; cannot be turned off again"),
      flag<Variable>("visible_build", &Variable::visible_build, kCreate | kPatch, "available in build hooks"),
      flag<Variable>("visible_runtime", &Variable::visible_runtime, kCreate | kPatch, "available at run time"),
      texts<Variable>("application_scope", &Variable::application_scope, kCreate | kPatch,
                      "names of the apps that see it; empty = all"),
      plain<Variable>("attributes", Shape::kObject, false, json::object(), kCreate | kPatch, "free key-value pairs"),
      time<Variable>("created_at", &Variable::created_at, "when it was made"),
      time<Variable>("updated_at", &Variable::updated_at, "when it last changed"),
  };
}

Fields<Variable> fields_of_environment_level() {
  Fields<Variable> fields = common_fields();
  fields.push_back(
      flag<Variable>("is_enabled", &Variable::is_enabled, kCreate | kPatch, "a disabled variable is ignored"));
  fields.push_back(
      flag<Variable>("is_inheritable", &Variable::is_inheritable, kCreate | kPatch, "child environments see it"));
  return fields;
}

}  // namespace

const Fields<Variable>& project_variable_fields() {
  static const Fields<Variable> kFields = common_fields();
  return kFields;
}

const Fields<Variable>& environment_variable_fields() {
  static const Fields<Variable> kFields = fields_of_environment_level();
  return kFields;
}

json show_variable(const Viewer& viewer, const model::Project& project, const Variable& variable) {
  json result = show(variable, project_variable_fields());
  const std::string self = project_path(project.id) + "/variables/" + encode_segment(variable.id);
  link(result, "self", self);
  if (viewer.may(project, model::Permission::kChangeSettings)) {
    link(result, "#edit", self);
    link(result, "#delete", self);
  }
  return result;
}

json show_variable(const Viewer& viewer, const model::Environment& environment, const Variable& variable,
                   bool inherited) {
  json result = show(variable, environment_variable_fields());
  result["project"] = environment.project;
  result["environment"] = environment.id;
  result["inherited"] = inherited;
  const std::string self = environment_path(environment) + "/variables/" + encode_segment(variable.id);
  link(result, "self", self);
  const model::Project& project = *viewer.state.find_project(environment.project);
  const bool may_change = viewer.may(project, model::Permission::kChangeSettings, &environment);
  if (may_change) link(result, "#edit", self);  // of an inherited one: the environment gets its own
  if (may_change && !inherited) link(result, "#delete", self);
  return result;
}

}  // namespace understudy::wire
