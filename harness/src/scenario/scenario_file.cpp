// A scenario file into scenarios, and the schema of what is accepted.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "check/lines.hpp"
#include "harness/check.hpp"
#include "harness/scenario.hpp"
#include "scenario/cases.hpp"
#include "scenario/containers.hpp"
#include "scenario/covered_errors.hpp"
#include "scenario/exposure_lines.hpp"
#include "scenario/recording_spec.hpp"
#include "scenario/steps.hpp"
#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

/// A scenario while its keys are being read.
struct ScenarioDraft {
  Scenario scenario;
  std::vector<std::pair<Position, StepDraft>> steps{};
  std::vector<std::pair<Position, StepDraft>> finally{};
  bool has_steps = false;
  StepDraft single{};        // keys of a step that stand at the scenario itself
  std::string single_key{};  // the first of them
  Position single_at{};
};

std::vector<std::pair<Position, StepDraft>> read_steps(const Node& value) {
  std::vector<std::pair<Position, StepDraft>> steps;
  for (const Node& item : value.items()) {
    steps.emplace_back(item.at(), StepDraft{});
    read_map(item, step_keys(), steps.back().second, "a step");
  }
  if (steps.empty()) throw InputError{value.at(), "a list of no steps runs nothing"};
  return steps;
}

/// `given` is a world, but for the keys that concern the client, and what answers it before the world does.
void read_given(Scenario& into, const Node& value) {
  std::vector<Node::Entry> world;
  for (const Node::Entry& entry : value.entries()) {
    if (entry.key == "token") {
      into.token = read_word(entry.value, "the token");
    } else if (entry.key == "recording") {
      into.recording = read_recording_spec(entry.value);
    } else if (entry.key == "world") {
      if (value.find("extends") != nullptr)
        throw InputError{entry.key_at, "world and extends mean the same", "leave one out"};
      world.push_back({"extends", entry.key_at, entry.value});
    } else {
      world.push_back(entry);
    }
  }
  into.given = Node::map(value.at(), std::move(world));
}

void add_lines(Scenario& into, const Node& value, bool known) {
  std::ranges::move(read_exposure_lines(value, known), std::back_inserter(into.exposure_lines));
}

json steps_schema() { return {{"type", "array"}, {"items", {{"$ref", "#/$defs/step"}}}, {"minItems", 1}}; }

Keys<ScenarioDraft> own_keys() {
  const json flag{{"type", "boolean"}};
  const json text{{"type", "string"}, {"minLength", 1}};
  return {
      {"scenario", "what holds, as a sentence", text,
       [](ScenarioDraft& into, const Node& value) { into.scenario.name = read_word(value, "the name of a scenario"); },
       true},
      {"tags", "words to select it by; those of a case come to the scenario's", words_schema(),
       [](ScenarioDraft& into, const Node& value) { into.scenario.tags = read_tags(value); }},
      {"client", "the client profile: webpaas if not given", text,
       [](ScenarioDraft& into, const Node& value) { into.scenario.client = read_word(value, "the client"); }},
      {"given",
       "the platform at the start: a world, with world: NAME to start from a file and token: NAME for the client; or "
       "recording: FILE, which answers instead",
       {{"$ref", "#/$defs/given"}},
       [](ScenarioDraft& into, const Node& value) { read_given(into.scenario, value); }},
      {"secrets", "values that may appear only where this file says $NAME: \"random 24\", or the value itself",
       secrets_schema(), [](ScenarioDraft& into, const Node& value) { into.scenario.secrets = read_secrets(value); }},
      {"files", "files in the working directory at the start", given_files_schema(),
       [](ScenarioDraft& into, const Node& value) { into.scenario.files = read_given_files(value); }},
      {"env", "environment variables of every step; null removes one", env_schema(),
       [](ScenarioDraft& into, const Node& value) { read_env(value, into.scenario.env, into.scenario.env_removed); }},
      {"tools", "programs of this machine that may be used, beside the client: [git]", words_schema(),
       [](ScenarioDraft& into, const Node& value) { into.scenario.tools = read_tools(value); }},
      {"containers", "true, or a map: crons and hooks are run, in containers with what files: gives",
       containers_schema(),
       [](ScenarioDraft& into, const Node& value) { into.scenario.containers = read_containers(value); }},
      {"only-if", "what must hold, or it is skipped: linux, macos, \"client >= 5.0\", \"has git\", \"not ...\"",
       words_schema(), [](ScenarioDraft& into, const Node& value) { into.scenario.only_if = read_conditions(value); }},
      {"skip", "a reason not to run it", text,
       [](ScenarioDraft& into, const Node& value) { into.scenario.skip = read_word(value, "the reason"); }},
      {"timeout", "real time that each step may take", duration_schema(),
       [](ScenarioDraft& into, const Node& value) { into.scenario.timeout = read_duration(value); }},
      {"strict", "true: reads that are not listed fail, not only writes", flag,
       [](ScenarioDraft& into, const Node& value) { into.scenario.strict = value.boolean(); }},
      {"any-host", "true: other hosts may be reached for", flag,
       [](ScenarioDraft& into, const Node& value) { into.scenario.any_host = value.boolean(); }},
      {"steps", "what is done, one after the other; keys of a single step may stand at the scenario itself",
       steps_schema(),
       [](ScenarioDraft& into, const Node& value) {
         into.steps = read_steps(value);
         into.has_steps = true;
       }},
      {"allow", "where a secret may be although the table forbids it, with a reason: in every step",
       exposure_lines_schema(), [](ScenarioDraft& into, const Node& value) { add_lines(into.scenario, value, false); }},
      {"known", "what the client is known to do wrong, with a reason: it has to show up in a step",
       exposure_lines_schema(), [](ScenarioDraft& into, const Node& value) { add_lines(into.scenario, value, true); }},
      {"cases",
       "one scenario for each: what it says stands over the scenario's, keys in capitals are variables",
       {{"type", "array"}, {"items", {{"$ref", "#/$defs/case"}}}, {"minItems", 1}},
       [](ScenarioDraft&, const Node&) {}},  // unrolled before the keys are read
      {"finally", "steps that are done whatever happened before", steps_schema(),
       [](ScenarioDraft& into, const Node& value) { into.finally = read_steps(value); }},
  };
}

