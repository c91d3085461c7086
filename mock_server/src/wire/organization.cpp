// Organizations, members, teams, subscriptions, invitations. Hrefs are relative: the client loads them from relative
// URLs (endpoints.md, "Link resolution, organization side").
#include "wire/organization.hpp"

#include <fmt/format.h>

#include "wire/links.hpp"

namespace understudy::wire {

using model::Organization;
using model::Permission;
using model::Subscription;
using model::Team;

const Fields<Organization>& organization_fields() {
  static const Fields<Organization> kFields{
      text<Organization>("id", &Organization::id, kShow, "ULID; drawn from the key if not given"),
      text<Organization>("name", &Organization::name, kCreate | kPatch, "unique; the key if not given"),
      text<Organization>("label", &Organization::label, kCreate | kPatch, "the key, capitalized, if not given"),
      text<Organization>("country", &Organization::country, kCreate | kPatch, "two-letter code; FR if not given"),
      text<Organization>("type", &Organization::type, kCreate, "flexible (default) or fixed"),
      texts<Organization>("capabilities", &Organization::capabilities, kShow, "[teams] if not given"),
      derived<Organization>(
          "owner_id", [](const Organization& o) { return json(o.owner); }, "user id"),
      plain<Organization>("namespace", Shape::kText, false, "platformsh", kShow, "brand"),
      plain<Organization>("vendor", Shape::kText, false, "upsun", kShow, "brand"),
      plain<Organization>("billing_legacy", Shape::kFlag, false, false, kShow, "billed the old way"),
      plain<Organization>("status", Shape::kText, false, "active", kShow, "active, restricted, suspended, deleted"),
      flag<Organization>("enforce_mfa", &Organization::enforce_mfa, kHidden,
                         "requests are challenged that come from logins, or API tokens, without a second factor"),
      object<Organization>("address", &Organization::address, kHidden, "of its invoices"),
      object<Organization>("profile", &Organization::profile, kHidden, "company name, VAT number ..."),
      time<Organization>("created_at", &Organization::created_at, "when it was made"),
      time<Organization>("updated_at", &Organization::updated_at, "when it last changed"),
  };
  return kFields;
}

const Fields<Team>& team_fields() {
  static const Fields<Team> kFields{
      text<Team>("id", &Team::id, kShow, "ULID; drawn from the key if not given"),
      text<Team>("label", &Team::label, kCreate | kPatch, "unique in its organization; the key if not given"),
      texts<Team>("project_permissions", &Team::permissions, kCreate | kPatch,
                  "on each of its projects: admin, viewer, production:viewer ..."),
      time<Team>("created_at", &Team::created_at, "when it was made"),
      time<Team>("updated_at", &Team::updated_at, "when it last changed"),
  };
  return kFields;
}

const Fields<Subscription>& subscription_fields() {
  static const Fields<Subscription> kFields{
      text<Subscription>("id", &Subscription::id, kShow, "a number; drawn if not given"),
      choice<Subscription>("status", &Subscription::status, model::kSubscriptionNames, kShow, "active if not given"),
      text<Subscription>("plan", &Subscription::plan, kCreate | kPatch, "standard if not given"),
      integer<Subscription>("environments", &Subscription::environments, kCreate | kPatch, "how many, at most"),
      integer<Subscription>("storage", &Subscription::storage, kCreate | kPatch, "MiB"),
      integer<Subscription>("user_licenses", &Subscription::user_licenses, kCreate | kPatch, "how many users"),
      text<Subscription>("project_title", &Subscription::project_title, kCreate, "title of the project"),
      text<Subscription>("project_region", &Subscription::project_region, kCreate, "region of the project"),
      time<Subscription>("created_at", &Subscription::created_at, "when it was bought"),
      time<Subscription>("updated_at", &Subscription::updated_at, "when it last changed"),
  };
  return kFields;
}

std::string organization_path(std::string_view organization) {
  return "/organizations/" + encode_segment(organization);
}

json refer_to_users(const std::vector<std::string>& users) {
  std::string ids;
  for (const std::string& user : users) ids += (ids.empty() ? "" : ",") + user;
  return {{"href", "/ref/users?in=" + ids}};
}

json show_organization(const Viewer& viewer, const Organization& organization) {
  json result = show(organization, organization_fields());
  const std::string self = organization_path(organization.id);
  link(result, "self", self);
  const auto offer = [&](const char* relation, const std::string& path, Permission needed) {
    if (viewer.may(organization, needed)) link(result, relation, self + path);
  };
  offer("update", "", Permission::kEditOrganization);
  offer("delete", "", Permission::kDeleteOrganization);
  offer("members", "/members", Permission::kManageMembers);  // without it the client shows neither members nor teams
  offer("create-member", "/members", Permission::kManageMembers);
  offer("address", "/address", Permission::kManageBilling);
  offer("profile", "/profile", Permission::kManageBilling);
  offer("orders", "/orders", Permission::kManageBilling);
  offer("payment-source", "/payment-source", Permission::kManageBilling);
  offer("subscriptions", "/subscriptions", Permission::kListSubscriptions);
  offer("create-subscription", "/subscriptions", Permission::kCreateSubscriptions);
  offer("estimate-subscription", "/subscriptions/estimate", Permission::kCreateSubscriptions);
  return result;
}

json show_member(const Viewer& viewer, const Organization& organization, const model::Member& member) {
  const bool owner = member.id == organization.owner;
  json permissions = json::array();
  for (const std::string& permission : member.permissions) permissions.push_back(permission);
  json result{{"id", member.id},
              {"organization_id", organization.id},
              {"user_id", member.id},
              {"permissions", permissions},
              {"level", owner ? "admin" : "viewer"},
              {"owner", owner},
              {"created_at", format_time(member.created_at)},
              {"updated_at", format_time(member.updated_at)}};
  const std::string self = organization_path(organization.id) + "/members/" + encode_segment(member.id);
  link(result, "self", self);
  if (!owner && viewer.may(organization, Permission::kManageMembers)) {
    link(result, "update", self);
    link(result, "delete", self);
  }
  return result;
}

json show_team(const Viewer&, const Team& team) {
  json result = show(team, team_fields());
  result["organization_id"] = team.organization;
  result["counts"] = {{"member_count", team.members.size()}, {"project_count", team.projects.size()}};
  const std::string self = "/teams/" + encode_segment(team.id);
  for (const char* relation : {"self", "update", "delete"}) link(result, relation, self);
  return result;
}

json show_team_member(const Team& team, const std::string& user, Time since) {
  json result{
      {"team_id", team.id}, {"user_id", user}, {"created_at", format_time(since)}, {"updated_at", format_time(since)}};
  link(result, "self", "/teams/" + encode_segment(team.id) + "/members/" + encode_segment(user));
  return result;
}

json show_team_project(const model::State& state, const Team& team, const std::string& project, Time since) {
  const model::Project* found = state.find_project(project);
  json result{{"team_id", team.id},
              {"organization_id", team.organization},
              {"project_id", project},
              {"project_title", found == nullptr ? project : found->title},
              {"granted_at", format_time(since)},
              {"updated_at", format_time(since)}};
  link(result, "self", "/teams/" + encode_segment(team.id) + "/project-access/" + encode_segment(project));
  return result;
}

std::string subscription_path(const Subscription& subscription) {
  if (subscription.organization.empty()) return "/subscriptions/" + encode_segment(subscription.id);
  return organization_path(subscription.organization) + "/subscriptions/" + encode_segment(subscription.id);
}

json show_subscription(const Viewer& viewer, const Subscription& subscription) {
  json result = show(subscription, subscription_fields());
  const model::User* owner = viewer.state.find_user(subscription.owner);
  result["owner"] = subscription.owner;
  if (owner != nullptr)
    result["owner_info"] = {{"type", "user"}, {"username", owner->username}, {"display_name", owner->full_name()}};
  result["vendor"] = "upsun";
  // The project has its name from the start; it is there to be read once the subscription is active.
  result["project_id"] = subscription.project;
  result["project_endpoint"] = project_path(subscription.project);
  result["project_ui"] = fmt::format("https://console.example/projects/{}", subscription.project);
  result["project_region_label"] = subscription.project_region;
  result["project_options"] = json::object();
  result["agency_site"] = false;
  result["invoiced"] = false;
  result["hipaa"] = false;
  result["is_trial_plan"] = false;
  result["services"] = json::array();
  result["green"] = false;
  link(result, "self", subscription_path(subscription));
  return result;
}

json show_invitation(const Viewer& viewer, const model::Invitation& invitation) {
  const model::User* inviter = viewer.state.find_user(invitation.inviter);
  json result{{"id", invitation.id},
              {"state", model::name_of(model::kInvitationNames, invitation.state)},
              {"email", invitation.email},
              {"owner", {{"id", invitation.inviter}, {"display_name", inviter == nullptr ? "" : inviter->full_name()}}},
              {"created_at", format_time(invitation.created_at)},
              {"updated_at", format_time(invitation.updated_at)},
              {"finished_at", nullptr}};
  if (invitation.state != model::InvitationState::kPending) result["finished_at"] = format_time(invitation.updated_at);
  return result;
}

}  // namespace understudy::wire
