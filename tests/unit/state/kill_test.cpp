#include <gmock/gmock.h>

#include "kill_rounds.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

TEST(Killed, LosesNothingThatWasAcknowledged) {
  const TemporaryFolder folder;

  const KillReport report = kill_rounds({.program = STATE_SERVER, .folder = folder.path(), .rounds = 6});

  EXPECT_EQ(report.rounds, 6);
  EXPECT_GT(report.acknowledged, 6U);
  EXPECT_EQ(report.lost, 0U);
  EXPECT_THAT(report.problems, ::testing::IsEmpty());
}

}  // namespace
}  // namespace understudy