/// The scenario's own keys, and those of a step that have no meaning of their own here.
const Keys<ScenarioDraft>& scenario_keys() {
  static const Keys<ScenarioDraft> keys = [] {
    Keys<ScenarioDraft> result = own_keys();
    for (const Key<StepDraft>& key : step_keys()) {
      if (std::ranges::find(result, key.name, &Key<ScenarioDraft>::name) != result.end()) continue;
      result.push_back({key.name, key.help, key.schema, [&key](ScenarioDraft& into, const Node& value) {
                          if (into.single_key.empty()) {
                            into.single_key = key.name;
                            into.single_at = value.at();
                          }
                          key.read(into.single, value);
                        }});
    }
    return result;
  }();
  return keys;
}

std::vector<std::string> case_keys() {
  std::vector<std::string> names;
  for (const Key<ScenarioDraft>& key : scenario_keys()) {
    if (key.name != "scenario" && key.name != "cases") names.push_back(key.name);
  }
  return names;
}

void require_containers(const StepDraft& step) {
  for (std::size_t i = 0; i < step.listed.size(); ++i) {
    if (!std::ranges::find(check_kinds(), step.listed[i], &CheckKind::key)->needs_containers) continue;
    throw InputError{step.listed_at[i], "\"" + step.listed[i] + "\" expects something of what runs in containers",
                     "write containers: true at the scenario"};
  }
}

Scenario finish_scenario(ScenarioDraft draft, const Position& at) {
  Scenario& scenario = draft.scenario;
  if (!draft.single_key.empty() && draft.has_steps) {
    throw InputError{draft.single_at, "\"" + draft.single_key + "\" belongs to a step, and this scenario has steps:",
                     "put it under one of them"};
  }
  if (!draft.single_key.empty()) draft.steps.emplace_back(at, std::move(draft.single));
  if (draft.steps.empty()) throw InputError{at, "this scenario does nothing", "it needs run: or steps:"};
  for (ExposureLine& line : scenario.exposure_lines) line.somewhere = draft.has_steps;
  for (auto* const steps : {&draft.steps, &draft.finally}) {
    for (auto& [step_at, step] : *steps)
      std::ranges::copy(scenario.exposure_lines, std::back_inserter(step.step.exposure_lines));
  }
  if (!scenario.containers) {
    for (const auto& [step_at, step] : draft.steps) require_containers(step);
    for (const auto& [step_at, step] : draft.finally) require_containers(step);
  }
  for (auto& [step_at, step] : draft.steps) {
    scenario.steps.push_back(finish_step(std::move(step), step_at, scenario.strict, scenario.any_host));
  }
  for (auto& [step_at, step] : draft.finally) {
    scenario.finally.push_back(finish_step(std::move(step), step_at, scenario.strict, scenario.any_host));
  }
  return std::move(scenario);
}

/// The lines of each document: from the `---` before it, comments included, to the one after it.
std::vector<LineRange> lines_of(const std::vector<Node>& documents, std::string_view text) {
  const std::vector<std::string> lines = split_lines(text);
  std::vector<LineRange> result;
  int first = 1;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const int next = i + 1 < documents.size() ? documents[i + 1].at().line : static_cast<int>(lines.size()) + 1;
    int end = next;
    for (int line = next - 1; line > documents[i].at().line; --line) {
      if (lines[static_cast<std::size_t>(line - 1)].starts_with("---")) end = line;
    }
    result.push_back({first, end - 1});
    first = end;
  }
  return result;
}

