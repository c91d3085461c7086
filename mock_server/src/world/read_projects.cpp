// Projects, and what they have besides environments.
#include <fmt/format.h>

#include <algorithm>

#include "model/defaults.hpp"
#include "model/git.hpp"
#include "wire/records.hpp"
#include "world/world_reader.hpp"

namespace understudy {

using model::json;

void WorldReader::read_records(model::Records& records, const Node& node, const Keys<model::Record>& keys,
                               const std::string& what) const {
  for (const Node::Entry& entry : entries_of(node)) {
    model::Record record;
    record.id = entry.key;
    record.created_at = record.updated_at = created_;
    read_resource(entry.value, keys, record, what + " \"" + entry.key + "\"");
    records[entry.key] = std::move(record);
  }
}

void WorldReader::read_domains(model::Environment& environment, const Node& node) const {
  read_records(environment.domains, node, domain_keys(), "domain");
  for (auto& [name, domain] : environment.domains) {
    for (const char* field : {"name", "registered_name"}) {
      if (!domain.extra.contains(field)) domain.extra[field] = name;
    }
    if (domain.extra.contains("replacement_for")) domain.extra["type"] = "replacement";
  }
}

void WorldReader::read_integrations(model::Project& project, const Node& node) const {
  read_records(project.integrations, node, integration_keys(), "integration");
  for (const Node::Entry& entry : entries_of(node)) {
    const std::string type = project.integrations.at(entry.key).extra.value("type", "");
    const std::vector<std::string> known = wire::integration_types();
    if (wire::integration_kind(type) == nullptr)
      throw InputError{entry.value.find("type")->at(), "there is no integration type \"" + type + "\"",
                       did_you_mean(type, known)};
  }
}

void WorldReader::read_subscription(model::Project& project, const Node& node) {
  model::Subscription subscription;
  subscription.id = std::to_string(42 + world_->state.subscriptions.size());
  subscription.created_at = subscription.updated_at = created_;
  subscription.plan = project.plan;
  read_resource(node, subscription_keys(), subscription, "the subscription of project \"" + project.id + "\"");
  project.plan = subscription.plan;
  subscription.project = project.id;
  subscription.project_title = project.title;
  subscription.project_region = project.region;
  subscription.default_branch = project.default_branch;
  subscription.owner = project.owner;
  subscription.organization = project.organization;
  if (project.suspended) subscription.status = model::SubscriptionStatus::kSuspended;
  project.subscription = subscription.id;
  const std::string id = subscription.id;
  if (!world_->state.subscriptions.emplace(id, std::move(subscription)).second)
    throw InputError{node.at(), "two subscriptions have the id " + id};
}

void WorldReader::read_commits(model::Project& project, model::Environment& environment, const Node& node) {
  model::Files files;
  Time date = created_;
  for (const Node& item : items_of(node)) {
    CommitDraft draft;
    read_map(item, commit_keys(), draft, "a commit");
    for (const Node::Entry& file : entries_of(draft.files)) {
      if (given(file.value))
        files[file.key] = file.value.scalar_text();
      else
        files.erase(file.key);
    }
    date = draft.date.value_or(date + std::chrono::hours{1});
    const model::User& author = world_->state.users.at(given(draft.author) ? user_named(draft.author) : project.owner);
    model::Commit commit{.tree = model::add_tree(project.repository, files),
                         .parents = {},
                         .message = draft.message,
                         .author = author.full_name(),
                         .email = author.email,
                         .date = date};
    const bool first = &item == &node.items().front();
    if (!first) commit.parents.push_back(environment.head_commit);
    environment.head_commit = model::add_commit(project.repository, commit);
  }
}

void WorldReader::read_projects() {
  for (const Node::Entry& entry : entries_of(draft_.projects)) read_project(entry);
}

void WorldReader::read_project(const Node::Entry& entry) {
  const bool word = !entry.key.empty() &&
                    std::ranges::all_of(entry.key, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!word)
    throw InputError{entry.key_at, "\"" + entry.key + "\" cannot be a project id",
                     "the client takes letters, digits and _ only"};
  ProjectDraft draft;
  model::Project& project = draft.project;
  project.id = project.title = entry.key;
  project.region = "fr-1.webpaas.ovh.net";
  project.plan = "standard";
  project.created_at = project.updated_at = created_;
  read_resource(entry.value, project_keys(), draft, "project \"" + entry.key + "\"");
  if (given(draft.organization)) project.organization = organization_named(draft.organization);
  const model::Organization* organization = world_->state.find_organization(project.organization);
  project.owner = organization != nullptr && !given(draft.owner) ? organization->owner : user_or_first(draft.owner);
  project.settings = changed(model::default_settings(), draft.settings, "a setting");
  project.capabilities = changed(model::default_capabilities(), draft.capabilities, "a capability");
  read_access(project, draft.access);
  read_variables(project.variables, draft.variables, project_variable_keys(), true);
  read_environments(project, draft.environments);
  read_records(project.certificates, draft.certificates, certificate_keys(), "certificate");
  read_integrations(project, draft.integrations);
  read_invitations(project, draft.invitations);
  read_subscription(project, draft.subscription);
  for (const auto& [user, access] : project.access) world_->state.add_member(project.organization, user, created_);
  const std::string id = project.id;
  world_->state.projects[id] = std::move(project);
  for (const Node& activity : items_of(draft.activities)) read_activity(id, activity);
}

json WorldReader::changed(json defaults, const Node& changes, const std::string& what) {
  for (const Node::Entry& entry : entries_of(changes)) {
    if (!defaults.contains(entry.key)) {
      std::vector<std::string> known;
      for (const auto& [key, value] : defaults.items()) known.push_back(key);
      throw InputError{entry.key_at, "\"" + entry.key + "\" is not " + what + " of a project",
                       did_you_mean(entry.key, known)};
    }
    const json value = entry.value.to_json();
    if (value.is_object() && defaults[entry.key].is_object())
      defaults[entry.key].merge_patch(value);
    else
      defaults[entry.key] = value;
  }
  return defaults;
}

model::Role WorldReader::role_from(const Node& node, bool project_level) {
  std::vector<std::string> known{"admin", "viewer"};
  if (!project_level) known.insert(known.begin() + 1, "contributor");
  if (std::ranges::find(known, node.text()) == known.end()) {
    throw InputError{node.at(), fmt::format("expected one of {}, found \"{}\"", fmt::join(known, ", "), node.text()),
                     did_you_mean(node.text(), known)};
  }
  return *model::value_of(model::kRoleNames, node.text());
}

void WorldReader::read_access(model::Project& project, const Node& access) {
  for (const Node::Entry& entry : entries_of(access)) {
    const std::string user = user_named(Node::scalar(entry.key_at, entry.key, true));
    model::Access granted;
    granted.granted_at = created_;
    if (entry.value.is_scalar()) {
      granted.project = role_from(entry.value, true);
    } else {
      for (const Node::Entry& part : entry.value.entries()) {
        if (part.key == "project") {
          granted.project = role_from(part.value, true);
          continue;
        }
        const auto type = model::value_of(model::kTypeNames, part.key);
        if (!type) {
          const std::vector<std::string> known{"project", "production", "staging", "development"};
          throw InputError{part.key_at, "\"" + part.key + "\" is no environment type", did_you_mean(part.key, known)};
        }
        granted.by_type[*type] = role_from(part.value, false);
      }
    }
    project.access[user] = granted;
  }
}

}  // namespace understudy
