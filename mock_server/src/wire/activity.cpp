#include <algorithm>

#include "model/access.hpp"
#include "wire/links.hpp"
#include "wire/resources.hpp"

namespace understudy::wire {

using model::Activity;
using model::ActivityState;
using model::Backup;

const Fields<Activity>& activity_fields() {
  static const Fields<Activity> kFields{
      text<Activity>("id", &Activity::id, kShow, "drawn if not given"),
      text<Activity>("type", &Activity::type, kShow, "\"environment.backup\"; the last part is enough"),
      derived<Activity>(
          "project", [](const Activity& a) { return json(a.project); }, "project id"),
      texts<Activity>("environments", &Activity::environments, kShow, "ids of the environments it works on"),
      choice<Activity>("state", &Activity::state, model::kStateNames, kShow, "complete if not given"),
      choice<Activity>("result", &Activity::result, model::kResultNames, kShow,
                       "success if it is complete and nothing else is said"),
      integer<Activity>("completion_percent", &Activity::completion_percent, kShow, "100 ends a client's waiting"),
      text<Activity>("text", &Activity::text, kShow, "what happened, made from type and user if not given"),
      text<Activity>("description", &Activity::description, kShow, "the same as HTML"),
      object<Activity>("payload", &Activity::payload, kShow, "what it was about"),
      object<Activity>("parameters", &Activity::parameters, kShow, "what it was given"),
      object<Activity>("timings", &Activity::timings, kShow, "seconds: wait, build, deploy, execute"),
      optional_time<Activity>("started_at", &Activity::started_at, "when it began to work"),
      optional_time<Activity>("completed_at", &Activity::completed_at, "when it was over"),
      optional_time<Activity>("cancelled_at", &Activity::cancelled_at, "when it was cancelled"),
      plain<Activity>("expires_at", Shape::kTime, true, nullptr, kShow, "when it is forgotten"),
      plain<Activity>("integration", Shape::kText, false, json::value_t::discarded, kShow,
                      "integration that caused it; left out without one"),
      plain<Activity>("commands", Shape::kList, false, json::array(), kShow, "commands with their exit codes"),
      derived<Activity>(
          "log",
          [](const Activity& a) {
            std::string all;
            for (const model::LogLine& line : a.log) all += line.message;
            return json(all);
          },
          "the whole log"),
      time<Activity>("created_at", &Activity::created_at, "when it was asked for"),
      time<Activity>("updated_at", &Activity::updated_at, "when it last changed"),
  };
  return kFields;
}

const Fields<Backup>& backup_fields() {
  static const Fields<Backup> kFields{
      derived<Backup>(
          "id", [](const Backup& b) { return json(b.id); }, "the key below `backups:`"),
      derived<Backup>(
          "environment", [](const Backup& b) { return json(b.environment); }, "environment id"),
      text<Backup>("commit_id", &Backup::commit_id, kShow, "head commit of the environment if not given"),
      flag<Backup>("safe", &Backup::safe, kShow, "false: a live backup"),
      flag<Backup>("automated", &Backup::automated, kShow, "made by a schedule; does not count for the quota"),
      [] {
        Field<Backup> restorable = flag<Backup>("restorable", &Backup::restorable, kShow, "it can be restored");
        restorable.get = [](const Backup& b) { return json(b.restorable && !b.deleting); };
        return restorable;
      }(),
      derived<Backup>(
          "status", [](const Backup& b) { return json(b.deleting ? "DELETING" : "CREATED"); }, "CREATED or DELETING"),
      plain<Backup>("attributes", Shape::kObject, false, json::object(), kShow, "free key-value pairs"),
      plain<Backup>("index", Shape::kInteger, true, nullptr, kShow, "number among the automated ones"),
      plain<Backup>("size_of_volumes", Shape::kInteger, true, nullptr, kShow, "MiB"),
      plain<Backup>("size_used", Shape::kInteger, true, nullptr, kShow, "MiB"),
      plain<Backup>("deployment", Shape::kText, true, nullptr, kShow, "deployment that it holds"),
      optional_time<Backup>("expires_at", &Backup::expires_at, "when it is dropped"),
      time<Backup>("created_at", &Backup::created_at, "when it was asked for"),
      time<Backup>("updated_at", &Backup::updated_at, "when it last changed"),
  };
  return kFields;
}

namespace {

bool may_act_on_all(const Viewer& viewer, const Activity& activity) {
  if (viewer.sees_all) return true;
  const model::Project& project = *viewer.state.find_project(activity.project);
  if (activity.environments.empty()) return viewer.may(project, model::Permission::kRunActions);
  return std::ranges::all_of(activity.environments, [&](const std::string& id) {
    const auto found = project.environments.find(id);
    return found != project.environments.end() && viewer.may(project, model::Permission::kRunActions, &found->second);
  });
}

}  // namespace

json show_activity(const Viewer& viewer, const Activity& activity) {
  json result = show(activity, activity_fields());
  const std::string self = project_path(activity.project) + "/activities/" + encode_segment(activity.id);
  link(result, "self", self);
  link(result, "log", self + "/log");
  const bool can_be_cancelled =
      activity.state == ActivityState::kPending || activity.state == ActivityState::kInProgress;
  if (can_be_cancelled && may_act_on_all(viewer, activity)) link(result, "#cancel", self + "/cancel");
  return result;
}

json show_backup(const Viewer& viewer, const model::Environment& environment, const Backup& backup) {
  json result = show(backup, backup_fields());
  const std::string self = environment_path(environment) + "/backups/" + encode_segment(backup.id);
  link(result, "self", self);
  const model::Project& project = *viewer.state.find_project(environment.project);
  if (viewer.may(project, model::Permission::kRunActions, &environment)) {
    link(result, "#delete", self);
    if (backup.restorable && !backup.deleting) link(result, "#restore", self + "/restore");
  }
  return result;
}

json accepted(const Viewer& viewer, int code, const std::vector<std::string>& activities,
              const std::optional<json>& entity) {
  json shown = json::array();
  for (const std::string& id : activities) shown.push_back(show_activity(viewer, viewer.state.activities.at(id)));
  json result{{"status", "OK"}, {"code", code}, {"_embedded", {{"activities", shown}}}};
  if (entity) result["_embedded"]["entity"] = *entity;
  return result;
}

}  // namespace understudy::wire
