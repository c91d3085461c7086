// What a worker leaves to the front, there and back.
#include "run/left_platform.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

TEST(LeftPlatform, RequestsComeBackWithWhatTheConsoleTellsOfThem) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "left";
  Exchange polled{.method = "GET", .path = "/activities", .status = 200, .response_body = "\xff{}", .poll = true};
  Exchange foreign{.method = "GET", .path = "/me", .status = 421, .note = "not let in: x", .let_in = false};

  write_left_platform(file, to_json(Snapshot{.head = {"", 7}}), {polled, foreign}, "a-token");
  const LeftPlatform left = read_left_platform(file);

  EXPECT_EQ(left.snapshot.head.seed, 7U);
  EXPECT_EQ(left.token, "a-token");
  ASSERT_EQ(left.exchanges.size(), 2U);
  EXPECT_EQ(left.exchanges[0].response_body, polled.response_body);
  EXPECT_TRUE(left.exchanges[0].poll);
  EXPECT_TRUE(left.exchanges[0].let_in);
  EXPECT_EQ(left.exchanges[1].note, foreign.note);
  EXPECT_FALSE(left.exchanges[1].let_in);
}

}  // namespace
}  // namespace understudy
