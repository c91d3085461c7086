#include "engine/activity_types.hpp"

#include <fmt/format.h>

#include <chrono>

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

constexpr ActivityType kTypes[] = {
    {"environment.backup", 3min, "{user} created a backup of {environment}",
     "Creating a backup of {environment}\nSaving the data of the services\nCreated backup {backup}"},
    {"environment.backup.delete", 20s, "{user} deleted the backup {backup} of {environment}",
     "Deleting backup {backup}"},
    {"environment.restore", 4min, "{user} restored {environment} from backup {backup}",
     "Restoring {environment} from backup {backup}\nRedeploying {environment}\nEnvironment restored"},
    {"environment.redeploy", 90s, "{user} redeployed environment {environment}",
     "Redeploying environment {environment}\nOpening environment\nEnvironment configuration applied"},
    {"environment.update.http_access", 60s, "{user} updated HTTP access settings on environment {environment}",
     "Redeploying environment {environment}\nEnvironment configuration applied"},
    {"environment.variable.create", 60s, "{user} created variable {variable} on environment {environment}",
     "Redeploying environment {environment}\nEnvironment configuration applied"},
    {"environment.variable.update", 60s, "{user} modified variable {variable} on environment {environment}",
     "Redeploying environment {environment}\nEnvironment configuration applied"},
    {"environment.variable.delete", 60s, "{user} deleted variable {variable} on environment {environment}",
     "Redeploying environment {environment}\nEnvironment configuration applied"},
    {"project.variable.create", 1s, "{user} created variable {variable}", "Created variable {variable}"},
    {"project.variable.update", 1s, "{user} modified variable {variable}", "Modified variable {variable}"},
    {"project.variable.delete", 1s, "{user} deleted variable {variable}", "Deleted variable {variable}"},
    {"project.modify.title", 1s, "{user} changed the title of the project", "Changed the title"},
    {"environment.push", 3min, "{user} pushed to {environment}",
     "Building application\nDeploying\nEnvironment configuration applied"},
    {"environment.activate", 2min, "{user} activated environment {environment}",
     "Activating environment {environment}"},
    {"environment.deactivate", 30s, "{user} deactivated environment {environment}",
     "Deactivating environment {environment}"},
    {"environment.branch", 2min, "{user} branched environment {environment}", "Branching environment {environment}"},
    {"environment.merge", 2min, "{user} merged {environment}", "Merging {environment}"},
    {"environment.synchronize", 2min, "{user} synchronized {environment}", "Synchronizing {environment}"},
    {"environment.cron", 1min, "Cron job ran on {environment}", "Running cron"},
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
