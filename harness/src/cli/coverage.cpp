#include "cli/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy {
namespace {

using nlohmann::json;

constexpr const char* kKinds[] = {"local", "ssh", "git", "terminal", "other"};

/// "backup" of "backup:create"; "-" for commands without a namespace.
std::string namespace_of(const std::string& command) {
  const std::size_t colon = command.find(':');
  return colon == std::string::npos ? "-" : command.substr(0, colon);
}

/// What an endpoint is about: "/projects/{project}/environments" and the like.
std::string group_of(std::string_view pattern) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = pattern.substr(1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::string group;
  for (std::size_t i = 0; i < parts.size(); i += 2) group += (group.empty() ? "" : " ") + std::string{parts[i]};
  const bool below_environment = group.starts_with("projects environments ");
  const std::size_t words = below_environment ? 3 : 2;
  std::size_t end = 0;
  for (std::size_t i = 0; i < words && end != std::string::npos; ++i) end = group.find(' ', end + (i == 0 ? 0 : 1));
  return group.substr(0, end);
}

std::string kind_of(const CommandKinds& kinds, const std::string& command) {
  for (const auto& [kind, names] : kinds) {
    if (names.contains(command)) return kind;
  }
  return "";
}

struct Row {
  int done = 0;
  int refused = 0;
  int of = 0;
};

std::string missing_text(const CommandCoverage& command) {
  if (!command.done && !command.refused) return "not run";
  return command.done ? "no scenario in which it fails" : "no scenario in which it succeeds";
}

std::string commands_text(const Coverage& coverage) {
  std::map<std::string, Row> rows;
  Row all;
  for (const CommandCoverage& command : coverage.commands) {
    if (!command.kind.empty()) continue;
    for (Row* row : {&rows[namespace_of(command.name)], &all}) {
      row->done += command.done ? 1 : 0;
      row->refused += command.refused ? 1 : 0;
      ++row->of;
    }
  }
  std::string text = fmt::format("{:<28}{:>9}{:>9}{:>6}\n", "commands", "succeed", "fail", "of");
  for (const auto& [name, row] : rows)
    text += fmt::format("  {:<26}{:>9}{:>9}{:>6}\n", name, row.done, row.refused, row.of);
  return text + fmt::format("  {:<26}{:>9}{:>9}{:>6}\n", "all", all.done, all.refused, all.of);
}

std::string beyond_text(const Coverage& coverage) {
  std::string text = fmt::format("{:<28}{:>9}{:>9}{:>6}\n", "beyond HTTP", "run", "", "of");
  for (const char* kind : kKinds) {
    Row row;
    for (const CommandCoverage& command : coverage.commands) {
      if (command.kind != kind) continue;
      row.done += command.done || command.refused ? 1 : 0;
      ++row.of;
    }
    text += fmt::format("  {:<26}{:>9}{:>9}{:>6}\n", kind, row.done, "", row.of);
  }
  return text;
}

std::string endpoints_text(const Coverage& coverage) {
  std::map<std::string, Row> rows;
  Row all;
  int not_answered = 0;
  for (const RouteCoverage& route : coverage.routes) {
    if (!route.route.answered) {
      ++not_answered;
      continue;
    }
    for (Row* row : {&rows[group_of(route.route.pattern)], &all}) {
      row->done += route.done ? 1 : 0;
      ++row->of;
    }
  }
  std::string text = fmt::format("{:<40}{:>9}{:>6}\n", "endpoints", "answered", "of");
  for (const auto& [name, row] : rows) text += fmt::format("  {:<38}{:>9}{:>6}\n", name, row.done, row.of);
  text += fmt::format("  {:<38}{:>9}{:>6}\n", "all", all.done, all.of);
  return text + fmt::format("  {} more operations of the published description are answered by 501\n", not_answered);
}

std::string missing_lines(const Coverage& coverage) {
  std::string text;
  for (const CommandCoverage& command : coverage.commands) {
    if (command.kind.empty() && !(command.done && command.refused))
      text += fmt::format("  {:<40}{}\n", command.name, missing_text(command));
  }
  for (const RouteCoverage& route : coverage.routes) {
    if (route.route.answered && !route.done)
      text += fmt::format("  {:<7}{}  never answered\n", route.route.method, route.route.pattern);
  }
  return text.empty() ? "nothing is missing\n" : "missing\n" + text;
}

}  // namespace

