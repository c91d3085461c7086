// The client's token: where it is, who can read it, and whether the crons that need it see it.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "container/command_walker.hpp"
#include "rehearsal/cron_reading.hpp"

namespace understudy {
namespace {

using Level = Finding::Level;
using Variable = World::VariableOutline;

std::string upper(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::string without_env(std::string_view name) {
  constexpr std::string_view kEnv = "env:";
  return upper(name.starts_with(kEnv) ? name.substr(kEnv.size()) : name);
}

bool is_env(const Variable& variable) { return variable.name.starts_with("env:"); }

bool is_for(const Variable& variable, const Application& app) {
  return variable.application_scope.empty() || std::ranges::count(variable.application_scope, app.name) > 0;
}

/// Does a command of the cron, or the app's `.environment`, set the variable?
bool sets_variable(const CronReading& reading, const std::string& name) {
  bool found = false;
  const auto see = [&](const ShellWords& words) {
    found = found || std::ranges::any_of(words, [&](const ShellWord& word) { return assigned_name(word) == name; });
  };
  const auto see_command = [&](const WalkedCommand& command) {
    see(command.assignments);
    see(command.arguments);  // of export, env
  };
  for (const std::string& text : {reading.cron.start, script_at(reading.app.root / ".environment")}) {
    walk_commands(text, reading.app.root, {.command = see_command, .assignment = see});
  }
  return found;
}

class TokenFinder {
public:
  TokenFinder(const AppWorld& world, const ClientProfile& client, std::vector<Finding>& findings)
      : world_{world},
        findings_{findings},
        token_{client.env_prefix + "TOKEN"},
        name_{"env:" + token_},
        prefix_{container_prefix(client)} {
    for (Variable& variable : world.world.variables(world.project, world.environment)) {
      if (without_env(variable.name) == token_) variables_.push_back(std::move(variable));
    }
  }

  void look_at_repository(const Application& app) {
    for (const auto& [name, at] : app.variables_at) {
      const std::string bare = upper(std::string_view{name}.substr(name.find(':') + 1));
      if (bare != token_ && !bare.ends_with("_CLI_TOKEN")) continue;
      findings_.push_back({Level::kError, "token-in-repository", at, app.name, "",
                           fmt::format("The API token {} is written in the repository, so everybody who can read the "
                                       "code has it.",
                                       bare),
                           fmt::format("Revoke that token, and put a new one into the sensitive variable env:{} of the "
                                       "project.",
                                       bare)});
    }
  }

  void look_at_world(const AppProject& project) {
    for (const Variable& variable : variables_) {
      // One that is switched off or replaced is still where it is, and can be read there.
      look_at(variable, project);
    }
  }

  void look_at_cron(const CronReading& reading) {
    if (reading.calls.empty() || sets_variable(reading, token_) || is_in(reading.app)) return;
    if (std::ranges::any_of(variables_, [&](const Variable& one) { return reaches(one, reading.app); })) return;
    findings_.push_back({Level::kError, "no-token", reading.cron.start_at, reading.app.name, reading.cron.name,
                         fmt::format("The cron \"{}\" calls the client, and no API token is visible to the app \"{}\".",
                                     reading.cron.name, reading.app.name),
                         why_none(reading.app)});
  }

private:
  /// The name as the configuration of the app has it counts, too.
  [[nodiscard]] bool is_in(const Application& app) const {
    return std::ranges::any_of(app.variables_at, [&](const auto& entry) {
      return entry.first.starts_with("env:") && without_env(entry.first) == token_;
    });
  }

  /// A disabled one is ignored; another one of the same name may still be there.
  static bool reaches(const Variable& variable, const Application& app) {
    return is_env(variable) && variable.is_enabled && variable.visible_runtime && is_for(variable, app);
  }

  void look_at(const Variable& variable, const AppProject& project) {
    const bool of_project = variable.environment.empty();
    if (!is_env(variable) && std::ranges::none_of(variables_, is_env)) {
      add(Level::kError, "token-not-env", variable,
          fmt::format("The variable {} has no env: in front of its name, so it is only in {}VARIABLES and the "
                      "client does not see it.",
                      variable.name, prefix_),
          fmt::format("Name it {}.", name_));
    }
    if (!variable.is_sensitive) {
      add(Level::kWarning, "token-not-sensitive", variable,
          fmt::format("The variable {} is not sensitive, so everybody who may look at the {} can read the token.",
                      variable.name, of_project ? "project" : "environment"),
          "Make it sensitive.");
    }
    if (variable.visible_build && is_used(variable, project)) {
      add(Level::kWarning, "token-visible-in-build", variable,
          fmt::format("The variable {} is visible in builds, so every build hook and every package that it installs "
                      "can read the token.",
                      variable.name),
          "Make it visible at run time only.");
    }
    if (of_project) {
      add(Level::kNote, "token-inheritable", variable,
          fmt::format("The variable {} is one of the whole project, so every environment sees the token.",
                      variable.name),
          "Set it on the environment whose crons need it, and let no other inherit it.");
    } else if (variable.is_inheritable) {
      add(Level::kWarning, "token-inheritable", variable,
          fmt::format("The variable {} of the environment \"{}\" is inheritable, so its child environments see the "
                      "token, too.",
                      variable.name, variable.environment),
          "Make it not inheritable.");
    }
  }

  /// Somebody's build sees it.
  static bool is_used(const Variable& variable, const AppProject& project) {
    return variable.is_enabled &&
           std::ranges::any_of(project.apps, [&](const Application& app) { return is_for(variable, app); });
  }

  /// What has to be done so that the app sees one.
  [[nodiscard]] std::string why_none(const Application& app) const {
    for (const Variable& variable : variables_) {
      if (!is_env(variable)) continue;
      if (!variable.is_enabled) return fmt::format("Enable the variable {}.", variable.name);
      if (!variable.visible_runtime) return fmt::format("Make the variable {} visible at run time.", variable.name);
      if (!is_for(variable, app)) {
        return fmt::format("Add the app \"{}\" to the application scope of the variable {}.", app.name, variable.name);
      }
    }
    return fmt::format("Put the token of a machine user into the sensitive variable {}.", name_);
  }

  void add(Level level, const std::string& code, const Variable& variable, std::string text, std::string hint) {
    findings_.push_back({level, code, place_of(variable), "", "", std::move(text), std::move(hint)});
  }

  [[nodiscard]] Position place_of(const Variable& variable) const {
    const Node* at = world_.node.find("projects");
    std::vector<std::string> path{world_.project};
    if (!variable.environment.empty()) path.insert(path.end(), {"environments", variable.environment});
    path.emplace_back("variables");
    for (const std::string& key : path) at = at == nullptr ? nullptr : at->find(key);
    if (at != nullptr && at->is(Node::Kind::kMap)) {
      for (const Node::Entry& entry : at->entries()) {
        if (entry.key == variable.name) return entry.key_at;
      }
    }
    return world_.node.at();
  }

  const AppWorld& world_;
  std::vector<Finding>& findings_;
  std::string token_;                // "OVHCLOUD_WEBPAAS_CLI_TOKEN"
  std::string name_;                 // "env:OVHCLOUD_WEBPAAS_CLI_TOKEN"
  std::string prefix_;               // of a container's variables: "PLATFORM_"
  std::vector<Variable> variables_;  // of this name, with env: or without
};

}  // namespace

void find_in_variables(const std::vector<CronReading>& crons, const AppProject& project, const AppWorld& world,
                       const ClientProfile& client, std::vector<Finding>& findings) {
  TokenFinder finder{world, client, findings};
  for (const Application& app : project.apps) finder.look_at_repository(app);
  if (world.is_made_up) return;
  finder.look_at_world(project);
  for (const CronReading& reading : crons) finder.look_at_cron(reading);
}

}  // namespace understudy
