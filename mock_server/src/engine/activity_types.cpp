#include "engine/activity_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

constexpr bool kStaged = true;
constexpr std::string_view kRedeploy = "Redeploying environment {environment}\nEnvironment configuration applied";

constexpr ActivityType kTypes[] = {
    {"environment.backup", 3min, "{user} created a backup of {environment}",
     "Creating a backup of {environment}\nSaving the data of the services\nCreated backup {backup}"},
    {"environment.backup.delete", 20s, "{user} deleted the backup {backup} of {environment}",
     "Deleting backup {backup}"},
    {"environment.restore", 4min, "{user} restored {environment} from backup {backup}",
     "Restoring {environment} from backup {backup}\nRedeploying {environment}\nEnvironment restored"},
    {"environment.redeploy", 90s, "{user} redeployed environment {environment}",
     "Redeploying environment {environment}\nOpening environment\nEnvironment configuration applied"},
    {"environment.deploy", 90s, "{user} deployed the staged changes of {environment}", kRedeploy},
    {"environment.update.http_access", 60s, "{user} updated HTTP access settings on environment {environment}",
     kRedeploy, kStaged},
    {"environment.update.smtp", 60s, "{user} updated the e-mail settings of environment {environment}", kRedeploy,
     kStaged},
    {"environment.update.restrict_robots", 60s, "{user} updated the robots settings of environment {environment}",
     kRedeploy, kStaged},
    {"environment.variable.create", 60s, "{user} created variable {variable} on environment {environment}", kRedeploy,
     kStaged},
    {"environment.variable.update", 60s, "{user} modified variable {variable} on environment {environment}", kRedeploy,
     kStaged},
    {"environment.variable.delete", 60s, "{user} deleted variable {variable} on environment {environment}", kRedeploy,
     kStaged},
    {"environment.domain.create", 60s, "{user} added domain {domain} to environment {environment}", kRedeploy, kStaged},
    {"environment.domain.update", 60s, "{user} updated domain {domain} of environment {environment}", kRedeploy,
     kStaged},
    {"environment.domain.delete", 60s, "{user} deleted domain {domain} of environment {environment}", kRedeploy,
     kStaged},
    {"environment.resources.update", 60s, "{user} updated the resources of environment {environment}", kRedeploy,
     kStaged},
    {"environment.push", 3min, "{user} pushed to {environment}",
     "Building application\nDeploying\nEnvironment configuration applied", kStaged},
    {"environment.initialize", 3min, "{user} initialized {environment} with the profile {profile}",
     "Initializing {environment}\nBuilding application\nEnvironment configuration applied"},
    {"environment.activate", 2min, "{user} activated environment {environment}",
     "Activating environment {environment}\nEnvironment configuration applied"},
    {"environment.deactivate", 30s, "{user} deactivated environment {environment}",
     "Deactivating environment {environment}\nEnvironment deactivated"},
    {"environment.delete", 10s, "{user} deleted environment {environment}", "Deleting environment {environment}"},
    {"environment.branch", 2min, "{user} branched environment {environment} from {parent}",
     "Creating environment {environment} as a child of {parent}\nEnvironment configuration applied"},
    {"environment.merge", 2min, "{user} merged {environment} into {parent}",
     "Merging {environment} into {parent}\nEnvironment configuration applied", kStaged},
    {"environment.synchronize", 2min, "{user} synchronized {what} of {environment} from {parent}",
     "Synchronizing {what} from {parent}\nEnvironment configuration applied"},
    {"environment.pause", 30s, "{user} paused environment {environment}", "Pausing environment {environment}"},
    {"environment.resume", 60s, "{user} resumed environment {environment}",
     "Resuming environment {environment}\nOpening environment"},
    {"environment.source-operation", 2min, "{user} ran source operation {operation} on {environment}",
     "Running source operation {operation}\nPushing changes to {environment}"},
    {"environment.operation", 1min, "{user} ran runtime operation {operation} on {environment}",
     "Running operation {operation}\nDone"},
    {"environment.task", 1min, "{user} ran task {task} on {environment}", "Running task {task}\nDone"},
    {model::kCronRun, 1min, "Cron job {cron} ran on {environment}", "Running the cron job {cron}\nDone"},
    {"project.variable.create", 1s, "{user} created variable {variable}", "Created variable {variable}"},
    {"project.variable.update", 1s, "{user} modified variable {variable}", "Modified variable {variable}"},
    {"project.variable.delete", 1s, "{user} deleted variable {variable}", "Deleted variable {variable}"},
    {"project.create", 1min, "{user} created the project {project}", "Provisioning"},
    {"project.modify.title", 1s, "{user} changed the title of the project", "Changed the title"},
    {"project.domain.create", 60s, "{user} added domain {domain}", "Provisioning certificates\nRedeploying production"},
    {"project.domain.update", 60s, "{user} updated domain {domain}", "Redeploying production"},
    {"project.domain.delete", 60s, "{user} deleted domain {domain}", "Redeploying production"},
    {"project.certificate.create", 5s, "{user} added a certificate for {certificate}", "Added the certificate"},
    {"project.certificate.delete", 5s, "{user} deleted the certificate for {certificate}", "Deleted the certificate"},
    {"project.clear_build_cache", 5s, "{user} cleared the build cache", "Cleared the build cache"},
    {"integration.create", 5s, "{user} added the integration {integration}", "Added the integration {integration}"},
    {"integration.update", 5s, "{user} updated the integration {integration}", "Updated the integration {integration}"},
    {"integration.delete", 5s, "{user} deleted the integration {integration}", "Deleted the integration {integration}"},
};

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

