#include "scenario/exposure_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const SecretKind kind :
       {SecretKind::kOther, SecretKind::kApiToken, SecretKind::kAccessToken, SecretKind::kRefreshToken,
        SecretKind::kAuthorizationCode, SecretKind::kPkceVerifier, SecretKind::kVariable, SecretKind::kPrivateKey})
    names.emplace_back(to_string(kind));
  for (std::size_t i = 0, count = names.size(); i < count; ++i) names.push_back("fingerprint of " + names[i]);
  return names;
}

/// A secret may have any name, but what is nearly a kind and no beginning of a name with one is a slip: the line would
/// fit nothing, and nobody would notice.
void require_no_slip(const std::string& secret, const Position& at) {
  static const std::vector<std::string> kKinds = kinds();
  const auto begins = [&](const std::string& kind) { return secret == kind || secret.starts_with(kind + " "); };
  const bool is_pattern = secret.find_first_of("*?[") != std::string::npos;
  if (is_pattern || is_variable_name(secret) || std::ranges::any_of(kKinds, begins)) return;
  if (const std::string hint = did_you_mean(secret, kKinds); !hint.empty())
    throw InputError{at, "there is no kind of secret \"" + secret + "\"", hint};
}

/// The report's places all begin with one of these.
void require_place(const std::string& pattern, const Position& at) {
  static const std::vector<std::string> kFirstWords{
      "stdout",   "stderr",      "screen", "output", "file", "name",     "link",     "attribute",
      "argument", "environment", "target", "header", "body", "response", "activity",
  };
  const std::size_t end = std::min(pattern.find_first_of(" *?[|"), pattern.size());
  const std::string word = pattern.substr(0, end);
  const bool whole = end == pattern.size() || pattern[end] == ' ';
  const auto fits = [&](const std::string& first) { return whole ? first == word : first.starts_with(word); };
  if (std::ranges::none_of(kFirstWords, fits))
    throw InputError{at, "no place begins with \"" + word + "\"", did_you_mean(word, kFirstWords)};
}

const Keys<ExposureLine>& line_keys() {
  static const Keys<ExposureLine> keys = [] {
    const json text{{"type", "string"}, {"minLength", 1}};
    json rules = json::array();
    for (const AuthRule& rule : auth_rules()) rules.push_back(rule.name);
    return Keys<ExposureLine>{
        {"secret", "its name or its kind; * stands for anything: access token", text,
         [](ExposureLine& into, const Node& value) {
           into.secret = read_word(value, "the secret");
           require_no_slip(into.secret, value.at());
         }},
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
    if (line.rule.empty()) require_place(line.in, item.find("in")->at());
  }
  return lines;
}

json exposure_lines_schema() { return {{"type", "array"}, {"items", schema_of(line_keys())}, {"minItems", 1}}; }

}  // namespace understudy
