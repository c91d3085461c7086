#include "rehearsal/least_role.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace understudy {
namespace {

using nlohmann::json;

constexpr const char* kProbe = "understudy-role-probe";

/// From the weakest on. Source: platform-semantics.md, section 7.
struct Candidate {
  std::string name;
  json access;
};

std::vector<Candidate> candidates(const std::string& type) {
  return {{"viewer on " + type, {{type, "viewer"}}},
          {"contributor on " + type, {{type, "contributor"}}},
          {"admin on " + type, {{type, "admin"}}},
          {"admin of the project", "admin"}};
}

/// Of the clients of the run that is due then.
std::vector<const Exchange*> exchanges_of(const Played& played, const std::string& environment, const CronKey& cron,
                                          Time due) {
  const auto job = std::ranges::find_if(played.history.jobs, [&](const JobRecord& each) {
    return each.kind == JobKind::kCron && each.app == cron.app && each.name == cron.name &&
           each.environment == environment && each.started >= due;
  });
  std::vector<const Exchange*> result;
  if (job == played.history.jobs.end()) return result;
  for (const Exchange& exchange : played.exchanges) {
    if (std::ranges::find(job->clients, exchange.client_id, &JobRecord::Client::id) != job->clients.end())
      result.push_back(&exchange);
  }
  return result;
}

/// What it asked and was answered; ids that are drawn are left out of the question.
std::vector<std::string> answers(const Played& played, const std::string& environment, const CronKey& cron, Time due) {
  std::vector<std::string> result;
  for (const Exchange* exchange : exchanges_of(played, environment, cron, due)) {
    if (!exchange->poll) result.push_back(fmt::format("{} {} {}", exchange->method, exchange->route, exchange->status));
  }
  return result;
}

std::vector<int> exit_codes(const Played& played, const std::string& environment, const CronKey& cron, Time due) {
  const std::vector<CronRunReport> runs = runs_of(played, environment, cron);
  const CronRunReport* run = run_due_at(runs, due);
  std::vector<int> codes;
  if (run == nullptr) return codes;
  codes.push_back(run->exit_code);
  for (const CallReport& call : run->calls) codes.push_back(call.exit_code);
  return codes;
}

/// The token that the cron's client used: the key of its owner.
const World::Token* used_token(const Played& played, const AppWorld& world, const CronKey& cron, Time due) {
  for (const Exchange* exchange : exchanges_of(played, world.environment, cron, due)) {
    for (const World::Token& token : world.world.tokens()) {
      if (!exchange->user.empty() && exchange->user == token.user) return &token;
    }
  }
  return nullptr;
}

/// As the world's file says it.
std::string role_in(const AppWorld& world, const std::string& user) {
  const auto find = [](const Node* in, const std::string& key) {
    return in != nullptr && in->is(Node::Kind::kMap) ? in->find(key) : nullptr;
  };
  const Node* project = find(find(&world.node, "projects"), world.project);
  const Node* owner = find(project, "owner");
  if (owner != nullptr && owner->is(Node::Kind::kText) && owner->text() == user) return "owner of the project";
  const Node* access = find(find(project, "access"), user);
  if (access == nullptr) return "";
  if (access->is(Node::Kind::kText)) return access->text() + " of the project";
  std::vector<std::string> parts;
  if (access->is(Node::Kind::kMap)) {
    for (const Node::Entry& entry : access->entries()) {
      if (entry.value.is(Node::Kind::kText)) parts.push_back(fmt::format("{} on {}", entry.value.text(), entry.key));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

Node with_probe(const AppWorld& world, const World::Token& token, const json& access) {
  const Position& at = world.node.at();
  Node node = with_value(world.node, {"users", kProbe}, to_node({{"machine", true}}, at));
  node = with_value(node, {"tokens", token.name, "user"}, to_node(kProbe, at));
  node = with_value(node, {"tokens", token.name, "value"}, to_node(token.value, at));
  return with_value(node, {"projects", world.project, "access", kProbe}, to_node(access, at));
}

}  // namespace

LeastRole find_least_role(Stage& stage, const PlayOptions& options, const CronKey& cron, Time due) {
  const AppWorld& world = stage.world();
  const Played usual = stage.play(options);
  const World::Token* token = used_token(usual, world, cron, due);
  if (token == nullptr) return {};
  const std::vector<std::string> wanted = answers(usual, world.environment, cron, due);
  const std::vector<int> codes = exit_codes(usual, world.environment, cron, due);
  const bool worked = std::ranges::all_of(codes, [](int code) { return code == 0; });
  if (wanted.empty() || !worked) return {};

  // What a made-up world's token may do says nothing of the user's.
  LeastRole role{.has = world.is_made_up ? "" : role_in(world, token->user)};
  for (const Candidate& candidate : candidates(type_of_environment(world))) {
    PlayOptions weaker = options;
    weaker.world = with_probe(world, *token, candidate.access);
    const Played played = stage.play(weaker);
    if (answers(played, world.environment, cron, due) != wanted ||
        exit_codes(played, world.environment, cron, due) != codes)
      continue;
    role.needed = candidate.name;
    break;
  }
  const bool more = !role.needed.empty() && !role.has.empty() && role.has != role.needed;
  if (more) {
    role.finding =
        Finding{.level = Finding::Level::kWarning,
                .code = "role-too-strong",
                .app = cron.app,
                .cron = cron.name,
                .text = fmt::format("{} is enough for what the cron asks for; its token belongs to {}, the {}.",
                                    role.needed, token->user, role.has),
                .hint = "Give the cron the token of a machine user with that role."};
  }
  return role;
}

}  // namespace understudy
