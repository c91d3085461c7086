#include "check/text_expectation.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <charconv>

#include "check/lines.hpp"
#include "mock_server/document.hpp"

namespace understudy {
namespace {

using nlohmann::json;

void require_pattern(const std::string& text, const Position& at) {
  const RE2 pattern{"(?m)" + text, RE2::Quiet};
  if (!pattern.ok()) throw InputError{at, "the pattern cannot be understood: " + pattern.error(), "it is RE2's syntax"};
}

/// `pattern` with the values of variables in it taken literally.
std::string substituted_pattern(const std::string& pattern, const Variables& variables) {
  Variables literal;
  for (const auto& [name, value] : variables) literal[name] = RE2::QuoteMeta(value);
  return "(?m)" + substitute(pattern, literal);
}

json texts_schema() {
  const json text{{"type", json::array({"string", "number", "boolean"})}};
  return {{"anyOf", json::array({text, {{"type", "array"}, {"items", text}, {"minItems", 1}}})}};
}

std::string size_of(std::string_view text) {
  return text.empty() ? "is empty" : "has " + counted(split_lines(text).size(), "line");
}

/// The line of `text` that is most like `wanted`, if any is much like it.
std::string nearest_line(std::string_view text, std::string_view wanted) {
  std::string best;
  int best_score = 40;
  std::size_t looked_at = 0;
  for (const std::string& line : split_lines(text)) {
    if (++looked_at > 2000) break;
    const int score = likeness(fold_blanks(line), fold_blanks(wanted));
    if (score <= best_score) continue;
    best = line;
    best_score = score;
  }
  return best;
}

}  // namespace

struct TextExpectation::Subject {
  std::string_view text;
  const std::string& name;
  const Variables& variables;
  std::string plain;  // without trailing blanks
  std::string folded;

  [[nodiscard]] bool has(const std::string& wanted) const {
    const std::string phrase = without_trailing_blanks(wanted);
    return plain.find(phrase) != std::string::npos || folded.find(fold_blanks(phrase)) != std::string::npos;
  }
  [[nodiscard]] Failure failure(const Clause& clause, std::string expected, std::string actual,
                                std::string detail = "") const {
    return {.at = clause.at,
            .subject = name,
            .expected = std::move(expected),
            .actual = std::move(actual),
            .detail = std::move(detail)};
  }
};

CountRange read_count(const Node& value) {
  const std::string& text = value.scalar_text();
  if (text == "never") return {0, 0};
  const auto number = [&](std::string_view part) -> std::optional<std::size_t> {
    std::size_t result = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), result);
    if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
    return result;
  };
  const std::size_t dots = text.find("..");
  const std::string_view from = std::string_view{text}.substr(0, dots);
  const std::string_view to = dots == std::string::npos ? from : std::string_view{text}.substr(dots + 2);
  CountRange range{from.empty() ? 0 : number(from).value_or(SIZE_MAX), to.empty() ? std::nullopt : number(to)};
  const bool bad_end = !to.empty() && !range.most;
  if (range.least == SIZE_MAX || bad_end || (from.empty() && to.empty()) || (range.most && *range.most < range.least)) {
    throw InputError{value.at(), "\"" + text + "\" is no count", "write 3, \"2..3\", \"2..\", \"..3\" or never"};
  }
  return range;
}

std::string to_string(const CountRange& range) {
  if (!range.most) return fmt::format("at least {}", range.least);
  if (*range.most == 0) return "none";
  if (range.least == *range.most) return std::to_string(range.least);
  return range.least == 0 ? fmt::format("at most {}", *range.most) : fmt::format("{} to {}", range.least, *range.most);
}

json count_schema() {
  return {{"anyOf", json::array({{{"type", "integer"}, {"minimum", 0}},
                                 {{"type", "string"}, {"pattern", R"(^(never|\d+|\d*\.\.\d*|\$.+)$)"}}})}};
}

std::string expected_text(const Node& value) {
  if (fold_blanks(value.scalar_text()).empty()) {
    throw InputError{value.at(), "an empty text is contained in everything",
                     "write {empty: true} if nothing may be there"};
  }
  return value.scalar_text();
}

void TextExpectation::add_texts(Kind kind, const Node& value) {
  const auto add = [&](const Node& item) {
    Clause clause{.kind = kind, .at = item.at(), .texts = {expected_text(item)}};
    if (kind == Kind::kMatches || kind == Kind::kNotMatches) require_pattern(clause.texts[0], item.at());
    clauses_.push_back(std::move(clause));
  };
  if (!value.is(Node::Kind::kList)) return add(value);
  if (value.items().empty()) throw InputError{value.at(), "an empty list expects nothing"};
  for (const Node& item : value.items()) add(item);
}

