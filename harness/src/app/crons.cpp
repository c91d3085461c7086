#include "app/crons.hpp"

#include <fmt/format.h>

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::int64_t kDay = 86400;  // the platform's longest, and its default

/// One cron as it is being read: which of the two ways of naming a command it used.
struct Draft {
  CronDefinition cron{};
  std::optional<std::string> cmd{};
  Position cmd_at{};
  std::optional<std::string> start{};
};

std::chrono::seconds read_seconds(const Node& value, std::string_view what) {
  const std::int64_t seconds = value.integer();
  if (seconds < 1 || seconds > kDay) {
    throw InputError{value.at(), fmt::format("a {} has 1 to {} seconds, not {}", what, kDay, seconds)};
  }
  return std::chrono::seconds{seconds};
}

void read_start(Draft& into, const Node& value) {
  into.start = value.text();
  into.cron.start_at = value.at();
}

void read_commands(Draft& into, const Node& value) {
  static const Keys<Draft> kKeys{
      {"start", "run when it is due", {}, read_start},
      {"stop",
       "run when it is cancelled",
       {},
       [](Draft& draft, const Node& node) {
         if (!node.is(Node::Kind::kNull)) draft.cron.stop = node.text();
       }},
  };
  if (value.is_scalar()) {
    throw InputError{value.at(), fmt::format("the commands of a cron are a map, found {}", describe(value.kind())),
                     "write commands: {start: COMMAND}"};
  }
  read_map(value, kKeys, into, "the commands of a cron");
}

const Keys<Draft>& cron_keys() {
  static const Keys<Draft> kKeys{
      {"spec",
       "when it runs",
       {},
       [](Draft& into, const Node& value) {
         into.cron.spec = value.text();
         into.cron.spec_at = value.at();
       }},
      {"commands", "what it runs", {}, read_commands},
      {"cmd",
       "what it runs (deprecated)",
       {},
       [](Draft& into, const Node& value) {
         into.cmd = value.text();
         into.cmd_at = value.at();
       }},
      {"timeout",
       "longest run",
       {},
       [](Draft& into, const Node& value) { into.cron.timeout = read_seconds(value, "timeout"); }},
      {"shutdown_timeout",
       "from cancelling to SIGKILL",
       {},
       [](Draft& into, const Node& value) { into.cron.shutdown_timeout = read_seconds(value, "shutdown_timeout"); }},
  };
  return kKeys;
}

/// The one command of the two ways to name it.
void choose_command(Draft& draft, std::vector<Remark>& remarks) {
  CronDefinition& cron = draft.cron;
  if (draft.cmd && draft.start) {
    throw InputError{draft.cmd_at, fmt::format("the cron \"{}\" has both cmd and commands.start", cron.name),
                     "keep commands.start; cmd is its deprecated form"};
  }
  if (!draft.cmd && !draft.start) {
    throw InputError{cron.at, fmt::format("the cron \"{}\" has no command", cron.name),
                     "write commands: {start: COMMAND}"};
  }
  if (draft.cmd) {
    cron.uses_cmd = true;
    cron.start_at = draft.cmd_at;
    remarks.push_back({cron.start_at, fmt::format("the cron \"{}\" uses cmd, which is deprecated; write commands: "
                                                  "{{start: COMMAND}}",
                                                  cron.name)});
  }
  cron.start = draft.cmd ? *draft.cmd : *draft.start;
  if (cron.start.find_first_not_of(" \t\r\n") == std::string::npos) {
    remarks.push_back(
        {cron.start_at, fmt::format("the command of the cron \"{}\" is empty: it runs nothing", cron.name)});
  }
}

CronDefinition read_cron(const Node::Entry& entry, std::vector<Remark>& remarks) {
  Draft draft{.cron = {.name = entry.key, .at = entry.key_at}};
  read_map(entry.value, cron_keys(), draft, fmt::format("the cron \"{}\"", entry.key));
  if (entry.value.find("spec") == nullptr) {
    throw InputError{entry.key_at, fmt::format("the cron \"{}\" needs the key \"spec\"", entry.key),
                     "write spec: '*/5 * * * *' for every five minutes"};
  }
  choose_command(draft, remarks);
  return draft.cron;
}

}  // namespace

std::vector<CronDefinition> read_crons(const Node& node, std::vector<Remark>& remarks) {
  std::vector<CronDefinition> crons;
  for (const Node::Entry& entry : node.entries()) crons.push_back(read_cron(entry, remarks));
  return crons;
}

json to_json(const std::vector<CronDefinition>& crons) {
  json result = json::object();
  for (const CronDefinition& cron : crons) {
    json commands{{"start", cron.start}, {"stop", nullptr}};
    if (!cron.stop.empty()) commands["stop"] = cron.stop;
    json one{{"spec", cron.spec}, {"commands", commands}, {"timeout", kDay}, {"shutdown_timeout", nullptr}};
    if (cron.timeout) one["timeout"] = cron.timeout->count();
    if (cron.shutdown_timeout) one["shutdown_timeout"] = cron.shutdown_timeout->count();
    result[cron.name] = std::move(one);
  }
  return result;
}

}  // namespace understudy
