#include "model/branching.hpp"

#include <algorithm>
#include <set>

#include "model/git.hpp"

namespace understudy::model {
namespace {

/// `head` and all that came before it, as far as the repository knows.
std::set<std::string> history_of(const Repository& repository, const std::string& head) {
  std::set<std::string> seen;
  std::vector<std::string> open{head};
  while (!open.empty()) {
    const std::string sha = open.back();
    open.pop_back();
    if (sha.empty() || !seen.insert(sha).second) continue;
    const auto commit = repository.commits.find(sha);
    if (commit == repository.commits.end()) continue;
    open.insert(open.end(), commit->second.parents.begin(), commit->second.parents.end());
  }
  return seen;
}

int count_missing(const std::set<std::string>& of, const std::set<std::string>& in) {
  return static_cast<int>(std::ranges::count_if(of, [&](const std::string& sha) { return !in.contains(sha); }));
}

/// The entries of both; where both have one, that of `over`.
std::vector<TreeEntry> overlay(const std::vector<TreeEntry>& under, const std::vector<TreeEntry>& over) {
  std::vector<TreeEntry> result = over;
  for (const TreeEntry& entry : under) {
    const bool known = std::ranges::any_of(over, [&](const TreeEntry& other) { return other.path == entry.path; });
    if (!known) result.push_back(entry);
  }
  return result;
}

}  // namespace

bool is_branch_name(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view{"/-_.#"}.find(c) != std::string_view::npos;
  });
  return !name.empty() && plain && !name.starts_with('/') && !name.ends_with('/') && !name.starts_with('-') &&
         name.find("..") == std::string_view::npos;
}

Environment child_of(const Environment& parent, const std::string& name, IdSource& ids, Time now) {
  Environment child;
  child.id = child.name = child.title = name;
  child.project = parent.project;
  child.machine_name = machine_name(name, ids);
  child.parent = parent.id;
  child.head_commit = parent.head_commit;
  child.status = EnvironmentStatus::kInactive;
  child.created_at = child.updated_at = now;
  child.source_operations = parent.source_operations;
  child.tasks = parent.tasks;
  for (const char* setting : {"http_access", "enable_smtp", "restrict_robots"}) {
    if (parent.extra.contains(setting)) child.extra[setting] = parent.extra.at(setting);
  }
  return child;
}

bool descends_from(const Project& project, std::string_view environment, std::string_view ancestor) {
  auto at = project.environments.find(environment);
  for (std::size_t depth = 0; at != project.environments.end() && depth <= project.environments.size(); ++depth) {
    if (at->first == ancestor) return true;
    at = at->second.parent ? project.environments.find(*at->second.parent) : project.environments.end();
  }
  return false;
}

std::optional<json> containers_of(const Environment& environment) {
  if (!environment.deployment) return std::nullopt;
  json result = json::object();
  for (const char* part : {"webapps", "workers", "services"})
    result[part] = environment.deployment->value(part, json::object());
  return result;
}

void set_containers(Environment& environment, const json& containers) {
  if (environment.deployment) environment.deployment.change().update(containers);
  environment.next.reset();  // asked for what is not there any more
}

Distance distance(const Repository& repository, const std::string& head, const std::string& parent_head) {
  const std::set<std::string> own = history_of(repository, head);
  const std::set<std::string> parents = history_of(repository, parent_head);
  return {.ahead = count_missing(own, parents), .behind = count_missing(parents, own)};
}

std::string merge_heads(Repository& repository, const std::string& into, const std::string& from, const Commit& merge) {
  const Distance apart = distance(repository, from, into);
  if (apart.ahead == 0) return into;
  // What the repository knows nothing of has no history to keep.
  if (apart.behind == 0 || !repository.commits.contains(into) || !repository.commits.contains(from)) return from;
  const auto entries = [&](const std::string& sha) { return repository.trees[repository.commits.at(sha).tree]; };
  Commit commit = merge;
  commit.parents = {into, from};
  commit.tree = add_tree_of(repository, overlay(entries(into), entries(from)));
  return add_commit(repository, commit);
}

Commit unknown_commit(const State& state, Project& project) {
  const User* owner = state.find_user(project.owner);
  return {.tree = add_tree(project.repository, default_files()),
          .message = "Initial commit",
          .author = owner == nullptr ? "Platform" : owner->full_name(),
          .email = owner == nullptr ? "bot@example.com" : owner->email,
          .date = project.created_at};
}

void keep_head(const State& state, Project& project, const Environment& environment) {
  const std::string& head = environment.head_commit;
  if (!head.empty() && !project.repository.commits.contains(head))
    project.repository.commits[head] = unknown_commit(state, project);
}

}  // namespace understudy::model
