#include "recording/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using testing::Eq;
using testing::Optional;
using testing::Pair;
using testing::UnorderedElementsAre;

class PatternTest : public testing::Test {
protected:
  Needles needles;
  std::size_t first = needles.add("token-1");
  std::size_t tenth = needles.add("token-10");
};

TEST_F(PatternTest, WithoutPlaceholdersIsTheTextItself) {
  const Pattern pattern{"abc", needles};

  EXPECT_FALSE(pattern.has_placeholders());
  EXPECT_TRUE(pattern.match("abc", {}).has_value());
  EXPECT_FALSE(pattern.match("abcd", {}).has_value());
}

TEST_F(PatternTest, APlaceholderStandsForAnyTextButNone) {
  const Pattern pattern{"Bearer token-1", needles};

  EXPECT_THAT(pattern.match("Bearer xyz", {}), Optional(UnorderedElementsAre(Pair(first, "xyz"))));
  EXPECT_FALSE(pattern.match("Bearer ", {}).has_value());
  EXPECT_FALSE(pattern.match("Basic xyz", {}).has_value());
}

TEST_F(PatternTest, TheLongestPlaceholderIsMeant) {
  EXPECT_THAT((Pattern{"token-10", needles}.match("x", {})), Optional(UnorderedElementsAre(Pair(tenth, "x"))));
}

TEST_F(PatternTest, WhatItStandsForAlreadyHasToBeThereOrThePlaceholderItself) {
  const Pattern pattern{"<token-1>", needles};
  const Bindings known{{first, "xyz"}};

  EXPECT_TRUE(pattern.match("<xyz>", known).has_value());
  EXPECT_TRUE(pattern.match("<token-1>", known).has_value());
  EXPECT_FALSE(pattern.match("<abc>", known).has_value());
}

TEST_F(PatternTest, TheSamePlaceholderStandsForOneTextThroughout) {
  const Pattern pattern{"token-1/token-1", needles};

  EXPECT_THAT(pattern.match("a/b/a/b", {}), Optional(UnorderedElementsAre(Pair(first, "a/b"))));
  EXPECT_THAT(pattern.match("a/b", {}), Eq(std::nullopt));
}

TEST(Needles, AnAddressDoesNotEndWithinANumberOrAName) {
  Needles needles;
  needles.add("http://127.0.0.1:80", true);
  needles.add("https://api.example", true);

  EXPECT_EQ(needles.find("http://127.0.0.1:8080/").size(), 0U);
  EXPECT_EQ(needles.find("http://127.0.0.1:80/x and http://127.0.0.1:80.").size(), 2U);
  EXPECT_EQ(needles.find("https://api.example.com").size(), 0U);
  EXPECT_EQ(needles.find("https://api.example-2").size(), 0U);
  EXPECT_EQ(needles.find("\"https://api.example\"").size(), 1U);
}

}  // namespace
}  // namespace understudy
