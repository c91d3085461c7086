// Organizations, their members and invitations, teams, regions.
#include <fmt/format.h>

#include <algorithm>

#include "model/access.hpp"
#include "model/defaults.hpp"
#include "world/world_reader.hpp"

namespace understudy {

using model::json;

std::string WorldReader::organization_named(const Node& name) const {
  const auto found = organization_ids_.find(name.text());
  if (found != organization_ids_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [key, id] : organization_ids_) known.push_back(key);
  throw InputError{name.at(), "there is no organization \"" + name.text() + "\"", did_you_mean(name.text(), known)};
}

void WorldReader::read_organizations() {
  for (const Node::Entry& entry : entries_of(draft_.organizations)) {
    OrganizationDraft draft;
    model::Organization& organization = draft.organization;
    organization.id = ids_for("organization " + entry.key).ulid();
    organization.name = entry.key;
    organization.label = capitalized(entry.key);
    organization.country = "FR";
    organization.type = "flexible";
    organization.capabilities = {"teams"};
    organization.created_at = organization.updated_at = created_;
    read_resource(entry.value, organization_keys(), draft, "organization \"" + entry.key + "\"");
    organization.owner = user_or_first(draft.owner);
    add_member(organization, organization.owner, model::organization_permissions());
    for (const Node::Entry& member : entries_of(draft.members)) read_member(organization, member);
    read_invitations(organization, draft.invitations);
    organization_ids_[entry.key] = organization.id;
    const std::string id = organization.id;
    world_->state.organizations[id] = std::move(organization);
  }
}

void WorldReader::add_member(model::Organization& organization, const std::string& user,
                             std::vector<std::string> permissions) {
  model::Member member;
  member.id = user;
  member.permissions = std::move(permissions);
  member.created_at = member.updated_at = created_;
  organization.members[user] = member;
}

std::vector<std::string> WorldReader::member_permissions(const Node& list) {
  const std::vector<std::string> known = model::organization_permissions();
  std::vector<std::string> permissions;
  for (const Node& item : items_of(list)) {
    if (std::ranges::find(known, item.text()) == known.end()) {
      throw InputError{item.at(), fmt::format("expected one of {}, found \"{}\"", fmt::join(known, ", "), item.text()),
                       did_you_mean(item.text(), known)};
    }
    permissions.push_back(item.text());
  }
  return permissions;
}

void WorldReader::read_member(model::Organization& organization, const Node::Entry& entry) {
  const std::string user = user_named(Node::scalar(entry.key_at, entry.key, true));
  add_member(organization, user, member_permissions(entry.value));
}

void WorldReader::read_teams() {
  for (const Node::Entry& entry : entries_of(draft_.teams)) {
    TeamDraft draft;
    model::Team& team = draft.team;
    team.id = ids_for("team " + entry.key).ulid();
    team.label = capitalized(entry.key);
    team.created_at = team.updated_at = created_;
    read_map(entry.value, team_keys(), draft, "team \"" + entry.key + "\"");
    team.organization = organization_named(draft.organization);
    if (!model::access_from(team.permissions))
      throw InputError{entry.value.find("project_permissions")->at(), "there is a permission that no team can have",
                       "for instance [viewer, development:contributor]"};
    for (const Node& user : items_of(draft.members)) team.members[user_named(user)] = created_;
    for (const Node& project : items_of(draft.projects)) {
      if (world_->state.find_project(project.text()) == nullptr)
        throw InputError{project.at(), "there is no project \"" + project.text() + "\""};
      team.projects[project.text()] = created_;
    }
    const std::string id = team.id;
    world_->state.teams[id] = std::move(team);
  }
}

void WorldReader::read_regions() {
  world_->state.regions = model::default_regions();
  if (!given(draft_.regions)) return;
  for (const Node& region : draft_.regions.items()) {
    if (region.find("id") == nullptr) throw InputError{region.at(), "a region needs an id"};
  }
  world_->state.regions = draft_.regions.to_json();
  for (json& region : world_->state.regions) model::complete_region(region);
}

model::Invitation WorldReader::read_invitation(const Node& item, const std::string& of, const std::string& owner,
                                               std::vector<std::string> usual) {
  InvitationDraft draft;
  model::Invitation& invitation = draft.invitation;
  invitation.permissions = std::move(usual);
  read_map(item, invitation_keys(), draft, "an invitation");
  invitation.id = ids_for("invitation " + of + " " + invitation.email).uuid();
  invitation.inviter = given(draft.by) ? user_named(draft.by) : owner;
  invitation.created_at = invitation.updated_at = created_;
  return invitation;
}

void WorldReader::read_invitations(model::Organization& organization, const Node& node) {
  for (const Node& item : items_of(node)) {
    if (const Node* permissions = item.find("permissions")) (void)member_permissions(*permissions);
    model::Invitation invitation = read_invitation(item, organization.id, organization.owner, {});
    const std::string id = invitation.id;
    organization.invitations[id] = std::move(invitation);
  }
}

void WorldReader::read_invitations(model::Project& project, const Node& node) {
  for (const Node& item : items_of(node)) {
    model::Invitation invitation = read_invitation(item, project.id, project.owner, {"viewer"});
    if (!model::access_from(invitation.permissions))
      throw InputError{item.find("permissions")->at(), "there is a permission that nobody can have"};
    const std::string id = invitation.id;
    project.invitations[id] = std::move(invitation);
  }
}

}  // namespace understudy
