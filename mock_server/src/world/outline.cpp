// What a world says of itself to those who do not know the model.
#include "model/variables.hpp"
#include "world/world_data.hpp"

namespace understudy {
namespace {

World::EnvironmentOutline outline_of(const model::Environment& environment) {
  return {.id = environment.id,
          .type = std::string{model::name_of(model::kTypeNames, environment.type)},
          .status = std::string{model::name_of(model::kStatusNames, environment.status)},
          .parent = environment.parent.value_or("")};
}

World::VariableOutline outline_of(const model::Variable& variable, const std::string& environment) {
  return {.name = variable.id,
          .environment = environment,
          .is_sensitive = variable.is_sensitive,
          .visible_build = variable.visible_build,
          .visible_runtime = variable.visible_runtime,
          .is_enabled = variable.is_enabled,
          .is_inheritable = variable.is_inheritable,
          .application_scope = variable.application_scope};
}

}  // namespace

std::vector<World::ProjectOutline> World::projects() const {
  std::vector<ProjectOutline> result;
  for (const auto& [id, project] : data_->state.projects) {
    ProjectOutline outline{.id = id, .plan = project.plan, .default_branch = project.default_branch};
    for (const auto& [name, environment] : project.environments) {
      outline.environments.push_back(outline_of(environment));
    }
    result.push_back(std::move(outline));
  }
  return result;
}

std::vector<World::VariableOutline> World::variables(const std::string& project_id,
                                                     const std::string& environment_id) const {
  const model::Project& project = data_->state.projects.at(project_id);
  const model::Environment& environment = project.environments.at(environment_id);
  std::vector<VariableOutline> result;
  for (const auto& [name, variable] : project.variables) result.push_back(outline_of(variable, ""));
  for (const auto& [name, visible] : model::visible_variables(project, environment)) {
    result.push_back(outline_of(*visible.variable, visible.from->id));
  }
  return result;
}

}  // namespace understudy
