#include "mock_server/ascii.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(Ascii, Trims) {
  EXPECT_EQ(trimmed(" \t a b\r"), "a b");
  EXPECT_EQ(trimmed(" \t\r"), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace understudy