CommandKinds load_command_kinds(const std::filesystem::path& file) {
  CommandKinds kinds;
  Keys<CommandKinds> keys;
  for (const char* kind : kKinds) {
    keys.push_back({kind,
                    "commands of this kind",
                    {{"type", "array"}, {"items", {{"type", "string"}}}},
                    [kind](CommandKinds& into, const Node& value) {
                      for (const Node& name : value.items()) into[kind].insert(name.text());
                    }});
  }
  const std::vector<Node> documents = load_documents(file);
  if (documents.empty()) throw InputError{{file.string(), 1, 1}, "the file is empty"};
  read_map(documents.front(), keys, kinds, "the list of commands");
  return kinds;
}

Coverage coverage_of(std::span<const ScenarioUse> uses, std::span<const ClientCommand> commands,
                     const CommandKinds& kinds, std::span<const KnownRoute> routes) {
  std::map<std::string, CommandCoverage> by_name;
  std::map<std::string, std::string> names;  // alias -> name
  for (const ClientCommand& command : commands) {
    by_name[command.name] = {.name = command.name, .kind = kind_of(kinds, command.name)};
    for (const std::string& alias : command.aliases) names[alias] = command.name;
  }
  for (const auto& [kind, unlisted] : kinds) {
    for (const std::string& name : unlisted) {
      if (!by_name.contains(name)) by_name[name] = {.name = name, .kind = kind, .listed = false};
    }
  }
  std::set<std::pair<std::string, std::string>> answered;
  for (const ScenarioUse& use : uses) {
    for (const CommandUse& command : use.commands) {
      const auto alias = names.find(command.command);
      const auto known = by_name.find(alias == names.end() ? command.command : alias->second);
      if (known == by_name.end()) continue;
      (command.exit_code == 0 ? known->second.done : known->second.refused) = true;
    }
    for (const RouteUse& route : use.routes) {
      if (route.status >= 200 && route.status < 400) answered.emplace(route.method, route.route);
    }
  }
  Coverage coverage;
  for (const auto& [name, command] : by_name) coverage.commands.push_back(command);
  for (const KnownRoute& route : routes) {
    const bool done = answered.contains({std::string{route.method}, std::string{route.pattern}});
    coverage.routes.push_back({route, done});
  }
  return coverage;
}

CoverageNumbers numbers_of(const Coverage& coverage) {
  CoverageNumbers numbers;
  for (const CommandCoverage& command : coverage.commands) {
    if (!command.kind.empty()) {
      numbers.beyond += command.done || command.refused ? 1 : 0;
      continue;
    }
    numbers.done += command.done ? 1 : 0;
    numbers.refused += command.refused ? 1 : 0;
  }
  for (const RouteCoverage& route : coverage.routes) {
    numbers.endpoints += route.route.answered && route.done ? 1 : 0;
    numbers.not_answered += route.route.answered ? 0 : 1;
  }
  return numbers;
}

std::vector<std::string> fallen_numbers(const json& numbers, const Node& floor) {
  std::vector<std::string> fallen;
  for (const Node::Entry& entry : floor.entries()) {
    if (!numbers.contains(entry.key)) {
      std::vector<std::string> known;
      for (const auto& [key, value] : numbers.items()) known.push_back(key);
      throw InputError{entry.key_at, "\"" + entry.key + "\" is no number of the coverage",
                       did_you_mean(entry.key, known)};
    }
    const std::int64_t was = entry.value.integer();
    const auto now = numbers.at(entry.key).get<std::int64_t>();
    const bool worse = entry.key == "operations_missing" ? now > was : now < was;
    if (worse)
      fallen.push_back(fmt::format("{}: {} is {} now, and was {}", to_string(entry.value.at()), entry.key, now, was));
  }
  return fallen;
}

std::string coverage_text(const Coverage& coverage) {
  return commands_text(coverage) + "\n" + beyond_text(coverage) + "\n" + endpoints_text(coverage) + "\n" +
         missing_lines(coverage);
}

json coverage_json(const Coverage& coverage) {
  const CoverageNumbers numbers = numbers_of(coverage);
  json commands = json::array();
  for (const CommandCoverage& command : coverage.commands) {
    commands.push_back({{"name", command.name},
                        {"kind", command.kind.empty() ? "http" : command.kind},
                        {"listed", command.listed},
                        {"succeeds", command.done},
                        {"fails", command.refused}});
  }
  json routes = json::array();
  for (const RouteCoverage& route : coverage.routes) {
    routes.push_back({{"method", route.route.method},
                      {"path", route.route.pattern},
                      {"operation", route.route.operation},
                      {"implemented", route.route.answered},
                      {"answered", route.done}});
  }
  return {{"commands", commands},
          {"endpoints", routes},
          {"numbers",
           {{"commands_succeed", numbers.done},
            {"commands_fail", numbers.refused},
            {"beyond_http", numbers.beyond},
            {"endpoints", numbers.endpoints},
            {"operations_missing", numbers.not_answered}}}};
}

}  // namespace understudy
