#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct WordsRow {
  std::string name;
  std::string line;
  std::vector<std::string> words;
};
class SplitWords : public testing::TestWithParam<WordsRow> {};

TEST_P(SplitWords, FollowsTheShell) { EXPECT_EQ(split_words(GetParam().line, {"s.yaml", 3, 8}), GetParam().words); }

INSTANTIATE_TEST_SUITE_P(Shapes, SplitWords,
                         testing::Values(WordsRow{"blanks", "  a  b\tc\nd ", {"a", "b", "c", "d"}},
                                         WordsRow{"single", "a 'b  \"c\" \\n' d", {"a", "b  \"c\" \\n", "d"}},
                                         WordsRow{"double", R"(a "b 'c' \"d\" \x")", {"a", R"(b 'c' "d" \x)"}},
                                         WordsRow{"joined", "--name='a b'\"c d\"", {"--name=a bc d"}},
                                         WordsRow{"escaped", R"(a\ b \"c)", {"a b", "\"c"}},
                                         WordsRow{"empty_words", "a '' \"\"", {"a", "", ""}},
                                         WordsRow{"variables_stay", "a $D '$E' ${F}", {"a", "$D", "$E", "${F}"}},
                                         WordsRow{"globs_stay", "a * ? ~ #b", {"a", "*", "?", "~", "#b"}},
                                         WordsRow{"quoted_operators", "a '|' \"a&b\" \\;", {"a", "|", "a&b", ";"}},
                                         WordsRow{"continued", "a \\\n b\\\nc", {"a", "bc"}}),
                         [](const auto& row) { return row.param.name; });

struct BadWordsRow {
  std::string name;
  std::string line;
  std::string message;
};
class SplitWordsErrors : public testing::TestWithParam<BadWordsRow> {};

TEST_P(SplitWordsErrors, SayWhatIsWrong) {
  try {
    static_cast<void>(split_words(GetParam().line, {"s.yaml", 3, 8}));
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string{error.what()}, "s.yaml:3:8: " + GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, SplitWordsErrors,
    testing::Values(
        BadWordsRow{"single", "a 'b", "a ' is not closed"}, BadWordsRow{"double", "a \"b", "a \" is not closed"},
        BadWordsRow{"backslash", "a \\", "nothing follows the backslash at the end"},
        BadWordsRow{
            "pipe", "a | b",
            "\"|\" means something to a shell, and run: has none; put quotes around it, or write sh: instead of run:"},
        BadWordsRow{
            "command", "a $(b)",
            "\"$\" means something to a shell, and run: has none; put quotes around it, or write sh: instead of run:"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
