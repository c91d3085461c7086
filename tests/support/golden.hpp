#pragma once
/// Whole outputs against files in fixtures/golden/. UPDATE_GOLDEN=1 rewrites them; the diff is reviewed like code.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace understudy {

/// EXPECT_TRUE(matches_golden("junit_failing.xml", document));
inline testing::AssertionResult matches_golden(const std::string& name, const std::string& actual) {
  const std::filesystem::path file = std::filesystem::path{SOURCE_DIR} / "fixtures/golden" / name;
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    std::ofstream{file, std::ios::binary} << actual;
    return testing::AssertionSuccess();
  }
  std::ifstream in{file, std::ios::binary};
  if (!in) return testing::AssertionFailure() << file << " is missing; UPDATE_GOLDEN=1 writes it";
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  if (expected == actual) return testing::AssertionSuccess();
  testing::AssertionResult result = testing::AssertionFailure();
  result << "differs from " << file << " (UPDATE_GOLDEN=1 rewrites it)\n";
  EXPECT_EQ(actual, expected);
  return result;
}

}  // namespace understudy
