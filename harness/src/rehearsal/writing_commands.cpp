// Which commands of the client change something.

#include <algorithm>
#include <string_view>

#include "rehearsal/client_calls.hpp"

namespace understudy {
namespace {

using Words = std::vector<std::string>;

/// Names and aliases of commands that always do.
constexpr std::string_view kWriting[] = {"activity:cancel",
                                         "autoscaling:set",
                                         "backup",
                                         "backup:create",
                                         "backup:delete",
                                         "backup:restore",
                                         "blue-green:conclude",
                                         "blue-green:deploy",
                                         "blue-green:enable",
                                         "branch",
                                         "build-resources:set",
                                         "certificate:add",
                                         "certificate:delete",
                                         "create",
                                         "deploy",
                                         "domain:add",
                                         "domain:delete",
                                         "domain:update",
                                         "environment:activate",
                                         "environment:backup",
                                         "environment:branch",
                                         "environment:deactivate",
                                         "environment:delete",
                                         "environment:deploy",
                                         "environment:init",
                                         "environment:merge",
                                         "environment:pause",
                                         "environment:push",
                                         "environment:redeploy",
                                         "environment:restore",
                                         "environment:resume",
                                         "environment:synchronize",
                                         "integration:add",
                                         "integration:delete",
                                         "integration:update",
                                         "merge",
                                         "mongorestore",
                                         "mount:upload",
                                         "operation:run",
                                         "organization:create",
                                         "organization:delete",
                                         "organization:user:add",
                                         "organization:user:delete",
                                         "organization:user:update",
                                         "project:clear-build-cache",
                                         "project:create",
                                         "project:delete",
                                         "project:variable:delete",
                                         "project:variable:set",
                                         "push",
                                         "pvset",
                                         "redeploy",
                                         "resources:build:set",
                                         "resources:set",
                                         "service:mongo:restore",
                                         "snapshot:create",
                                         "snapshot:restore",
                                         "source-operation:run",
                                         "ssh-key:add",
                                         "ssh-key:delete",
                                         "sync",
                                         "task:run",
                                         "team:create",
                                         "team:delete",
                                         "team:project:add",
                                         "team:project:delete",
                                         "team:update",
                                         "team:user:add",
                                         "team:user:delete",
                                         "user:add",
                                         "user:delete",
                                         "user:update",
                                         "variable:create",
                                         "variable:delete",
                                         "variable:disable",
                                         "variable:enable",
                                         "variable:set",
                                         "variable:update",
                                         "vset"};

/// Commands that show something, or change it, depending on what is behind them.
enum class When { kTwoOperands, kOneOperand, kDataOrMethod, kAccessOptions, kRole };
struct Sometimes {
  std::string_view command;
  When when;
};
constexpr Sometimes kSometimes[] = {{"environment:info", When::kTwoOperands},
                                    {"environment:metadata", When::kTwoOperands},
                                    {"project:info", When::kTwoOperands},
                                    {"project:metadata", When::kTwoOperands},
                                    {"organization:info", When::kTwoOperands},
                                    {"organization:billing:address", When::kTwoOperands},
                                    {"organization:billing:profile", When::kTwoOperands},
                                    {"subscription:info", When::kTwoOperands},
                                    {"environment:deploy:type", When::kOneOperand},
                                    {"api:curl", When::kDataOrMethod},
                                    {"environment:curl", When::kDataOrMethod},
                                    {"organization:curl", When::kDataOrMethod},
                                    {"project:curl", When::kDataOrMethod},
                                    {"environment:http-access", When::kAccessOptions},
                                    {"httpaccess", When::kAccessOptions},
                                    {"user:get", When::kRole},
                                    {"user:role", When::kRole}};

/// "env:redep" for "environment:redeploy": each part is the beginning of a part.
bool is_short_for(std::string_view typed, std::string_view name) {
  if (typed.find(':') == std::string_view::npos) return typed == name;
  while (true) {
    const std::size_t typed_end = std::min(typed.find(':'), typed.size());
    const std::size_t name_end = std::min(name.find(':'), name.size());
    const std::string_view part = typed.substr(0, typed_end);
    if (part.empty() || !name.substr(0, name_end).starts_with(part)) return false;
    if (typed_end == typed.size() || name_end == name.size())
      return typed_end == typed.size() && name_end == name.size();
    typed.remove_prefix(typed_end + 1);
    name.remove_prefix(name_end + 1);
  }
}

bool has_option(const Words& words, std::initializer_list<std::string_view> options) {
  return std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::any_of(options, [&](std::string_view option) {
      return option.starts_with("--") ? word == option || word.starts_with(std::string{option} + "=")
                                      : word.starts_with(option);
    });
  });
}

/// Is the method that `-X` or `--request` names another one than GET?
bool has_method(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string method;
    if (words[i] == "-X" || words[i] == "--request") {
      method = i + 1 < words.size() ? words[i + 1] : "";
    } else if (words[i].starts_with("-X")) {
      method = words[i].substr(2);
    } else if (words[i].starts_with("--request=")) {
      method = words[i].substr(10);
    } else {
      continue;
    }
    if (method != "GET" && method != "HEAD") return true;
  }
  return false;
}

std::ptrdiff_t count_operands(const Words& words) {
  std::ptrdiff_t count = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (has_option({words[i]}, {"-"})) {
      if (words[i] == "-p" || words[i] == "-e" || words[i] == "-o" || words[i] == "--project" ||
          words[i] == "--environment" || words[i] == "--org")
        ++i;  // its value
    } else {
      ++count;
    }
  }
  return count;
}

bool fits(When when, const Words& words) {
  switch (when) {
    case When::kTwoOperands:
      return count_operands(words) >= 2;
    case When::kOneOperand:
      return count_operands(words) >= 1;
    case When::kDataOrMethod:
      return has_method(words) || has_option(words, {"-d", "--data", "--json"});
    case When::kAccessOptions:
      return has_option(words, {"--access", "--auth", "--enabled"});
    case When::kRole:
      return has_option(words, {"-r", "--role"});
  }
  return false;
}

}  // namespace

bool is_writing_command(std::string_view command, const Words& arguments) {
  for (const Sometimes& row : kSometimes) {
    if (is_short_for(command, row.command)) return fits(row.when, arguments);
  }
  return std::ranges::any_of(kWriting, [&](std::string_view name) { return is_short_for(command, name); });
}

}  // namespace understudy
