// Organizations, their members, addresses, profiles and invitations. Source: endpoints.md, "Organizations".
#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/invitations.hpp"
#include "api/lists.hpp"
#include "wire/links.hpp"
#include "wire/organization.hpp"

namespace understudy::api {
namespace {

using model::Member;
using model::Organization;

/// A name that stands in URLs.
bool is_slug(std::string_view name) {
  return name.size() >= 3 && name.size() <= 40 && std::ranges::all_of(name, [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
         });
}

void refuse_taken(const Context& context, const Organization& wanted) {
  for (const auto& [id, other] : context.core.state.organizations) {
    if (id != wanted.id && other.name == wanted.name)
      throw ApiError{409, "An organization with this name exists already", {{"name", "is taken: " + wanted.name}}};
  }
}

void check(const Organization& organization) {
  json problems = json::object();
  if (!is_slug(organization.name)) problems["name"] = "Invalid name: use 3 to 40 lower-case letters, digits and dashes";
  if (organization.label.empty()) problems["label"] = "is required";
  const bool country = organization.country.size() == 2 &&
                       std::ranges::all_of(organization.country, [](unsigned char c) { return std::isupper(c) != 0; });
  if (!country) problems["country"] = "Invalid country: use a two-letter code";
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
}

Member& member_of_path(Context& context) {
  const auto found = context.organization->members.find(context.param("user"));
  if (found == context.organization->members.end()) throw ApiError{404, "Member not found: " + context.param("user")};
  return found->second;
}

std::vector<std::string> permissions_of_body(const Context& context) {
  std::vector<std::string> permissions = texts_of_body(context, "permissions");
  const auto known = model::organization_permissions();
  for (const std::string& permission : permissions) {
    if (std::ranges::find(known, permission) == known.end())
      throw bad_request("permissions", "there is no permission " + permission);
  }
  return permissions;
}

/// Address and profile: flat objects of texts.
Response change_texts(Context& context, json& stored, const json& shown, const std::string& path) {
  json changed = stored;
  json problems = json::object();
  for (const auto& [key, value] : context.body.items()) {
    if (!shown.contains(key) || key == "id" || key == "type" || key == "_links") continue;
    if (!value.is_string() && !value.is_null())
      problems[key] = "expected a string";
    else if (key == "country" && value.is_string() && value.get<std::string>().size() != 2)
      problems[key] = "Invalid country: use a two-letter code";
    else if (key.ends_with("_contact") && value.is_string() && value.get<std::string>().find('@') == std::string::npos)
      problems[key] = "Invalid e-mail address: " + value.get<std::string>();
    else
      changed[key] = value;
  }
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
  stored = std::move(changed);
  json result = shown;
  result.update(stored);
  wire::link(result, "self", path);
  return json_response(200, std::move(result));
}

json shown_address(const Organization& organization) {
  json result{{"country", organization.country},
              {"name_line", organization.label},
              {"premise", ""},
              {"sub_premise", ""},
              {"thoroughfare", ""},
              {"administrative_area", ""},
              {"sub_administrative_area", ""},
              {"locality", ""},
              {"dependent_locality", ""},
              {"postal_code", ""}};
  result.update(organization.address);
  return result;
}

json shown_profile(const Context& context, const Organization& organization) {
  const model::User* owner = context.core.state.find_user(organization.owner);
  json result{{"id", organization.owner},
              {"display_name", organization.label},
              {"email", owner == nullptr ? "" : owner->email},
              {"username", organization.name},
              {"type", "organization"},
              {"company_name", organization.label},
              {"currency", "EUR"},
              {"vat_number", ""},
              {"billing_contact", owner == nullptr ? "" : owner->email},
              {"default_catalog", ""},
              {"project_options_url", ""},
              {"created_at", format_time(organization.created_at)},
              {"updated_at", format_time(organization.updated_at)}};
  result.update(organization.profile);
  return result;
}

json organizations_of(const Context& context, const std::string& user) {
  std::vector<json> items;
  std::vector<std::string> owners;
  for (const auto& [id, organization] : context.core.state.organizations) {
    if (!context.viewer().may(organization, model::Permission::kViewOrganization)) continue;
    if (!user.empty() && organization.owner != user && !organization.members.contains(user)) continue;
    items.push_back(wire::show_organization(context.viewer(), organization));
    owners.push_back(organization.owner);
  }
  json result = list_answer(context, std::move(items));
  if (!owners.empty()) result["_links"]["ref:users:0"] = wire::refer_to_users(owners);
  return result;
}

json shown_invitation(const Context& context, const model::Invitation& invitation) {
  json result = wire::show_invitation(context.viewer(), invitation);
  result["organization_id"] = context.organization->id;
  result["permissions"] = invitation.permissions;
  return result;
}

std::string self_of(const Context& context, const char* part) {
  return wire::organization_path(context.organization->id) + part;
}

}  // namespace

Response list_organizations(Context& context) { return json_response(200, organizations_of(context, "")); }

Response list_organizations_of_user(Context& context) {
  const std::string user = context.param("user") == "me" ? context.viewer().user : context.param("user");
  return json_response(200, organizations_of(context, user));
}

Response get_organization(Context& context) {
  json result = wire::show_organization(context.viewer(), *context.organization);
  result["_links"]["ref:users:0"] = wire::refer_to_users({context.organization->owner});
  return json_response(200, std::move(result));
}

Response create_organization(Context& context) {
  Organization organization;
  organization.type = "flexible";
  organization.owner = context.viewer().user;
  organization.country = context.user == nullptr ? "FR" : context.user->extra.value("country", "FR");
  apply_or_refuse(organization, wire::organization_fields(), context.body, wire::kCreate);
  check(organization);
  refuse_taken(context, organization);
  organization.id = context.core.ids.ulid();
  organization.capabilities = {"teams"};
  organization.created_at = organization.updated_at = context.now;
  const Organization& stored = context.core.state.organizations[organization.id] = organization;
  context.core.state.add_member(stored.id, stored.owner, context.now, model::organization_permissions());
  json result = wire::show_organization(context.viewer(), stored);
  result["_links"]["ref:users:0"] = wire::refer_to_users({stored.owner});
  return json_response(201, std::move(result));
}

Response update_organization(Context& context) {
  Organization changed = *context.organization;
  apply_or_refuse(changed, wire::organization_fields(), context.body, wire::kPatch);
  check(changed);
  refuse_taken(context, changed);
  changed.updated_at = context.now;
  *context.organization = std::move(changed);
  return get_organization(context);
}

Response delete_organization(Context& context) {
  for (const auto& [id, subscription] : context.core.state.subscriptions) {
    const bool alive = subscription.status != model::SubscriptionStatus::kDeleted;
    if (alive && subscription.organization == context.organization->id)
      throw ApiError{400, "The organization still has projects"};
  }
  std::erase_if(context.core.state.teams,
                [&](const auto& entry) { return entry.second.organization == context.organization->id; });
  context.core.state.organizations.erase(context.organization->id);
  return {.status = 204};
}

Response get_address(Context& context) {
  json result = shown_address(*context.organization);
  wire::link(result, "self", self_of(context, "/address"));
  return json_response(200, std::move(result));
}

Response update_address(Context& context) {
  return change_texts(context, context.organization->address, shown_address(*context.organization),
                      self_of(context, "/address"));
}

Response get_profile(Context& context) {
  json result = shown_profile(context, *context.organization);
  wire::link(result, "self", self_of(context, "/profile"));
  return json_response(200, std::move(result));
}

Response update_profile(Context& context) {
  return change_texts(context, context.organization->profile, shown_profile(context, *context.organization),
                      self_of(context, "/profile"));
}

Response get_mfa_enforcement(Context& context) {
  return json_response(200, {{"enforce_mfa", context.organization->enforce_mfa}});
}

/// (ours) Whoever has no second factor would be the first one to be shut out.
Response enable_mfa_enforcement(Context& context) {
  if (context.grant == nullptr || !context.grant->with_mfa)
    throw ApiError{403, "You have to log in with multi-factor authentication yourself before you ask it of others"};
  context.organization->enforce_mfa = true;
  return {.status = 204};
}

Response disable_mfa_enforcement(Context& context) {
  context.organization->enforce_mfa = false;
  return {.status = 204};
}

Response get_trial(Context&) {
  return json_response(
      200, {{"trial",
             {{"status", "none"}, {"resource_limit", {{"cpu", nullptr}, {"memory", nullptr}, {"storage", nullptr}}}}}});
}

Response get_usage(Context& context) {
  int projects = 0;
  for (const auto& [id, project] : context.core.state.projects)
    projects += project.organization == context.organization->id ? 1 : 0;
  return json_response(
      200, {{"totals", {{"cpu", 0.5 * projects}, {"memory", 1088 * projects}, {"storage", 5120 * projects}}}});
}

Response list_members(Context& context) {
  std::vector<json> items;
  std::vector<std::string> users;
  for (const auto& [id, member] : context.organization->members) {
    items.push_back(wire::show_member(context.viewer(), *context.organization, member));
    users.push_back(id);
  }
  json result = list_answer(context, std::move(items));
  result["_links"]["ref:users:0"] = wire::refer_to_users(users);
  return json_response(200, std::move(result));
}

Response get_member(Context& context) {
  json result = wire::show_member(context.viewer(), *context.organization, member_of_path(context));
  result["_links"]["ref:users:0"] = wire::refer_to_users({context.param("user")});
  return json_response(200, std::move(result));
}

Response update_member(Context& context) {
  Member& member = member_of_path(context);
  if (member.id == context.organization->owner) throw ApiError{400, "The permissions of the owner cannot be changed"};
  member.permissions = permissions_of_body(context);
  member.updated_at = context.now;
  return get_member(context);
}

Response delete_member(Context& context) {
  const std::string user = member_of_path(context).id;
  if (user == context.organization->owner) throw ApiError{400, "The owner cannot be removed"};
  context.core.state.remove_member(context.organization->id, user);
  return {.status = 204};
}

Response create_organization_invitation(Context& context) {
  const std::string email = invited_address(context);
  std::vector<std::string> permissions = permissions_of_body(context);
  const model::User* known = context.core.state.find_user_by_email(email);
  if (known != nullptr && context.organization->members.contains(known->id))
    throw ApiError{409, "This user is a member already"};
  return json_response(
      201, shown_invitation(context, invite(context, context.organization->invitations, email, permissions)));
}

Response list_organization_invitations(Context& context) {
  json items = json::array();
  for (const auto& [id, invitation] : context.organization->invitations)
    items.push_back(shown_invitation(context, invitation));
  return json_response(200, std::move(items));
}

Response delete_organization_invitation(Context& context) {
  return cancel_invitation(context, context.organization->invitations);
}

Response list_organization_projects(Context& context) {
  std::vector<json> items;
  for (const auto& [id, project] : context.core.state.projects) {
    if (project.organization != context.organization->id) continue;
    items.push_back({{"id", id},
                     {"title", project.title},
                     {"organization_id", project.organization},
                     {"subscription_id", project.subscription},
                     {"region", project.region},
                     {"status", project.suspended ? "suspended" : "active"},
                     {"plan", project.plan},
                     {"created_at", format_time(project.created_at)},
                     {"updated_at", format_time(project.updated_at)}});
  }
  return json_response(200, list_answer(context, std::move(items)));
}

}  // namespace understudy::api
