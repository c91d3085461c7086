#include "scenario/steps.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "check/check_exposures.hpp"
#include "check/json_path.hpp"
#include "check/request_pattern.hpp"
#include "scenario/exposure_lines.hpp"
#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

struct TurnDraft {
  TerminalTurn turn;
  bool raw = false;
};

const Keys<TurnDraft>& turn_keys() {
  static const Keys<TurnDraft> keys{
      {"expect",
       "a text that has to appear on the terminal",
       {{"type", json::array({"string", "number", "boolean"})}},
       [](TurnDraft& into, const Node& value) { into.turn.expect = value.scalar_text(); },
       true},
      {"send",
       "what is typed then; Enter is added",
       {{"type", json::array({"string", "number", "boolean"})}},
       [](TurnDraft& into, const Node& value) { into.turn.send = value.scalar_text(); }},
      {"raw",
       "true: just these characters, without Enter",
       {{"type", "boolean"}},
       [](TurnDraft& into, const Node& value) { into.raw = value.boolean(); }},
  };
  return keys;
}

void read_terminal(StepDraft& into, const Node& value) {
  std::vector<TerminalTurn> turns;
  if (value.is(Node::Kind::kBoolean)) {
    if (!value.boolean()) throw InputError{value.at(), "tty: false is how it is anyway", "leave it out"};
  } else {
    for (const Node& item : value.items()) {
      TurnDraft draft;
      read_map(item, turn_keys(), draft, "a turn of the conversation");
      if (draft.turn.expect.empty())
        throw InputError{item.at(), "an empty text appears at once", "write what the client asks"};
      const bool enter = item.find("send") != nullptr && !draft.raw && !draft.turn.send.ends_with('\n') &&
                         !draft.turn.send.ends_with('\r');
      if (enter) draft.turn.send += '\r';
      turns.push_back(std::move(draft.turn));
    }
  }
  into.step.terminal = std::move(turns);
}

const Keys<Capture>& capture_keys() {
  static const Keys<Capture> keys{
      {"json",
       "the place in the JSON that it wrote (or sent): $.id",
       {{"type", "string"}, {"pattern", "^\\$"}},
       [](Capture& into, const Node& value) {
         into.json_path = JsonPath{value.text(), value.at()}.text();
       }},
      {"matches",
       "a regular expression with one group",
       {{"type", "string"}},
       [](Capture& into, const Node& value) {
         into.pattern = value.text();
         const RE2 pattern{into.pattern, RE2::Quiet};
         if (!pattern.ok())
           throw InputError{value.at(), "the pattern cannot be understood: " + pattern.error(), "it is RE2's syntax"};
         if (pattern.NumberOfCapturingGroups() != 1)
           throw InputError{value.at(), "the pattern needs one group", "put ( ) around what is wanted"};
       }},
      {"from",
       "stdout (if not given) or stderr",
       {{"enum", json::array({"stdout", "stderr"})}},
       [](Capture& into, const Node& value) {
         if (value.text() != "stdout" && value.text() != "stderr")
           throw InputError{value.at(), "\"" + value.text() + "\" is neither stdout nor stderr"};
         into.source = value.text() == "stderr" ? Capture::Source::kStderr : Capture::Source::kStdout;
       }},
      {"request",
       "take it from the body of the last request like this: POST /oauth2/token",
       {{"type", "string"}},
       [](Capture& into, const Node& value) {
         into.request = RequestPattern::parse(value.text(), value.at()).text();
         into.source = Capture::Source::kRequest;
       }},
  };
  return keys;
}

void read_captures(StepDraft& into, const Node& value) {
  for (const Node::Entry& entry : value.entries()) {
    if (!is_variable_name(entry.key)) {
      throw InputError{entry.key_at, "\"" + entry.key + "\" is no name for a captured value",
                       "write it in capitals: it is used as $NAME"};
    }
    Capture capture{.name = entry.key, .at = entry.value.at()};
    if (!entry.value.is(Node::Kind::kMap)) {  // a text: a JSON path, or else a pattern
      const std::string key = entry.value.text().starts_with("$") ? "json" : "matches";
      read_map(Node::map(entry.value.at(), {{key, entry.value.at(), entry.value}}), capture_keys(), capture,
               "a capture");
    } else {
      read_map(entry.value, capture_keys(), capture, "a capture");
      if (entry.value.find("from") != nullptr && entry.value.find("request") != nullptr) {
        throw InputError{entry.value.at(), "a capture is taken either from an output or from a request"};
      }
    }
    if (!capture.json_path.empty() && !capture.pattern.empty()) {
      throw InputError{entry.value.at(), "a capture has json or matches, not both"};
    }
    into.step.captures.push_back(std::move(capture));
  }
}

void read_command(StepDraft& into, Step::Kind kind, const std::string& key, const Node& value) {
  into.commands.push_back(key);
  into.step.kind = kind;
  into.step.at = value.at();
  if (kind == Step::Kind::kAdvance) {
    into.step.advance = read_duration(value);
    into.step.command = "advance " + value.scalar_text();
    return;
  }
  into.step.command = read_word(value, "the command");
  if (kind != Step::Kind::kRun) return;
  if (split_words(into.step.command, value.at()).empty()) throw InputError{value.at(), "the command is empty"};
}

Key<StepDraft> command_key(const std::string& name, const std::string& help, Step::Kind kind, const json& schema) {
  return {name, help, schema,
          [name, kind](StepDraft& into, const Node& value) { read_command(into, kind, name, value); }};
}

