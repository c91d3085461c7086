#include "scenario/exposure_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

const Keys<ExposureLine>& line_keys() {
  static const Keys<ExposureLine> keys = [] {
    const json text{{"type", "string"}, {"minLength", 1}};
    json rules = json::array();
    for (const AuthRule& rule : auth_rules()) rules.push_back(rule.name);
    return Keys<ExposureLine>{
        {"secret", "its name or its kind; * stands for anything: access token", text,
         [](ExposureLine& into, const Node& value) { into.secret = read_word(value, "the secret"); }},
        {"in", "the place, as the report says it; * stands for anything: argument of curl", text,
         [](ExposureLine& into, const Node& value) { into.in = read_word(value, "the place"); }},
        {"shape", "what was made of it; any if not given: base64*", text,
         [](ExposureLine& into, const Node& value) { into.shape = read_word(value, "the shape"); }},
        {"auth",
         "instead of secret: a rule of authentication that is broken",
         {{"enum", rules}},
         [](ExposureLine& into, const Node& value) {
           into.rule = value.text();
           std::vector<std::string> names;
           for (const AuthRule& rule : auth_rules()) names.push_back(rule.name);
           if (std::ranges::find(names, into.rule) == names.end())
             throw InputError{value.at(), "there is no rule of authentication \"" + into.rule + "\"",
                              did_you_mean(into.rule, names)};
         }},
        {"reason", "why; the report repeats it", text,
         [](ExposureLine& into, const Node& value) { into.reason = read_word(value, "the reason"); }, true},
    };
  }();
  return keys;
}

}  // namespace

std::vector<ExposureLine> read_exposure_lines(const Node& value, bool known) {
  std::vector<ExposureLine> lines;
  for (const Node& item : value.items()) {
    ExposureLine& line = lines.emplace_back();
    line.at = item.at();
    line.known = known;
    read_map(item, line_keys(), line, known ? "a known finding" : "what is allowed");
    if (line.rule.empty() == line.secret.empty())
      throw InputError{item.at(), "it is about a secret or about a rule of authentication",
                       "write {secret: access token, in: stdout, reason: ...} or {auth: exchange-form, reason: ...}"};
    if (line.rule.empty() && line.in.empty())
      throw InputError{item.at(), "it does not say where the secret may be", "write in:, for instance in: stdout"};
  }
  return lines;
}

json exposure_lines_schema() { return {{"type", "array"}, {"items", schema_of(line_keys())}, {"minItems", 1}}; }

}  // namespace understudy
