#include <fmt/format.h>

#include <algorithm>

#include "harness/cli.hpp"

namespace understudy {
namespace {

using Tags = std::span<const std::string>;
using Test = TagExpression::Test;

constexpr std::string_view kSpace = " \t\n";
constexpr std::string_view kSigns = "(),!";

/// either := both {"or" both};  both := one {("and" | ",") one};  one := ("not" | "!") one | "(" either ")" | TAG
class Parser {
public:
  explicit Parser(std::string_view text) : text_{text} { advance(); }

  Test parse() {
    Test whole = either();
    if (!word_.empty()) fail("expected \"and\", \"or\" or the end");
    return whole;
  }

private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw UsageError{fmt::format("--tags \"{}\": {} at {}", text_, problem,
                                 word_.empty() ? "the end" : fmt::format("\"{}\"", word_))};
  }

  void advance() {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
    const bool sign = at_ < text_.size() && kSigns.find(text_[at_]) != std::string_view::npos;
    const std::size_t end =
        sign ? at_ + 1 : std::min(text_.find_first_of(std::string{kSpace} + std::string{kSigns}, at_), text_.size());
    word_ = text_.substr(at_, end - at_);
    at_ = end;
  }

  bool take(std::string_view word) {
    if (word_ != word) return false;
    advance();
    return true;
  }

  Test either() {
    Test left = both();
    while (take("or")) {
      left = [left, right = both()](Tags tags) { return left(tags) || right(tags); };
    }
    return left;
  }

  Test both() {
    Test left = one();
    while (take("and") || take(",")) {
      left = [left, right = one()](Tags tags) { return left(tags) && right(tags); };
    }
    return left;
  }

  Test one() {
    if (take("not") || take("!")) {
      return [test = one()](Tags tags) { return !test(tags); };
    }
    if (take("(")) {
      Test inner = either();
      if (!take(")")) fail("expected \")\"");
      return inner;
    }
    const bool is_tag = !word_.empty() && word_ != ")" && word_ != "," && word_ != "and" && word_ != "or";
    if (!is_tag) fail("expected a tag");
    std::string tag{word_};
    advance();
    return [tag](Tags tags) { return std::find(tags.begin(), tags.end(), tag) != tags.end(); };
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view word_;
};

}  // namespace

TagExpression TagExpression::parse(std::string_view text) { return TagExpression{Parser{text}.parse()}; }

}  // namespace understudy