template <class Render>
std::string fill(std::string_view sentence, const std::vector<Subject>& subjects, Render render, bool html) {
  std::string result;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    const std::string_view plain = sentence.substr(0, open);
    result += html ? escape_html(plain) : std::string{plain};
    if (open == std::string_view::npos) break;
    const std::size_t close = sentence.find('}', open);
    if (close == std::string_view::npos) return result + std::string{sentence.substr(open)};
    const std::string_view name = sentence.substr(open + 1, close - open - 1);
    for (const Subject& subject : subjects) {
      if (subject.name == name) result += render(subject);
    }
    sentence.remove_prefix(close + 1);
  }
  return result;
}

}  // namespace

std::span<const ActivityType> activity_types() { return kTypes; }

const ActivityType* find_activity_type(std::string_view name) {
  for (const ActivityType& type : kTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

DeployKind deploy_kind(std::string_view name) {
  constexpr std::string_view kBuilding[] = {
      "environment.push",  "environment.initialize",  "environment.branch",  "environment.activate",
      "environment.merge", "environment.synchronize", "environment.restore", "environment.source-operation"};
  constexpr std::string_view kDeploying[] = {"environment.redeploy", "environment.deploy", "environment.resume"};
  if (std::ranges::find(kBuilding, name) != std::end(kBuilding)) return DeployKind::kBuilds;
  if (std::ranges::find(kDeploying, name) != std::end(kDeploying)) return DeployKind::kDeploys;
  const ActivityType* type = find_activity_type(name);
  return type != nullptr && type->is_staged ? DeployKind::kDeploys : DeployKind::kNone;
}

model::json timings(std::string_view type, Milliseconds waited, Milliseconds worked, Milliseconds building) {
  const auto seconds = [](Milliseconds duration) { return static_cast<double>(duration.count()) / 1000.0; };
  const DeployKind deploys = deploy_kind(type);
  if (deploys != DeployKind::kBuilds) building = 0ms;
  model::json result{{"wait", seconds(waited)}, {"execute", seconds(worked)}};
  if (deploys == DeployKind::kBuilds) result["build"] = seconds(building);
  if (deploys != DeployKind::kNone) result["deploy"] = seconds(worked - building);
  return result;
}

std::string full_type_name(std::string_view name) {
  if (find_activity_type(name) != nullptr) return std::string{name};
  for (const ActivityType& type : kTypes) {
    if (type.name == fmt::format("environment.{}", name)) return std::string{type.name};
  }
  for (const ActivityType& type : kTypes) {
    if (type.name == fmt::format("project.{}", name)) return std::string{type.name};
  }
  return std::string{name};
}

std::string render_text(std::string_view sentence, const std::vector<Subject>& subjects) {
  return fill(
      sentence, subjects, [](const Subject& subject) { return subject.title; }, false);
}

std::string render_html(std::string_view sentence, const std::vector<Subject>& subjects) {
  const auto tag = [](const Subject& subject) {
    return fmt::format("<{0} data-id=\"{1}\">{2}</{0}>", subject.name, escape_html(subject.id),
                       escape_html(subject.title));
  };
  return fill(sentence, subjects, tag, true);
}

}  // namespace understudy::engine
