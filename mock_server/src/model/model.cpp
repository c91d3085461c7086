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
  return std::ranges::any_of(owner->activities, [&](const std::string& id) {
    const Activity& activity = activities.at(id);
    return (activity.state == ActivityState::kPending || activity.state == ActivityState::kInProgress) &&
           std::ranges::find(activity.environments, environment) != activity.environments.end();
  });
}

Activity& State::add(Activity activity) {
  const std::string id = activity.id;
  projects.at(activity.project).activities.push_back(id);
  activity_order.push_back(id);
  return activities.insert_or_assign(id, std::move(activity)).first->second;
}

}  // namespace understudy::model