int line_after_cases(const Node& document, int last_line) {
  int result = last_line + 1;
  const int cases = document.find("cases")->at().line;
  for (const Node::Entry& entry : document.entries()) {
    if (entry.key_at.line > cases) result = std::min(result, entry.key_at.line);
  }
  return result;
}

void set_lines(std::vector<Scenario>& scenarios, const Node& document, const LineRange& lines) {
  if (document.find("cases") == nullptr) {
    scenarios[0].last_line = lines.last;
    scenarios[0].lines = {lines};
    return;
  }
  const int after = line_after_cases(document, lines.last);
  const LineRange before{lines.first, scenarios.front().at.line - 1};
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const int next = i + 1 < scenarios.size() ? scenarios[i + 1].at.line : after;
    scenarios[i].last_line = std::max(scenarios[i].at.line, next - 1);
    scenarios[i].lines = {{scenarios[i].at.line, scenarios[i].last_line}, before, {after, lines.last}};
  }
}

std::vector<Scenario> read_document(const Node& document, const LineRange& lines, const std::string& file) {
  std::vector<Scenario> scenarios;
  if (document.entries().empty()) throw InputError{document.at(), "a scenario is a map with the key \"scenario\""};
  for (const UnrolledCase& unrolled : unroll_cases(document, case_keys())) {
    ScenarioDraft draft;
    read_map(unrolled.scenario, scenario_keys(), draft, "a scenario");
    draft.scenario.file = file;
    draft.scenario.at = unrolled.at;
    draft.scenario.case_name = unrolled.name;
    draft.scenario.variables = unrolled.variables;
    scenarios.push_back(finish_scenario(std::move(draft), unrolled.at));
  }
  set_lines(scenarios, document, lines);
  return scenarios;
}

void require_different_titles(const std::vector<Scenario>& scenarios) {
  std::map<std::string, Position> seen;
  for (const Scenario& scenario : scenarios) {
    const auto [first, is_new] = seen.emplace(scenario.title(), scenario.at);
    if (!is_new) {
      throw InputError{scenario.at, "two scenarios of this file are called \"" + scenario.title() + "\"",
                       fmt::format("the first is in line {}", first->second.line)};
    }
  }
}

std::vector<Scenario> read_documents(const std::vector<Node>& documents, std::string_view text,
                                     const std::string& file) {
  const std::vector<LineRange> lines = lines_of(documents, text);
  std::vector<Scenario> scenarios;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (documents[i].is(Node::Kind::kNull)) continue;  // nothing after the last ---
    std::ranges::move(read_document(documents[i], lines[i], file), std::back_inserter(scenarios));
  }
  if (scenarios.empty()) throw InputError{{file, 1, 1}, "there is no scenario in this file"};
  require_different_titles(scenarios);
  return scenarios;
}

/// A world's schema with the keys that `given` has beside those of a world.
json given_schema(json world) {
  world.erase("$schema");
  world.erase("$id");
  world.erase("$defs");
  world.erase("required");
  world["properties"]["world"] = {{"type", "string"}, {"description", "name of a world to start from"}};
  world["properties"]["recording"] = recording_spec_schema();
  world["properties"]["token"] = {
      {"type", "string"},
      {"description", "which of the world's tokens the client gets: its name, or none; the first if not given"}};
  return world;
}

}  // namespace

std::vector<Scenario> parse_scenarios(std::string_view text, const std::string& file_name) {
  const std::vector<Node> documents = parse_documents(text, file_name);
  try {
    return read_documents(documents, text, file_name);
  } catch (const InputError& error) {
    SecretRegistry secrets;
    add_written_secrets(documents, secrets);
    throw covered(error, secrets);
  }
}

std::vector<Scenario> load_scenarios(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw InputError{{file.string()}, "is a folder, not a file"};
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw InputError{{file.string()}, "cannot be opened"};
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_scenarios(text.str(), file.string());
}

json scenario_schema(const json& world) {
  json schema = schema_of(scenario_keys());
  json one_case = schema;
  one_case["properties"].erase("scenario");
  one_case["properties"].erase("cases");
  one_case["properties"]["name"] = {
      {"type", "string"}, {"minLength", 1}, {"description", "what is special about this case"}};
  one_case["required"] = json::array({"name"});
  one_case["patternProperties"] = {
      {"^[A-Z][A-Z0-9_]*$",
       {{"type", json::array({"string", "number", "boolean"})}, {"description", "a variable: $NAME in the scenario"}}}};
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Understudy scenario";
  schema["$defs"] = world.value("$defs", json::object());
  schema["$defs"]["given"] = given_schema(world);
  schema["$defs"]["step"] = schema_of(step_keys());
  schema["$defs"]["case"] = one_case;
  return schema;
}

}  // namespace understudy
