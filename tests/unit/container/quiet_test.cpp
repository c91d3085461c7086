#include "container_fixture.hpp"

namespace understudy {
namespace {

class Quiet : public ContainerTest {
protected:
  static constexpr int kLooks = 200;
  /// However often one looks.
  bool stays_busy(std::uint64_t number) {
    for (int i = 0; i < kLooks; ++i) {
      if (runner().is_quiet(number)) return false;
    }
    return true;
  }
};
INSTANTIATE_TEST_SUITE_P(With, Quiet, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(Quiet, IsAJobThatSleeps) {
  platform.hold(true);
  const std::uint64_t job = start("sleep 5");
  platform.wait_for_spenders(1);

  EXPECT_TRUE(becomes_quiet(job));
}

TEST_P(Quiet, IsNoJobThatComputes) {
  const std::uint64_t job = start("sleep 1; while :; do :; done");
  platform.wait_for_spenders(1);

  EXPECT_TRUE(stays_busy(job));
  runner().kill(job);
  platform.wait_for_end(job);
}

TEST_P(Quiet, IsAJobOnlyWhenAllOfItWaits) {
  platform.hold(true);
  const std::uint64_t both = start("sleep 5 & sleep 6 & wait");
  platform.wait_for_spenders(2);
  const std::uint64_t one = start("sleep 7 & while :; do :; done");
  platform.wait_for_spenders(3);

  EXPECT_TRUE(becomes_quiet(both));
  EXPECT_TRUE(stays_busy(one));
  runner().kill(one);
  platform.wait_for_end(one);
}

TEST_P(Quiet, IsAJobWhoseClientIsAtWork) {
  give_client("while :; do :; done");
  const std::uint64_t job = start("webpaas backup:create");
  platform.wait_for_commands(1);

  EXPECT_TRUE(becomes_quiet(job));  // the client is for the platform to judge
  runner().kill(job);
  platform.wait_for_end(job);
}

TEST_P(Quiet, IsAJobThatIsOver) {
  const std::uint64_t job = start("true");
  platform.wait_for_end(job);

  EXPECT_TRUE(becomes_quiet(job));
  EXPECT_TRUE(runner().is_quiet(4711));
}

}  // namespace
}  // namespace understudy
