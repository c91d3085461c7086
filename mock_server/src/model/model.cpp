#include "model/model.hpp"

#include <algorithm>

namespace understudy::model {

const User* State::find_user(std::string_view id) const {
  const auto found = users.find(id);
  return found == users.end() ? nullptr : &found->second;
}

Project* State::find_project(std::string_view id) {
  const auto found = projects.find(id);
  return found == projects.end() ? nullptr : &found->second;
}

const Project* State::find_project(std::string_view id) const {
  const auto found = projects.find(id);
  return found == projects.end() ? nullptr : &found->second;
}

bool State::has_unfinished(std::string_view project, std::string_view environment) const {
  const Project* owner = find_project(project);
  if (owner == nullptr) return false;
  return std::ranges::any_of(owner->unfinished, [&](const std::string& id) {
    const Activity& activity = activities.at(id);
    return std::ranges::find(activity.environments, environment) != activity.environments.end();
  });
}

const User* State::find_user_by_email(std::string_view email) const {
  const auto found = std::ranges::find_if(users, [&](const auto& entry) { return entry.second.email == email; });
  return found == users.end() ? nullptr : &found->second;
}

const Organization* State::find_organization(std::string_view id) const {
  const auto found = organizations.find(id);
  return found == organizations.end() ? nullptr : &found->second;
}

Activity& State::add(Activity activity) {
  const std::string id = activity.id;
  Project& project = projects.at(activity.project);
  project.activities.push_back(id);
  for (const std::string& environment : activity.environments)
    project.activities_by_environment[environment].push_back(id);
  activity_order.push_back(id);
  Activity& stored = activities.insert_or_assign(id, std::move(activity)).first->second;
  note_state(stored);
  return stored;
}

void State::remove_project(const std::string& id) {
  const auto found = projects.find(id);
  if (found == projects.end()) return;
  for (const std::string& activity : found->second.unfinished) {
    activities.at(activity).state = ActivityState::kCancelled;
    activities.at(activity).completion_percent = 100;
    ++activities.at(activity).version;
  }
  std::erase_if(activity_order, [&](const std::string& activity) { return activities.at(activity).project == id; });
  for (auto& [key, team] : teams) team.projects.erase(id);
  projects.erase(found);
}

void State::add_member(const std::string& organization, const std::string& user, Time now,
                       std::vector<std::string> permissions) {
  const auto found = organizations.find(organization);
  if (found == organizations.end()) return;
  const auto [entry, is_new] = found->second.members.try_emplace(user);
  Member& member = entry->second;
  if (is_new) member.created_at = now;
  if (is_new || !permissions.empty()) member.updated_at = now;
  if (!permissions.empty()) member.permissions = std::move(permissions);
  member.id = user;
}

void State::remove_member(const std::string& organization, const std::string& user) {
  const auto found = organizations.find(organization);
  if (found == organizations.end()) return;
  found->second.members.erase(user);
  for (auto& [id, team] : teams) {
    if (team.organization == organization) team.members.erase(user);
  }
  for (auto& [id, project] : projects) {
    if (project.organization == organization) project.access.erase(user);
  }
}

void State::remove_user(const std::string& id) {
  for (auto& [key, organization] : organizations) organization.members.erase(id);
  for (auto& [key, team] : teams) team.members.erase(id);
  for (auto& [key, project] : projects) project.access.erase(id);
  users.erase(id);
}

void State::note_state(const Activity& activity) {
  const auto found = projects.find(activity.project);
  if (found == projects.end()) return;
  Project& project = found->second;
  // A cron that runs does not make its environment dirty: the backup that it asks for has to be possible.
  const bool unfinished = (activity.state == ActivityState::kPending || activity.state == ActivityState::kInProgress) &&
                          activity.type != kCronRun;
  if (unfinished)
    project.unfinished.insert(activity.id);
  else
    project.unfinished.erase(activity.id);
  const auto target = project.environments.find(activity.target);
  if (target == project.environments.end()) return;
  if (activity.state == ActivityState::kStaged)
    target->second.staged_activities.insert(activity.id);
  else
    target->second.staged_activities.erase(activity.id);
}

}  // namespace understudy::model