void TextExpectation::add_absent(const Node& value) {
  const auto add = [&](const Node& item) {
    const Node* pattern = item.is(Node::Kind::kMap) ? item.find("matches") : nullptr;
    if (item.is(Node::Kind::kMap) && (pattern == nullptr || item.entries().size() != 1)) {
      throw InputError{item.at(), "expected a text or {matches: PATTERN} that must not be there"};
    }
    if (pattern != nullptr)
      add_texts(Kind::kNotMatches, *pattern);
    else
      add_texts(Kind::kNot, item);
  };
  if (!value.is(Node::Kind::kList)) return add(value);
  if (value.items().empty()) throw InputError{value.at(), "an empty list expects nothing"};
  for (const Node& item : value.items()) add(item);
}

Keys<TextExpectation> TextExpectation::make_keys() {
  const json absent{{"anyOf", json::array({texts_schema(),
                                           {{"type", "object"},
                                            {"properties", {{"matches", texts_schema()}}},
                                            {"additionalProperties", false}},
                                           {{"type", "array"}, {"minItems", 1}}})}};
  return {
      {"contains", "a text that stands in it, or a list of such texts", texts_schema(),
       [](TextExpectation& into, const Node& value) { into.add_texts(Kind::kContains, value); }},
      {"is",
       "the whole of it; [..] matches any characters of a line, a line ... any lines; --update rewrites it",
       {{"type", json::array({"string", "number", "boolean"})}},
       [](TextExpectation& into, const Node& value) {
         into.clauses_.push_back(
             {.kind = Kind::kIs, .at = value.at(), .whole = std::make_shared<const WholeText>(value.scalar_text())});
       }},
      {"matches", "a regular expression (RE2, ^ and $ at every line), or a list of them", texts_schema(),
       [](TextExpectation& into, const Node& value) { into.add_texts(Kind::kMatches, value); }},
      {"not", "a text that must not stand in it, {matches: PATTERN}, or a list of these", absent,
       [](TextExpectation& into, const Node& value) { into.add_absent(value); }},
      {"json", "what it holds as JSON", json_expectation_schema(),
       [](TextExpectation& into, const Node& value) {
         into.clauses_.push_back(
             {.kind = Kind::kJson, .at = value.at(), .json = std::make_shared<const JsonExpectation>(value)});
       }},
      {"empty",
       "true: nothing is there; false: something is",
       {{"type", "boolean"}},
       [](TextExpectation& into, const Node& value) {
         into.clauses_.push_back({.kind = Kind::kEmpty, .at = value.at(), .truth = value.boolean()});
       }},
      {"lines", "how many lines: 3 or \"2..4\"", count_schema(),
       [](TextExpectation& into, const Node& value) {
         into.clauses_.push_back({.kind = Kind::kLines, .at = value.at(), .lines = read_count(value)});
       }},
      {"in-order",
       "texts that come one after the other",
       {{"type", "array"}, {"items", {{"type", json::array({"string", "number", "boolean"})}}}},
       [](TextExpectation& into, const Node& value) {
         Clause clause{.kind = Kind::kInOrder, .at = value.at()};
         for (const Node& item : value.items()) clause.texts.push_back(expected_text(item));
         if (clause.texts.empty()) throw InputError{value.at(), "an empty list expects nothing"};
         into.clauses_.push_back(std::move(clause));
       }},
  };
}

const Keys<TextExpectation>& TextExpectation::keys() {
  static const Keys<TextExpectation> keys = make_keys();
  return keys;
}

json TextExpectation::schema() {
  json result = texts_schema();
  json map = schema_of(keys());
  map["minProperties"] = 1;
  result["anyOf"].push_back(map);
  return result;
}