Keys<StepDraft> make_step_keys() {
  const json command{{"type", "string"}, {"minLength", 1}};
  const json turns{{"anyOf", json::array({{{"const", true}}, {{"type", "array"}, {"items", schema_of(turn_keys())}}})}};
  const json captures{
      {"type", "object"},
      {"additionalProperties", {{"anyOf", json::array({{{"type", "string"}}, schema_of(capture_keys())})}}}};
  Keys<StepDraft> keys{
      command_key("run", "a command line, as a person types it; split into words like a shell does, but no shell runs",
                  Step::Kind::kRun, command),
      command_key("sh", "a command line for /bin/sh", Step::Kind::kShell, command),
      command_key("advance", "platform time to let pass: 20m", Step::Kind::kAdvance, duration_schema()),
      {"client",
       "the client profile of this step",
       {{"type", "string"}},
       [](StepDraft& into, const Node& value) { into.step.client = read_word(value, "the client"); }},
      {"stdin",
       "what stands on standard input; nothing if not given",
       {{"type", json::array({"string", "number", "boolean"})}},
       [](StepDraft& into, const Node& value) { into.step.stdin_text = value.scalar_text(); }},
      {"tty", "run it on a terminal: true, or the conversation: a list of {expect, send}", turns, read_terminal},
      {"env", "environment variables, beside the scenario's; null removes one", env_schema(),
       [](StepDraft& into, const Node& value) { read_env(value, into.step.env, into.step.env_removed); }},
      {"write", "files written into the working directory just before", given_files_schema(),
       [](StepDraft& into, const Node& value) { into.step.files = read_given_files(value); }},
      {"timeout", "real time after which it is ended and has failed", duration_schema(),
       [](StepDraft& into, const Node& value) { into.step.timeout = read_duration(value); }},
      {"capture", "values for later steps, by name: {ID: \"$.id\"} from JSON, {ID: 'id=(\\w+)'} by pattern, or a map",
       captures, read_captures},
  };
  for (const bool known : {false, true}) {
    keys.push_back({known ? "known" : "allow",
                    known ? "what the client is known to do wrong, with a reason: it has to show up"
                          : "where a secret may be although the table forbids it, with a reason",
                    exposure_lines_schema(), [known](StepDraft& into, const Node& value) {
                      std::ranges::move(read_exposure_lines(value, known),
                                        std::back_inserter(into.step.exposure_lines));
                    }});
  }
  for (const CheckKind& kind : check_kinds()) {
    keys.push_back({kind.key, kind.help, kind.schema, [&kind](StepDraft& into, const Node& value) {
                      for (auto& check : kind.parse(value)) into.step.checks.push_back(std::move(check));
                      into.listed.push_back(kind.key);
                      into.listed_at.push_back(value.at());
                    }});
  }
  return keys;
}

void require_client(const StepDraft& draft) {
  for (std::size_t i = 0; i < draft.listed.size(); ++i) {
    const auto kind = std::ranges::find(check_kinds(), draft.listed[i], &CheckKind::key);
    if (kind->needs_client) {
      throw InputError{draft.listed_at[i],
                       "\"" + draft.listed[i] + "\" expects something of a command, and advance: runs none",
                       "put it under the next step"};
    }
  }
  const Step& step = draft.step;
  if (step.stdin_text || step.terminal || !step.captures.empty()) {
    throw InputError{step.at, "advance: runs no command: stdin, tty and capture mean nothing there"};
  }
}

void require_streams(const StepDraft& draft) {
  const bool terminal = draft.step.terminal.has_value();
  if (terminal && draft.step.stdin_text)
    throw InputError{draft.step.at, "a step has tty or stdin, not both", "on a terminal, write {expect, send}"};
  for (std::size_t i = 0; i < draft.listed.size(); ++i) {
    if (draft.listed[i] == "screen" && !terminal) {
      throw InputError{draft.listed_at[i], "screen: needs a terminal", "add tty: true, or write stdout: or stderr:"};
    }
    if (draft.listed[i] == "stderr" && terminal) {
      throw InputError{draft.listed_at[i], "on a terminal, standard error cannot be told from standard output",
                       "write screen:"};
    }
  }
}

}  // namespace

const Keys<StepDraft>& step_keys() {
  static const Keys<StepDraft> keys = make_step_keys();
  return keys;
}

Step finish_step(StepDraft draft, const Position& at, bool strict, bool any_host) {
  if (draft.commands.empty()) throw InputError{at, "this step does nothing", "it needs run:, sh: or advance:"};
  if (draft.commands.size() > 1) {
    throw InputError{draft.step.at,
                     fmt::format("a step does one thing, and this one has {}", fmt::join(draft.commands, " and ")),
                     "make two steps of it"};
  }
  Step& step = draft.step;
  if (step.kind == Step::Kind::kAdvance) {
    require_client(draft);
    step.checks.push_back(no_exposure(step.at, step.exposure_lines));
    return std::move(step);
  }
  require_streams(draft);
  const StepRules rules{.at = step.at,
                        .strict = strict,
                        .any_host = any_host,
                        .terminal = step.terminal.has_value(),
                        .exposure_lines = step.exposure_lines};
  for (auto& check : implied_checks(draft.listed, step.checks, rules)) step.checks.push_back(std::move(check));
  return std::move(step);
}

}  // namespace understudy
