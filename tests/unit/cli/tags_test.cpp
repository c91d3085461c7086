#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;

struct Row {
  std::string name;
  std::string expression;
  std::vector<std::string> tags;
  bool matches;
};

class Tags : public testing::TestWithParam<Row> {};

TEST_P(Tags, Match) {
  EXPECT_EQ(TagExpression::parse(GetParam().expression).matches(GetParam().tags), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Tags,
    testing::Values(Row{"One", "auth", {"slow", "auth"}, true}, Row{"Missing", "auth", {"slow"}, false},
                    Row{"NoTags", "auth", {}, false}, Row{"Not", "not slow", {}, true},
                    Row{"AndNot", "auth and not slow", {"auth"}, true},
                    Row{"AndNotButIs", "auth and not slow", {"auth", "slow"}, false},
                    Row{"Or", "auth or backup", {"backup"}, true}, Row{"AndBindsTighter", "a or b and c", {"a"}, true},
                    Row{"Parentheses", "(a or b) and c", {"a"}, false}, Row{"NotNot", "not not a", {"a"}, true},
                    Row{"NotOfParentheses", "not (a or b)", {"c"}, true}, Row{"Bats", "a,!b", {"a"}, true},
                    Row{"BatsExcluded", "a,!b", {"a", "b"}, false},
                    Row{"Dashes", "non-blocking", {"non-blocking"}, true},
                    Row{"WordsInsideTags", "android", {"android"}, true}),
    [](const auto& row) { return row.param.name; });

struct BadRow {
  std::string name;
  std::string expression;
  std::string complaint;
};

class BadTags : public testing::TestWithParam<BadRow> {};

TEST_P(BadTags, AreExplained) {
  try {
    static_cast<void>(TagExpression::parse(GetParam().expression));
    FAIL() << "it was understood";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, BadTags,
                         testing::Values(BadRow{"Empty", "", "expected a tag at the end"},
                                         BadRow{"EndsInAnd", "a and", "expected a tag at the end"},
                                         BadRow{"BeginsWithOr", "or a", "expected a tag at \"or\""},
                                         BadRow{"Open", "(a", "expected \")\" at the end"},
                                         BadRow{"Closed", "a)", "expected \"and\", \"or\" or the end at \")\""},
                                         BadRow{"TwoTags", "a b", "expected \"and\", \"or\" or the end at \"b\""}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
