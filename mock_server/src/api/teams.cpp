// Teams, their members and their projects. Source: endpoints.md, "Teams".
#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/lists.hpp"
#include "wire/links.hpp"
#include "wire/organization.hpp"

namespace understudy::api {
namespace {

using model::Team;

void refuse_taken(const Context& context, const Team& wanted) {
  for (const auto& [id, other] : context.core.state.teams) {
    if (id != wanted.id && other.organization == wanted.organization && other.label == wanted.label)
      throw ApiError{409, "A team with this label exists already in the organization"};
  }
}

void check(const Team& team) {
  json problems = json::object();
  if (team.label.empty()) problems["label"] = "is required";
  if (!model::access_from(team.permissions)) problems["project_permissions"] = "holds something that is no permission";
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
}

model::Organization& organization_named(Context& context, const std::string& id) {
  const auto found = context.core.state.organizations.find(id);
  if (found == context.core.state.organizations.end())
    throw bad_request("organization_id", "there is no organization " + id);
  return found->second;
}

}  // namespace

Response list_teams(Context& context) {
  std::vector<json> items;
  for (const auto& [id, team] : context.core.state.teams) {
    const model::Organization* organization = context.core.state.find_organization(team.organization);
    if (organization != nullptr && context.viewer().may(*organization, model::Permission::kViewOrganization))
      items.push_back(wire::show_team(context.viewer(), team));
  }
  return json_response(200, list_answer(context, std::move(items)));
}

Response create_team(Context& context) {
  Team team;
  team.organization = needed_text(context, "organization_id");
  const model::Organization& organization = organization_named(context, team.organization);
  if (!context.may(organization, model::Permission::kManageMembers))
    throw ApiError{403, "You do not have the permission to create teams in this organization"};
  apply_or_refuse(team, wire::team_fields(), context.body, wire::kCreate);
  check(team);
  refuse_taken(context, team);
  team.id = context.core.ids.ulid();
  team.created_at = team.updated_at = context.now;
  const Team& stored = context.core.state.teams[team.id] = team;
  return json_response(201, wire::show_team(context.viewer(), stored));
}

Response get_team(Context& context) { return json_response(200, wire::show_team(context.viewer(), *context.team)); }

Response update_team(Context& context) {
  Team changed = *context.team;
  apply_or_refuse(changed, wire::team_fields(), context.body, wire::kPatch);
  check(changed);
  refuse_taken(context, changed);
  changed.updated_at = context.now;
  *context.team = std::move(changed);
  return get_team(context);
}

Response delete_team(Context& context) {
  context.core.state.teams.erase(context.team->id);
  return {.status = 204};
}

Response list_team_members(Context& context) {
  std::vector<json> items;
  std::vector<std::string> users;
  for (const auto& [user, since] : context.team->members) {
    items.push_back(wire::show_team_member(*context.team, user, since));
    users.push_back(user);
  }
  json result = list_answer(context, std::move(items));
  if (!users.empty()) result["_links"]["ref:users:0"] = wire::refer_to_users(users);
  return json_response(200, std::move(result));
}

Response get_team_member(Context& context) {
  const auto found = context.team->members.find(context.param("user"));
  if (found == context.team->members.end()) throw ApiError{404, "This user is not in the team"};
  json result = wire::show_team_member(*context.team, found->first, found->second);
  result["_links"]["ref:users:0"] = wire::refer_to_users({found->first});
  return json_response(200, std::move(result));
}

Response create_team_member(Context& context) {
  const std::string user = needed_text(context, "user_id");
  const model::Organization& organization = organization_named(context, context.team->organization);
  if (!organization.members.contains(user)) throw bad_request("user_id", "is not a member of the organization");
  const auto [member, added] = context.team->members.emplace(user, context.now);
  if (!added) throw ApiError{409, "This user is in the team already"};
  return json_response(201, wire::show_team_member(*context.team, user, member->second));
}

Response delete_team_member(Context& context) {
  if (context.team->members.erase(context.param("user")) == 0) throw ApiError{404, "This user is not in the team"};
  return {.status = 204};
}

Response list_team_projects(Context& context) {
  std::vector<json> items;
  for (const auto& [project, since] : context.team->projects)
    items.push_back(wire::show_team_project(context.core.state, *context.team, project, since));
  return json_response(200, list_answer(context, std::move(items)));
}

Response get_team_project(Context& context) {
  const auto found = context.team->projects.find(context.param("team_project"));
  if (found == context.team->projects.end()) throw ApiError{404, "The team has no access to this project"};
  return json_response(200, wire::show_team_project(context.core.state, *context.team, found->first, found->second));
}

Response create_team_projects(Context& context) {
  if (!context.items.is_array()) throw ApiError{400, "Expected a list of {project_id}"};
  std::vector<std::string> wanted;
  for (const json& item : context.items) {
    const std::string id = item.is_object() ? item.value("project_id", "") : "";
    const model::Project* project = context.core.state.find_project(id);
    if (project == nullptr) throw bad_request("project_id", "there is no project " + id);
    if (project->organization != context.team->organization)
      throw bad_request("project_id", "the project " + id + " belongs to another organization");
    wanted.push_back(id);
  }
  for (const std::string& id : wanted) context.team->projects.emplace(id, context.now);
  return {.status = 204};
}

Response delete_team_project(Context& context) {
  if (context.team->projects.erase(context.param("team_project")) == 0)
    throw ApiError{404, "The team has no access to this project"};
  return {.status = 204};
}

Response list_project_teams(Context& context) {
  std::vector<json> items;
  for (const auto& [id, team] : context.core.state.teams) {
    const auto found = team.projects.find(context.project->id);
    if (found == team.projects.end()) continue;
    items.push_back(wire::show_team_project(context.core.state, team, context.project->id, found->second));
  }
  return json_response(200, list_answer(context, std::move(items)));
}

}  // namespace understudy::api
