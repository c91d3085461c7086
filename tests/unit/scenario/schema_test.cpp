// The published schema and the parser come from the same tables; this holds them together from outside.
#include <gmock/gmock.h>
#include <re2/re2.h>

#include "evidence.hpp"
#include "scenario/steps.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using nlohmann::json;
using testing::IsEmpty;
using testing::IsSupersetOf;

const json kWorld{{"type", "object"},
                  {"properties", {{"extends", {{"type", "string"}}}, {"projects", {{"$ref", "#/$defs/projects"}}}}},
                  {"additionalProperties", false},
                  {"$defs", {{"projects", {{"type", "object"}}}}}};

/// As much of JSON Schema as ours uses. Returns the place of the first violation, or "".
class Validator {
public:
  explicit Validator(json schema) : root_(std::move(schema)) {}  // braces would make it a list of one
  [[nodiscard]] std::string violation(const json& value) const { return check(root_, value, "$"); }

private:
  [[nodiscard]] static bool is_type(const std::string& type, const json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "null") return value.is_null();
    throw std::logic_error{"unknown type " + type};
  }

  [[nodiscard]] std::string check(const json& schema, const json& value, const std::string& at) const {
    static const std::vector<std::string> known{"type",
                                                "properties",
                                                "patternProperties",
                                                "additionalProperties",
                                                "required",
                                                "items",
                                                "anyOf",
                                                "enum",
                                                "const",
                                                "pattern",
                                                "minLength",
                                                "minItems",
                                                "minProperties",
                                                "maxProperties",
                                                "minimum",
                                                "maximum",
                                                "$ref",
                                                "$defs",
                                                "description",
                                                "$schema",
                                                "title"};
    for (const auto& [key, unused] : schema.items()) {
      if (std::ranges::find(known, key) == known.end()) throw std::logic_error{"unknown keyword " + key};
    }
    if (schema.contains("$ref"))
      return check(root_.at(json::json_pointer{schema["$ref"].get<std::string>().substr(1)}), value, at);
    if (schema.contains("anyOf")) {
      const bool any =
          std::ranges::any_of(schema["anyOf"], [&](const json& option) { return check(option, value, at).empty(); });
      if (!any) return at;
    }
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) return at;
    if (schema.contains("const") && schema["const"] != value) return at;
    if (schema.contains("type")) {
      const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
      const bool any = std::ranges::any_of(types, [&](const json& type) { return is_type(type, value); });
      if (!any) return at;
    }
    if (value.is_string() && schema.contains("pattern") &&
        !RE2::PartialMatch(value.get<std::string>(), schema["pattern"].get<std::string>()))
      return at;
    if (value.is_array()) return check_items(schema, value, at);
    return value.is_object() ? check_properties(schema, value, at) : "";
  }

  [[nodiscard]] std::string check_items(const json& schema, const json& value, const std::string& at) const {
    if (value.size() < schema.value("minItems", 0U)) return at;
    for (std::size_t i = 0; schema.contains("items") && i < value.size(); ++i) {
      if (std::string found = check(schema["items"], value[i], at + "[" + std::to_string(i) + "]"); !found.empty())
        return found;
    }
    return "";
  }

  [[nodiscard]] std::string check_properties(const json& schema, const json& value, const std::string& at) const {
    if (value.size() < schema.value("minProperties", 0U) || value.size() > schema.value("maxProperties", 1000U))
      return at;
    for (const json& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) return at + "." + name.get<std::string>();
    }
    const json patterns = schema.value("patternProperties", json::object());
    for (const auto& [key, item] : value.items()) {
      const json* below = nullptr;
      if (schema.contains("properties") && schema["properties"].contains(key)) below = &schema["properties"][key];
      for (const auto& [pattern, option] : patterns.items()) {
        if (below == nullptr && RE2::PartialMatch(key, pattern)) below = &option;
      }
      if (below == nullptr && schema.contains("additionalProperties")) {
        if (schema["additionalProperties"] == false) return at + "." + key;
        below = &schema["additionalProperties"];
      }
      if (below == nullptr) continue;
      if (std::string found = check(*below, item, at + "." + key); !found.empty()) return found;
    }
    return "";
  }

  json root_;
};

json as_json(const std::string& yaml) { return parse_documents(yaml, "s.yaml").at(0).to_json(); }

TEST(ScenarioSchema, HasEveryKeyThatTheParserKnowsAndNoOther) {
  const json schema = scenario_schema(kWorld);
  const std::string fallback = "zzzz";
  for (const auto& [key, unused] : schema["properties"].items()) {
    EXPECT_THAT(complaint("scenario: s\n" + (key == "scenario" ? "tags: t" : key + ": {" + fallback + ": 1}") + "\n"),
                Not(testing::HasSubstr("unknown key \"" + key)))
        << key;
  }
  for (const auto& [key, unused] : schema["$defs"]["step"]["properties"].items()) {
    EXPECT_THAT(complaint("scenario: s\nsteps: [{" + key + ": {" + fallback + ": 1}}]\n"),
                Not(testing::HasSubstr("unknown key \"" + key)))
        << key;
  }
  for (const Key<StepDraft>& key : step_keys()) {
    EXPECT_TRUE(schema["$defs"]["step"]["properties"].contains(key.name)) << key.name;
    EXPECT_TRUE(schema["properties"].contains(key.name)) << key.name;
    EXPECT_TRUE(schema["$defs"]["case"]["properties"].contains(key.name)) << key.name;
  }
  for (const CheckKind& kind : check_kinds())
    EXPECT_TRUE(schema["$defs"]["step"]["properties"].contains(kind.key)) << kind.key;
  for (const char* key : {"scenario", "tags", "client", "given", "secrets", "files", "env", "tools", "containers",
                          "only-if", "skip", "timeout", "strict", "any-host", "steps", "cases", "finally"}) {
    EXPECT_TRUE(schema["properties"].contains(key)) << key;
  }
  EXPECT_EQ(schema["required"], json::array({"scenario"}));
  EXPECT_TRUE(schema["$defs"].contains("projects"))
      << "definitions of the world's schema must stay where its references lead";
}

