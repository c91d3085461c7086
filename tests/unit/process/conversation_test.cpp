#include "process/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using testing::Optional;

TEST(EscapeFilter, TakesOutWhatATerminalDoesNotShow) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"plain \xc3\xa9\n", "plain \xc3\xa9\n"},
      {"\x1b[1;31mred\x1b[0m", "red"},
      {"a\x1b[2K\x1b[1Gb", "ab"},
      {"\x1b]0;title\atext", "text"},
      {"\x1b]8;;http://x\x1b\\link", "link"},
      {"\x1b(Bx\x1b"
       "7y\x1b[?25l",
       "xy"},
  };
  for (const auto& [written, shown] : rows) {
    EscapeFilter whole;
    EXPECT_EQ(whole.visible(written), shown);
    EscapeFilter pieces;
    std::string text;
    for (const char c : written) text += pieces.visible(std::string_view{&c, 1});
    EXPECT_EQ(text, shown) << "byte by byte";
  }
}

TEST(Conversation, TakesTurnsInOrder) {
  Conversation conversation{{{"one?", "1"}, {"two?", "2"}}};
  conversation.show("two? on");
  EXPECT_FALSE(conversation.is_due());
  conversation.show("\x1b[1me?");
  ASSERT_TRUE(conversation.is_due());

  EXPECT_EQ(conversation.answer(), "1");

  EXPECT_FALSE(conversation.is_due()) << "what was shown before the last turn does not count";
  EXPECT_THAT(conversation.unmet(), Optional(std::string{"two?"}));
  conversation.show(" two? ");
  EXPECT_EQ(conversation.answer(), "2");
  EXPECT_EQ(conversation.unmet(), std::nullopt);
}

TEST(Conversation, TextThatIsAlreadyThereMakesTheNextTurnDue) {
  Conversation conversation{{{"a", "1"}, {"b", "2"}, {"", "3"}}};
  conversation.show("a b");

  EXPECT_EQ(conversation.answer(), "1");
  ASSERT_TRUE(conversation.is_due());
  EXPECT_EQ(conversation.answer(), "2");
  EXPECT_TRUE(conversation.is_due()) << "an empty text is always there";
}

}  // namespace
}  // namespace understudy