TextExpectation TextExpectation::parse(const Node& value) {
  TextExpectation result;
  if (!value.is(Node::Kind::kMap)) {
    result.add_texts(Kind::kContains, value);
  } else {
    read_map(value, keys(), result, "an expectation on a text");
    if (result.clauses_.empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }
  return result;
}

std::optional<Failure> TextExpectation::judge_contains(const Clause& clause, const Subject& subject) {
  const std::string wanted = substitute(clause.texts[0], subject.variables);
  if (subject.has(wanted)) return std::nullopt;
  std::string actual = "not found; it " + size_of(subject.text);
  const std::string near = nearest_line(subject.text, wanted);
  if (!near.empty()) actual = "not found; nearest line: " + in_quotes(near);
  return subject.failure(clause, "contains " + in_quotes(clause.texts[0]), actual, excerpt(subject.text));
}

std::optional<Failure> TextExpectation::judge_matches(const Clause& clause, const Subject& subject) {
  const RE2 pattern{substituted_pattern(clause.texts[0], subject.variables), RE2::Quiet};
  re2::StringPiece found;
  const bool matches = RE2::PartialMatch(subject.plain, RE2{"(" + pattern.pattern() + ")", RE2::Quiet}, &found);
  if (clause.kind == Kind::kMatches) {
    if (matches) return std::nullopt;
    return subject.failure(clause, "matches " + in_quotes(clause.texts[0]), "no match; it " + size_of(subject.text),
                           excerpt(subject.text));
  }
  if (!matches) return std::nullopt;
  return subject.failure(clause, "not: matches " + in_quotes(clause.texts[0]), "found " + in_quotes(found.as_string()),
                         excerpt(subject.text));
}

std::optional<Failure> TextExpectation::judge_json(const Clause& clause, const Subject& subject) {
  json document;
  try {
    document = json::parse(subject.text);
  } catch (const json::exception& e) {
    return subject.failure(clause, "JSON", subject.text.empty() ? "is empty" : "is no JSON", excerpt(subject.text));
  }
  const std::optional<JsonDifference> found = clause.json->difference(document, subject.variables);
  if (!found) return std::nullopt;
  const std::string place = found->pointer.empty() ? "json" : "json " + found->pointer;
  return subject.failure(clause, place + ": " + found->expected, found->actual, excerpt(document.dump(2)));
}

std::optional<Failure> TextExpectation::judge_order(const Clause& clause, const Subject& subject) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < clause.texts.size(); ++i) {
    const std::string wanted = fold_blanks(substitute(clause.texts[i], subject.variables));
    const std::size_t found = subject.folded.find(wanted, from);
    if (found == std::string::npos) {
      const bool elsewhere = subject.folded.find(wanted) != std::string::npos;
      const std::string after = i == 0 ? "" : " after " + in_quotes(clause.texts[i - 1]);
      return subject.failure(clause, "in-order: " + in_quotes(clause.texts[i]) + after,
                             elsewhere ? "it came before" : "not found", excerpt(subject.text));
    }
    from = found + wanted.size();
  }
  return std::nullopt;
}

std::optional<Failure> TextExpectation::judge_whole(const Clause& clause, const Subject& subject) {
  if (clause.whole->matches(subject.text, subject.variables)) return std::nullopt;
  Failure failure = subject.failure(clause, "is: the text in the file", "differs",
                                    clause.whole->difference(subject.text, subject.variables));
  failure.rewrite = Rewrite{clause.at, clause.whole->updated(subject.text, subject.variables)};
  return failure;
}

std::optional<Failure> TextExpectation::judge(const Clause& clause, const Subject& subject) {
  switch (clause.kind) {
    case Kind::kContains:
      return judge_contains(clause, subject);
    case Kind::kIs:
      return judge_whole(clause, subject);
    case Kind::kMatches:
    case Kind::kNotMatches:
      return judge_matches(clause, subject);
    case Kind::kJson:
      return judge_json(clause, subject);
    case Kind::kInOrder:
      return judge_order(clause, subject);
    case Kind::kNot:
      if (!subject.has(substitute(clause.texts[0], subject.variables))) return std::nullopt;
      return subject.failure(clause, "not: " + in_quotes(clause.texts[0]), "it is there", excerpt(subject.text));
    case Kind::kEmpty:
      if (subject.plain.empty() == clause.truth) return std::nullopt;
      return subject.failure(clause, clause.truth ? "empty" : "not empty", "it " + size_of(subject.text),
                             excerpt(subject.text));
    case Kind::kLines: {
      const std::size_t count = split_lines(subject.plain).size();
      if (clause.lines.holds(count)) return std::nullopt;
      return subject.failure(clause, "lines: " + to_string(clause.lines), std::to_string(count), excerpt(subject.text));
    }
  }
  return std::nullopt;
}

std::vector<Failure> TextExpectation::judge(std::string_view text, const std::string& subject_name,
                                            const Variables& variables) const {
  const Subject subject{text, subject_name, variables, without_trailing_blanks(text), fold_blanks(text)};
  std::vector<Failure> failures;
  for (const Clause& clause : clauses_) {
    std::optional<Failure> failure = judge(clause, subject);
    if (!failure) continue;
    if (!failures.empty() && clause.kind != Kind::kIs) failure->detail.clear();  // the same text once is enough
    failures.push_back(std::move(*failure));
  }
  return failures;
}

}  // namespace understudy
