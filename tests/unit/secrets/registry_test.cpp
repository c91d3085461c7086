#include <gmock/gmock.h>

#include <string>

#include "mock_server/secrets.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Secrets, AreCoveredInEveryShapeThatWePrint) {
  SecretRegistry registry;
  registry.add({"token ci", "s3cr3t/\"x\"+value"});

  for (const char* shape : {"s3cr3t/\"x\"+value", "s3cr3t%2F%22x%22%2Bvalue", R"(s3cr3t/\"x\"+value)",
                            R"(s3cr3t\/\"x\"+value)", "czNjcjN0LyJ4Iit2YWx1ZQ"}) {
    const std::string covered = registry.cover(std::string{"before "} + shape + " after");
    EXPECT_THAT(covered, HasSubstr("before [secret token ci #")) << shape;
    EXPECT_THAT(covered, HasSubstr("] after")) << shape;
    EXPECT_THAT(covered, Not(HasSubstr(shape)));
  }
}

TEST(Secrets, TheLongerOneIsCoveredFirst) {
  SecretRegistry registry;
  registry.add({"short", "abcdef"});
  registry.add({"long", "abcdefghij", SecretKind::kOther, SecretOrigin::kClient});

  EXPECT_EQ(registry.cover("abcdefghij"), "[secret long]");
}

}  // namespace
}  // namespace understudy
