#include <fmt/format.h>

#include "model/access.hpp"
#include "wire/links.hpp"
#include "wire/resources.hpp"

namespace understudy::wire {

using model::EnvironmentType;
using model::Permission;
using model::Project;
using model::Role;

namespace {

std::string git_url(const Project& project) { return fmt::format("{0}@git.{1}:{0}.git", project.id, project.region); }

}  // namespace

const Fields<Project>& project_fields() {
  static const Fields<Project> kFields{
      derived<Project>(
          "id", [](const Project& p) { return json(p.id); }, "the key below `projects:`"),
      text<Project>("title", &Project::title, kPatch, "the key if not given"),
      text<Project>("region", &Project::region, kShow, "host name of the region"),
      text<Project>("default_branch", &Project::default_branch, kPatch, "the first environment if not given"),
      plain<Project>("description", Shape::kText, false, "", kPatch, "free text"),
      plain<Project>("namespace", Shape::kText, true, "ovhcloud", kShow, "brand that the project belongs to"),
      derived<Project>(
          "organization",
          [](const Project& p) { return p.organization.empty() ? json(nullptr) : json(p.organization); },
          "id of the organization"),
      plain<Project>("attributes", Shape::kObject, false, json::object(), kPatch, "free key-value pairs"),
      plain<Project>("timezone", Shape::kText, false, "UTC", kPatch, "time zone of crons and backups"),
      plain<Project>("default_domain", Shape::kText, true, nullptr, kPatch, "main domain of production"),
      plain<Project>("vendor", Shape::kText, false, "ovhcloud", kHidden, "shown by /me"),
      [] {
        Field<Project> plan = text<Project>("plan", &Project::plan, kHidden, "subscription.plan");
        return plan;
      }(),
      flag<Project>("suspended", &Project::suspended, kHidden, "the subscription is suspended"),
      integer<Project>("manual_backup_quota", &Project::manual_backup_quota, kHidden,
                       "manual backups kept of production; one more drops the oldest"),
      derived<Project>(
          "owner", [](const Project& p) { return json(p.owner); }, "user id"),
      derived<Project>(
          "status",
          [](const Project& p) {
            return p.suspended ? json("suspended") : json{{"code", "provisioned"}, {"message", "ok"}};
          },
          "state of the subscription"),
      derived<Project>(
          "repository",
          [](const Project& p) {
            return json{{"url", git_url(p)}, {"client_ssh_key", nullptr}};
          },
          "git"),
      derived<Project>(
          "subscription",
          [](const Project& p) {
            return json{{"license_uri", "https://accounts.example/api/v1/licenses/" + p.subscription},
                        {"plan", p.plan},
                        {"environments", 3},
                        {"storage", 5120},
                        {"included_users", 1},
                        {"subscription_management_uri", "https://console.example/subscription"},
                        {"restricted", false},
                        {"suspended", p.suspended},
                        {"user_licenses", 1}};
          },
          "what was bought"),
      time<Project>("created_at", &Project::created_at, "when it was made"),
      time<Project>("updated_at", &Project::updated_at, "when it last changed"),
  };
  return kFields;
}

std::string encode_segment(std::string_view id) {
  std::string result;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain_byte = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.';
    result += plain_byte ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return result;
}

// Under /api, because the client's git commands look for it in an environment's own link (contract, 3.2).
std::string project_path(std::string_view project) { return "/api/projects/" + encode_segment(project); }

json show_project(const Viewer& viewer, const Project& project) {
  json result = show(project, project_fields());
  const std::string self = project_path(project.id);
  link(result, "self", self);
  for (const char* relation : {"environments", "environment-types", "access", "user-access", "activities", "settings",
                               "capabilities", "variables", "domains", "integrations", "certificates", "invitations"}) {
    link(result, relation, self + "/" + relation);
  }
  link(result, "#system", self + "/system");
  if (viewer.may(project, Permission::kChangeSettings)) {
    link(result, "#edit", self);
    link(result, "#manage-variables", self + "/variables");
    link(result, "#manage-domains", self + "/domains");
    link(result, "#clear-build-cache", self + "/clear_build_cache");
  }
  return result;
}

json show_settings(const Viewer& viewer, const Project& project) {
  json result = project.settings;
  const std::string self = project_path(project.id) + "/settings";
  link(result, "self", self);
  if (viewer.may(project, Permission::kChangeSettings)) link(result, "#edit", self);
  return result;
}

json show_environment_type(const Viewer& viewer, const Project& project, EnvironmentType type) {
  const std::string name{model::name_of(model::kTypeNames, type)};
  json result{{"id", name}, {"attributes", json::object()}};
  const std::string self = project_path(project.id) + "/environment-types/" + name;
  link(result, "self", self);
  if (viewer.may(project, Permission::kView)) link(result, "#access", self + "/access");
  return result;
}

json show_access(const Viewer& viewer, const Project& project, const std::string& user_id) {
  const model::User& user = *viewer.state.find_user(user_id);
  const Role role = model::role_on(viewer.state, project, user_id);
  json result{{"id", user_id}, {"role", model::name_of(model::kRoleNames, role)}, {"project", project.id}};
  result["_embedded"]["users"] = json::array({{{"id", user.id},
                                               {"email", user.email},
                                               {"display_name", user.full_name()},
                                               {"created_at", format_time(user.created_at)},
                                               {"updated_at", format_time(user.updated_at)}}});
  const std::string self = project_path(project.id) + "/access/" + encode_segment(user_id);
  link(result, "self", self);
  if (viewer.may(project, Permission::kManageAccess)) {
    link(result, "#edit", self);
    link(result, "#delete", self);
  }
  return result;
}

json show_user_access(const Viewer& viewer, const Project& project, const std::string& user_id) {
  const auto found = project.access.find(user_id);
  const bool own = found != project.access.end();
  const Time granted_at = own ? found->second.granted_at : project.created_at;
  json result{{"user_id", user_id},
              {"project_id", project.id},
              {"permissions", own ? model::permissions_of(found->second) : std::vector<std::string>{"admin"}},
              {"granted_at", format_time(granted_at)},
              {"updated_at", format_time(granted_at)}};
  const std::string self = "/projects/" + encode_segment(project.id) + "/user-access/" + encode_segment(user_id);
  link(result, "self", self);
  if (viewer.may(project, Permission::kManageAccess)) {
    link(result, "update", self);
    link(result, "delete", self);
  }
  return result;
}

}  // namespace understudy::wire
