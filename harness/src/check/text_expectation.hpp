#pragma once
/// What a text must be like: the value of `stdout`, `stderr`, `screen`, of a file, of a request's body.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/partial_json.hpp"
#include "check/whole_text.hpp"
#include "harness/result.hpp"
#include "mock_server/document.hpp"

namespace understudy {

/// "3", "2..3", "2..", "..3", `never`: how many there have to be.
struct CountRange {
  std::size_t least = 0;
  std::optional<std::size_t> most{};
  [[nodiscard]] bool holds(std::size_t count) const { return count >= least && (!most || count <= *most); }
};
[[nodiscard]] CountRange read_count(const Node& value);
[[nodiscard]] std::string to_string(const CountRange& range);
[[nodiscard]] nlohmann::json count_schema();

class TextExpectation {
public:
  /// A text (contains), a list (each of them), or a map with contains, is, matches, not, json, empty, lines, in-order.
  static TextExpectation parse(const Node& value);
  [[nodiscard]] static const Keys<TextExpectation>& keys();
  [[nodiscard]] static nlohmann::json schema();

  /// Failures with `subject`; none if `text` is as expected. White space: blanks at the ends of lines never matter, and
  /// a text to be contained or absent is also looked for with every run of white space as one blank.
  [[nodiscard]] std::vector<Failure> judge(std::string_view text, const std::string& subject,
                                           const Variables& variables) const;

private:
  enum class Kind { kContains, kIs, kMatches, kNot, kNotMatches, kJson, kEmpty, kLines, kInOrder };
  struct Clause {
    Kind kind;
    Position at;
    std::vector<std::string> texts{};  ///< to contain, to lack, to match; more than one in kInOrder only
    std::shared_ptr<const WholeText> whole{};
    std::shared_ptr<const JsonExpectation> json{};
    CountRange lines{};
    bool truth = true;
  };
  struct Subject;

  static Keys<TextExpectation> make_keys();
  void add_texts(Kind kind, const Node& value);
  void add_absent(const Node& value);
  [[nodiscard]] static std::optional<Failure> judge(const Clause& clause, const Subject& subject);
  [[nodiscard]] static std::optional<Failure> judge_contains(const Clause& clause, const Subject& subject);
  [[nodiscard]] static std::optional<Failure> judge_matches(const Clause& clause, const Subject& subject);
  [[nodiscard]] static std::optional<Failure> judge_json(const Clause& clause, const Subject& subject);
  [[nodiscard]] static std::optional<Failure> judge_order(const Clause& clause, const Subject& subject);
  [[nodiscard]] static std::optional<Failure> judge_whole(const Clause& clause, const Subject& subject);

  std::vector<Clause> clauses_;
};

/// `text` as the value of an expectation: numbers and booleans are taken as they were written; an empty one is refused.
[[nodiscard]] std::string expected_text(const Node& value);

}  // namespace understudy
