#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
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
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kOld = 3000;  // their hunter takes thousands of times as long as adding one
  constexpr std::size_t kNew = 100;
  SecretRegistry registry;
  for (std::size_t i = 0; i < kOld; ++i) registry.add({"old", fmt::format("one-of-the-old-{:08}-{:x}", i, i * 7919)});
  bool nobody_waited = false;
  // Once is enough: who adds may not come to run while the hunter is made, or not for long.
  for (std::size_t round = 0; round < 10 && !nobody_waited; ++round) {
    const std::size_t before = registry.all().size();
    std::atomic<bool> begun = false;
    std::shared_ptr<const SecretHunter> hunter;
    Clock::time_point made_from;
    Clock::time_point made_until;
    std::thread making{[&] {
      made_from = Clock::now();
      begun = true;
      begun.notify_all();
      hunter = registry.hunter();
      made_until = Clock::now();
    }};
    begun.wait(false);
    const Clock::time_point added_from = Clock::now();
    Clock::duration longest{};
    for (std::size_t i = 0; i < kNew; ++i) {
      const Clock::time_point start = Clock::now();
      registry.add({"new", fmt::format("new-one-{:08}-{}", i, round)});
      longest = std::max(longest, Clock::now() - start);
    }
    making.join();

    EXPECT_EQ(registry.hunter()->secrets().size(), before + kNew);
    registry.forget({fmt::format("new-one-{:08}-{}", 0, round)});  // so that the next round makes one again
    const bool was_meanwhile = hunter->secrets().size() == before && added_from < made_until;
    nobody_waited = was_meanwhile && longest < (made_until - made_from) / 4;
  }
  EXPECT_TRUE(nobody_waited);
}

TEST(Secrets, WhatIsForgottenMayComeAgain) {
  SecretRegistry registry;
  registry.add({"first", "a-value-that-comes-again"});
  registry.forget({"a-value-that-comes-again", "another"});
  EXPECT_EQ(registry.cover("a-value-that-comes-again"), "a-value-that-comes-again");

  registry.add({"second", "a-value-that-comes-again"});
  EXPECT_THAT(registry.cover("a-value-that-comes-again"), HasSubstr("[secret second #"));
}

TEST(Secrets, AreCoveredWhereManyComeAndGo) {
  constexpr int kMany = 500;
  constexpr int kKept = 200;
  const auto value = [](int i) { return fmt::format("{:x}-of-many-{:08}", i * 7919, i); };
  SecretRegistry registry;
  for (int i = 0; i < kMany; ++i) {
    registry.add({"one of many", value(i)});
    EXPECT_THAT(registry.cover(value(i)), HasSubstr("[secret one of many #")) << i;
    if (i < kKept) continue;
    registry.forget({value(i - kKept)});
    for (const int known : {i - kKept + 1, i - kKept / 2, i})
      EXPECT_THAT(registry.cover(value(known)), HasSubstr("[secret one of many #")) << i << ", " << known;
  }
  for (int i = 0; i < kMany; ++i) registry.forget({value(i)});
  EXPECT_EQ(registry.cover(value(kMany - 1)), value(kMany - 1));
}

}  // namespace
}  // namespace understudy