TEST(ScenarioSchema, ExplainsEveryKey) {
  const json schema = scenario_schema(kWorld);
  for (const json* map :
       {&schema["properties"], &schema["$defs"]["step"]["properties"], &schema["$defs"]["case"]["properties"]}) {
    for (const auto& [key, value] : map->items()) EXPECT_FALSE(value.value("description", "").empty()) << key;
  }
}

struct Row {
  std::string name;
  std::string yaml;
  std::string violation;  // "" = valid
};
class ScenarioSchemaSays : public testing::TestWithParam<Row> {};

TEST_P(ScenarioSchemaSays, WhatTheParserSays) {
  const Validator validator{scenario_schema(kWorld)};

  EXPECT_EQ(validator.violation(as_json(GetParam().yaml)), GetParam().violation);
  EXPECT_EQ(complaint(GetParam().yaml).empty(), GetParam().violation.empty()) << complaint(GetParam().yaml);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, ScenarioSchemaSays,
    testing::Values(Row{"short", "scenario: s\nrun: a\n", ""},
                    Row{"full", R"yaml(scenario: s
tags: [a, b]
given: {world: demo, token: none, projects: {p: {}}}
secrets: {DB_PASS: random 24}
files: {a: b, c: {text: d, executable: true}}
env: {A: b, B: null}
tools: [git]
only-if: [linux, client >= 5.0]
timeout: 20s
strict: true
any-host: false
steps:
- run: webpaas a
  exit: [0, SIGTERM]
  stdin: x
  stdout: [a, b]
  stderr: {contains: a, is: "b", matches: [c], not: [d, {matches: e}], empty: false, lines: 2.., in-order: [f]}
  files: {a: null, b: c, "~/d": {mode: "0600", contains: [x]}, e: {absent: true}}
  requests:
  - GET /a
  - POST /b: {json: {a: "#string"}, form: {a: b}, headers: {A: null}, query: {q: [1, 2]}, status: 200, times: 2..3, body: x, response: {json: {a: 1}}, user: CI}
  - GET /c:
  - never: [GET /d]
  - any-order: [GET /e, GET /f: {status: [200, 404]}]
  - exactly: true
  activity: {backup: pending, push: {state: complete}}
  state: {/a: absent, /b: {status: 403}, /c: [], /d: {x: 1}}
  blocks: {for: 12m, on: backup}
  capture: {ID: $.id, X: {request: GET /a, json: $.b}}
- advance: 20m
- sh: echo
  tty: [{expect: a, send: y, raw: true}]
  screen: x
  blocks: no
  requests: {any-order: [GET /x], never: GET /y, exactly: true}
finally:
- run: b
  requests: none
)yaml",
                        ""},
                    Row{"cases", "scenario: s\nrun: a $X\ncases:\n- {name: n, X: 1, exit: 3}\n", ""},
                    Row{"case_variables",
                        "scenario: s\nsteps:\n- run: a\n  exit: $X\n  timeout: $T\n  requests: [GET /x: {times: $X, "
                        "status: $S}]\ncases: [{name: n, X: 1, T: 5s, S: 200}]\n",
                        ""},
                    Row{"containers",
                        "scenario: s\ncontainers: {app: {a: b}, shell: /bin/bash, client: build}\nadvance: 1h\n"
                        "crons: {a: {exit: [0, 143], state: ended, took: 1h, blocks: no}}\nhooks: {build: {runs: 1}}\n",
                        ""},
                    Row{"container_variables",
                        "scenario: s\ncontainers: {app: $A, shell: $S, client: $C}\nadvance: 1h\n"
                        "crons: {a: {runs: $N, exit: $E, state: $R, took: $T, blocks: $B}}\n"
                        "cases: [{name: n, A: b, S: /bin/sh, C: path, N: 2, E: 3, R: ended, T: 1h, B: no}]\n",
                        ""},
                    Row{"shell", "scenario: s\nrun: a\ncontainers: {shell: bash}\n", "$.containers"},
                    Row{"cron_state", "scenario: s\ncontainers: true\nrun: a\ncrons: {a: {state: done}}\n",
                        "$.crons.a.state"},
                    Row{"no_name", "run: a\n", "$.scenario"}, Row{"unknown", "scenario: s\nrun: a\nrnu: b\n", "$.rnu"},
                    Row{"exit", "scenario: s\nrun: a\nexit: never\n", "$.exit"},
                    Row{"request", "scenario: s\nrun: a\nrequests: [FETCH /x]\n", "$.requests"},
                    Row{"request_detail", "scenario: s\nrun: a\nrequests: [GET /x: {jsn: 1}]\n", "$.requests"},
                    Row{"step_key", "scenario: s\nsteps: [{run: a, out: b}]\n", "$.steps[0].out"},
                    Row{"case_key", "scenario: s\nrun: a\ncases: [{name: n, wait: 1}]\n", "$.cases[0].wait"},
                    Row{"state", "scenario: s\nrun: a\nstate: {x: absent}\n", "$.state.x"},
                    Row{"activity", "scenario: s\nrun: a\nactivity: {x: done}\n", "$.activity.x"},
                    Row{"blocks", "scenario: s\nrun: a\nblocks: 5 polls\n", "$.blocks"},
                    Row{"duration", "scenario: s\nadvance: soon\n", "$.advance"},
                    Row{"secret", "scenario: s\nrun: a\nsecrets: {pass: random 24}\n", "$.secrets.pass"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
