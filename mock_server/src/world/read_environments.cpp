// Environments, variables, backups, activities.
#include <fmt/format.h>

#include <algorithm>

#include "mock_server/cron_schedule.hpp"
#include "model/branching.hpp"
#include "model/defaults.hpp"
#include "world/world_reader.hpp"

namespace understudy {

using model::json;

void WorldReader::read_variables(model::Variables& variables, const Node& node, const Keys<model::Variable>& keys,
                                 bool visible_build) const {
  for (const Node::Entry& entry : entries_of(node)) {
    model::Variable variable;
    variable.id = entry.key;
    variable.visible_build = visible_build;
    variable.created_at = variable.updated_at = created_;
    if (entry.value.is_scalar())
      variable.value = entry.value.scalar_text();
    else
      read_map(entry.value, keys, variable, "variable \"" + entry.key + "\"");
    const std::string name = variable.id;
    variables[name] = std::move(variable);
  }
}

void WorldReader::read_environments(model::Project& project, const Node& environments) {
  std::vector<std::string> ids;
  for (const Node::Entry& entry : entries_of(environments)) ids.push_back(entry.key);
  if (ids.empty()) ids.emplace_back("main");
  if (project.default_branch.empty()) project.default_branch = ids.front();
  if (std::ranges::find(ids, project.default_branch) == ids.end()) {
    throw InputError{environments.at(),
                     "the default branch \"" + project.default_branch + "\" is no environment of the project",
                     did_you_mean(project.default_branch, ids)};
  }
  if (!given(environments) || environments.entries().empty()) read_environment(project, {"main", {}, {}}, ids);
  for (const Node::Entry& entry : entries_of(environments)) read_environment(project, entry, ids);
}

void WorldReader::read_environment(model::Project& project, const Node::Entry& entry,
                                   const std::vector<std::string>& ids) {
  EnvironmentDraft draft;
  model::Environment& environment = draft.environment;
  model::IdSource drawn = ids_for("environment " + project.id + "/" + entry.key);
  environment.id = environment.name = entry.key;
  environment.project = project.id;
  environment.title = capitalized(entry.key);
  environment.created_at = environment.updated_at = created_;
  environment.machine_name = model::machine_name(entry.key, drawn);
  const bool is_default = entry.key == project.default_branch;
  if (!is_default) environment.parent = project.default_branch;
  read_resource(entry.value, environment_keys(), draft, "environment \"" + entry.key + "\"");
  if (!draft.has_type && is_default) environment.type = model::EnvironmentType::kProduction;
  if (!draft.has_head) environment.head_commit = drawn.hex(40);
  if (environment.parent && std::ranges::find(ids, *environment.parent) == ids.end()) {
    const Node* parent = entry.value.find("parent");
    throw InputError{parent->at(), "there is no environment \"" + *environment.parent + "\"",
                     did_you_mean(*environment.parent, ids)};
  }
  read_deployment(project, draft);
  read_variables(environment.variables, draft.variables, environment_variable_keys(), false);
  read_domains(environment, draft.domains);
  read_records(environment.versions, draft.versions, version_keys(), "version");
  read_commits(project, environment, draft.commits);
  for (const Node::Entry& backup : entries_of(draft.backups)) read_backup(environment, backup);
  project.environments[entry.key] = std::move(environment);
}

void WorldReader::read_deployment(const model::Project& project, EnvironmentDraft& draft) {
  model::Environment& environment = draft.environment;
  const bool runs =
      environment.status == model::EnvironmentStatus::kActive || environment.status == model::EnvironmentStatus::kDirty;
  if (draft.has_deployment ? !given(draft.deployment) : !runs) return;
  environment.deployment = model::Deployment::usual(project.id, environment.id);
  if (!given(draft.deployment)) return;
  for (const Node::Entry& part : entries_of(draft.deployment)) {
    if (!environment.deployment->contains(part.key)) {
      std::vector<std::string> known;
      for (const auto& [key, value] : environment.deployment->items()) known.push_back(key);
      throw InputError{part.key_at, "\"" + part.key + "\" is no part of a deployment", did_you_mean(part.key, known)};
    }
    (void)part.value.entries();
    if (part.key == "webapps") check_crons(project, part.value);
    environment.deployment.change()[part.key] = part.value.to_json();
  }
  model::complete_deployment(environment.deployment.change());
}

/// A schedule that cannot be understood would never be due, without a word.
void WorldReader::check_crons(const model::Project& project, const Node& webapps) {
  for (const Node::Entry& app : webapps.entries()) {
    const Node* zone = app.value.is(Node::Kind::kMap) ? app.value.find("timezone") : nullptr;
    if (zone != nullptr && given(*zone) && find_time_zone(zone->text()) == nullptr)
      throw InputError{zone->at(), "there is no time zone \"" + zone->text() + "\"",
                       did_you_mean(zone->text(), time_zone_names())};
    const Node* crons = app.value.is(Node::Kind::kMap) ? app.value.find("crons") : nullptr;
    if (crons == nullptr || !given(*crons)) continue;
    for (const Node::Entry& cron : crons->entries()) {
      const Node* spec = cron.value.is(Node::Kind::kMap) ? cron.value.find("spec") : nullptr;
      if (spec == nullptr) throw InputError{cron.value.at(), "the cron \"" + cron.key + "\" needs a spec"};
      (void)CronSchedule::parse(spec->text(), cron_hash(project.id), spec->at());
    }
  }
}

void WorldReader::read_backup(model::Environment& environment, const Node::Entry& entry) const {
  model::Backup backup;
  backup.id = entry.key;
  backup.environment = environment.id;
  backup.commit_id = environment.head_commit;
  backup.created_at = backup.updated_at = world_->start - std::chrono::days{1};
  backup.variables = environment.variables;
  backup.containers = model::containers_of(environment);
  read_resource(entry.value, backup_keys(), backup, "backup \"" + entry.key + "\"");
  environment.backups[entry.key] = std::move(backup);
}

void WorldReader::read_activity(const std::string& project_id, const Node& node) {
  model::Project& project = world_->state.projects.at(project_id);
  ActivityDraft draft;
  model::Activity& activity = draft.activity;
  activity.id = ids_for(fmt::format("activity {} {}", project_id, project.activities.size())).resource_id();
  activity.project = project_id;
  activity.created_at =
      world_->start - std::chrono::hours{1} + std::chrono::minutes{static_cast<int>(project.activities.size())};
  activity.updated_at = activity.created_at;
  activity.duration = std::chrono::minutes{1};
  read_map(node, activity_keys(), draft, "an activity");
  activity.type = engine::full_type_name(activity.type);
  activity.user = given(draft.user) ? user_named(draft.user) : project.owner;
  check_environments(project, node, activity);
  if (!activity.environments.empty()) activity.target = activity.environments.front();
  if (!draft.has_state) activity.state = model::ActivityState::kComplete;
  const bool began =
      activity.state != model::ActivityState::kPending && activity.state != model::ActivityState::kStaged;
  if (began && !activity.started_at) activity.started_at = activity.created_at;
  if (activity.is_over()) {
    if (!draft.has_result)
      activity.result = activity.state == model::ActivityState::kComplete ? model::ActivityResult::kSuccess
                                                                          : model::ActivityResult::kFailure;
    activity.completion_percent = 100;
    if (!activity.completed_at) activity.completed_at = *activity.started_at + std::chrono::seconds{30};
    const Milliseconds worked = *activity.completed_at - *activity.started_at;
    if (activity.timings.empty())
      activity.timings = engine::timings(activity.type, *activity.started_at - activity.created_at, worked,
                                         engine::build_time(worked));
  }
  const bool makes_backup = activity.type == "environment.backup" && !activity.payload.contains("backup_name");
  if (makes_backup) activity.payload["backup_name"] = ids_for("backup of " + activity.id).draw(26);
  if (!draft.has_text) write_text(project, activity);
  for (const std::string& line : draft.log) activity.log.push_back({activity.created_at, line + "\n"});
  world_->state.add(activity);
}

void WorldReader::check_environments(const model::Project& project, const Node& node, const model::Activity& activity) {
  std::vector<std::string> known;
  for (const auto& [id, environment] : project.environments) known.push_back(id);
  for (const std::string& id : activity.environments) {
    if (project.environments.contains(id)) continue;
    throw InputError{node.find("environments")->at(), "there is no environment \"" + id + "\"",
                     did_you_mean(id, known)};
  }
}

engine::Subject WorldReader::named_subject(std::string_view what, const json& name) {
  const std::string text = name.is_string() ? name.get<std::string>() : name.dump();
  return {what, text, text};
}

void WorldReader::write_text(const model::Project& project, model::Activity& activity) const {
  const engine::ActivityType* type = engine::find_activity_type(activity.type);
  std::vector<engine::Subject> subjects{{"user", activity.user, world_->state.users.at(activity.user).full_name()}};
  if (!activity.environments.empty()) {
    const model::Environment& environment = project.environments.at(activity.environments.front());
    subjects.push_back({"environment", environment.id, environment.title});
    const auto parent = project.environments.find(environment.parent.value_or(""));
    if (parent != project.environments.end()) subjects.push_back({"parent", parent->first, parent->second.title});
  }
  const json& payload = activity.payload;
  if (payload.contains("backup_name")) subjects.push_back(named_subject("backup", payload["backup_name"]));
  if (payload.contains("variable") && payload["variable"].is_object())
    subjects.push_back(named_subject("variable", payload["variable"].value("name", json(""))));
  const std::string sentence = type == nullptr ? "{user}: " + activity.type : std::string{type->sentence};
  activity.text = engine::render_text(sentence, subjects);
  activity.description = engine::render_html(sentence, subjects);
}

}  // namespace understudy
