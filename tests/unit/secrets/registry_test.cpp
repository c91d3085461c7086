#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <thread>

#include "mock_server/secret_hunter.hpp"
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

TEST(Secrets, WhoeverAddsOneDoesNotWaitForTheHunterOfTheOthers) {
  constexpr std::size_t kOld = 3000;  // their hunter takes a hundred times as long as adding the new ones
  constexpr std::size_t kNew = 100;
  SecretRegistry registry;
  for (std::size_t i = 0; i < kOld; ++i) registry.add({"old", fmt::format("one-of-the-old-{:08}-{:x}", i, i * 7919)});
  bool was_in_time = false;
  // Once is enough: who adds may come to run before or after the hunter is made.
  for (std::size_t round = 0; round < 10 && !was_in_time; ++round) {
    const std::size_t before = registry.all().size();
    std::atomic<bool> begun = false;
    std::size_t known = 0;
    std::size_t there = 0;
    std::thread making{[&] {
      begun = true;
      begun.notify_all();
      known = registry.hunter()->secrets().size();
      there = registry.all().size();
    }};
    begun.wait(false);
    for (std::size_t i = 0; i < kNew; ++i) registry.add({"new", fmt::format("new-one-{:08}-{}", i, round)});
    making.join();

    EXPECT_EQ(registry.hunter()->secrets().size(), before + kNew);
    registry.forget({fmt::format("new-one-{:08}-{}", 0, round)});  // so that the next round makes one again
    was_in_time = known == before && there == before + kNew;
  }
  EXPECT_TRUE(was_in_time);
}

TEST(Secrets, WhatIsForgottenMayComeAgain) {
  SecretRegistry registry;
  registry.add({"first", "a-value-that-comes-again"});
  registry.forget({"a-value-that-comes-again", "another"});
  EXPECT_EQ(registry.cover("a-value-that-comes-again"), "a-value-that-comes-again");

  registry.add({"second", "a-value-that-comes-again"});
  EXPECT_THAT(registry.cover("a-value-that-comes-again"), HasSubstr("[secret second #"));
}

}  // namespace
}  // namespace understudy
