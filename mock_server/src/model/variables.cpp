#include "model/variables.hpp"

namespace understudy::model {
namespace {

/// The environment, its parent, and so on; a cycle of parents ends, too.
std::vector<const Environment*> lineage(const Project& project, const Environment& environment) {
  std::vector<const Environment*> result;
  for (const Environment* at = &environment; at != nullptr && result.size() <= project.environments.size();) {
    result.push_back(at);
    const auto parent = at->parent ? project.environments.find(*at->parent) : project.environments.end();
    at = parent == project.environments.end() ? nullptr : &parent->second;
  }
  return result;
}

}  // namespace

std::map<std::string, VisibleVariable> visible_variables(const Project& project, const Environment& environment) {
  std::map<std::string, VisibleVariable> result;
  for (const Environment* at : lineage(project, environment)) {
    const bool inherited = at != &environment;
    for (const auto& [name, variable] : at->variables) {
      if (!inherited || variable.is_inheritable) result.emplace(name, VisibleVariable{&variable, inherited, at});
    }
  }
  return result;
}

VisibleVariable visible_variable(const Project& project, const Environment& environment, std::string_view name) {
  for (const Environment* at : lineage(project, environment)) {
    const bool inherited = at != &environment;
    const auto found = at->variables.find(name);
    if (found != at->variables.end() && (!inherited || found->second.is_inheritable))
      return {&found->second, inherited, at};
  }
  return {};
}

std::vector<const Variable*> applied_variables(const Project& project, const Environment& environment,
                                               const std::function<bool(const Variable&)>& counts) {
  std::vector<const Variable*> result;
  const auto add = [&](const Variable& variable) {
    if (variable.is_enabled && counts(variable)) result.push_back(&variable);
  };
  for (const auto& [name, variable] : project.variables) add(variable);
  for (const auto& [name, visible] : visible_variables(project, environment)) add(*visible.variable);
  return result;
}

}  // namespace understudy::model
