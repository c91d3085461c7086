// Git data. Source: endpoints.md, "Git data" and "Git objects".
#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "mock_server/base64.hpp"
#include "model/branching.hpp"
#include "wire/links.hpp"

namespace understudy::api {
namespace {

using model::Commit;

std::string git_path(const Context& context, const std::string& kind, const std::string& sha) {
  return wire::project_path(context.project->id) + "/git/" + kind + "/" + sha;
}

bool is_head(const Context& context, const std::string& sha) {
  for (const auto& [id, environment] : context.project->environments) {
    if (environment.head_commit == sha) return true;
  }
  return false;
}

Commit commit_of_path(Context& context) {
  const std::string& sha = context.param("commit");
  const auto found = context.project->repository.commits.find(sha);
  if (found != context.project->repository.commits.end()) return found->second;
  if (!is_head(context, sha)) throw ApiError{404, "Commit not found: " + sha};
  return model::unknown_commit(context.core.state, *context.project);
}

}  // namespace

Response get_commit(Context& context) {
  const Commit commit = commit_of_path(context);
  const json who{{"date", format_time(commit.date)}, {"name", commit.author}, {"email", commit.email}};
  json result{{"id", context.param("commit")},
              {"sha", context.param("commit")},
              {"author", who},
              {"committer", who},
              {"message", commit.message},
              {"tree", commit.tree},
              {"parents", commit.parents}};
  wire::link(result, "self", git_path(context, "commits", context.param("commit")));
  return json_response(200, std::move(result));
}

Response get_tree(Context& context) {
  const auto found = context.project->repository.trees.find(context.param("tree"));
  if (found == context.project->repository.trees.end()) throw ApiError{404, "Tree not found: " + context.param("tree")};
  json entries = json::array();
  for (const model::TreeEntry& entry : found->second) {
    entries.push_back(
        {{"path", entry.path}, {"mode", entry.mode}, {"type", entry.is_tree ? "tree" : "blob"}, {"sha", entry.sha}});
  }
  json result{{"id", found->first}, {"sha", found->first}, {"tree", entries}};
  wire::link(result, "self", git_path(context, "trees", found->first));
  return json_response(200, std::move(result));
}

Response get_blob(Context& context) {
  const auto found = context.project->repository.blobs.find(context.param("blob"));
  if (found == context.project->repository.blobs.end()) throw ApiError{404, "Blob not found: " + context.param("blob")};
  json result{{"id", found->first},
              {"sha", found->first},
              {"size", found->second.size()},
              {"encoding", "base64"},
              {"content", to_base64(found->second)}};
  wire::link(result, "self", git_path(context, "blobs", found->first));
  return json_response(200, std::move(result));
}

Response list_refs(Context& context) {
  json items = json::array();
  for (const auto& [id, environment] : context.project->environments) {
    if (environment.head_commit.empty()) continue;
    items.push_back({{"ref", "refs/heads/" + id},
                     {"object", {{"type", "commit"}, {"sha", environment.head_commit}}},
                     {"sha", environment.head_commit}});
  }
  return json_response(200, std::move(items));
}

Response get_ref(Context& context) {
  const std::string& name = context.param("ref");
  const std::string id = name.starts_with("heads/") ? name.substr(6) : name;
  const auto found = context.project->environments.find(id);
  if (found == context.project->environments.end() || found->second.head_commit.empty())
    throw ApiError{404, "Ref not found: " + name};
  return json_response(200, {{"ref", "refs/heads/" + id},
                             {"object", {{"type", "commit"}, {"sha", found->second.head_commit}}},
                             {"sha", found->second.head_commit}});
}

}  // namespace understudy::api
