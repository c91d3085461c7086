#include "harness/rehearsal_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "golden.hpp"
#include "sample_rehearsals.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string json_text(const Rehearsal& rehearsal) { return rehearsal_json(rehearsal, false).dump(2) + "\n"; }

TEST(RehearsalText, IsAsReviewed) {
  EXPECT_TRUE(matches_golden("check_every_verdict.txt", rehearsal_text(samples::every_verdict(), false)));
  EXPECT_TRUE(matches_golden("check_all_well.txt", rehearsal_text(samples::all_well(), false)));
  EXPECT_TRUE(matches_golden("check_no_crons.txt", rehearsal_text(samples::no_crons(), false)));
}

TEST(RehearsalText, IsTheSameInColorButForTheColors) {
  const std::string colored = rehearsal_text(samples::every_verdict(), true);

  EXPECT_THAT(colored, HasSubstr("\x1b[1;31mblocks"));
  EXPECT_EQ(std::regex_replace(colored, std::regex{"\x1b\\[[0-9;]*m"}, ""),
            rehearsal_text(samples::every_verdict(), false));
}

TEST(RehearsalText, HasNoTrailingBlanksAndNothingThatMovesACursor) {
  const std::string text = rehearsal_text(samples::every_verdict(), false);

  EXPECT_THAT(text, Not(HasSubstr(" \n")));
  EXPECT_THAT(text, Not(HasSubstr("\n\n\n")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(RehearsalText, SaysWhichLineToChangeRightBelowTheVerdict) {
  EXPECT_THAT(
      rehearsal_text(samples::every_verdict(), false),
      HasSubstr("waits 12m2s for environment.backup\n"
                "    change    shop/.platform.app.yaml:32\n"
                "              - if [ \"$PLATFORM_BRANCH\" = main ]; then webpaas backup:create --yes --wait; fi\n"
                "              + if [ \"$PLATFORM_BRANCH\" = main ]; then webpaas backup:create --yes --no-wait; "
                "fi\n"));
}

TEST(RehearsalText, NamesTheAppIfThereAreSeveral) {
  const std::string text = rehearsal_text(samples::all_well(), false);

  EXPECT_THAT(text, HasSubstr("api/backup"));
  EXPECT_THAT(text, HasSubstr("web/backup"));
}

TEST(RehearsalJson, IsAsReviewed) {
  EXPECT_TRUE(matches_golden("check_every_verdict.json", json_text(samples::every_verdict())));
}

TEST(RehearsalJson, SaysWhetherItBlocksAsTheExitCodeDoes) {
  Rehearsal rehearsal = samples::no_crons();
  rehearsal.crons = {samples::saved_cron()};

  EXPECT_FALSE(rehearsal_json(rehearsal, false)["blocks"]);
  EXPECT_TRUE(rehearsal_json(rehearsal, true)["blocks"]);
}

TEST(RehearsalJson, HasNullForARunThatNeverCame) {
  const auto json = rehearsal_json(samples::every_verdict(), false);

  EXPECT_EQ(json["crons"][5]["name"], "yearly");
  EXPECT_TRUE(json["crons"][5]["typical"].is_null());
  EXPECT_EQ(json["crons"][0]["typical"]["due"], "2026-03-01T03:00:00.000000+00:00");
}

/// The keys that a part of the document has are told by the README, each as `key`.
TEST(RehearsalJson, HasTheKeysThatTheReadmeTells) {
  const std::string readme = content_of(std::filesystem::path{SOURCE_DIR} / "README.md");
  const std::size_t begin = readme.find("## Which cron holds up the deploys?");
  ASSERT_NE(begin, std::string::npos);
  const std::string section = readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
  const auto json = rehearsal_json(samples::every_verdict(), false);
  const auto& cron = json["crons"][0];

  for (const auto& part : {json, cron, cron["typical"], cron["typical"]["calls"][0], cron["plays"][0],
                           cron["plays"][0]["deploy"], cron["changes"][0], json["findings"][0]}) {
    for (const auto& [key, value] : part.items()) EXPECT_THAT(section, HasSubstr("`" + key + "`"));
  }
}

TEST(RehearsalPage, IsAsReviewed) {
  EXPECT_TRUE(matches_golden("check_every_verdict.html", render_page(rehearsal_page(samples::every_verdict()))));
}

TEST(RehearsalPage, HasASectionForEachCronAndShowsItsPlaysSideBySide) {
  const Rehearsal rehearsal = samples::every_verdict();
  const Page page = rehearsal_page(rehearsal);

  ASSERT_EQ(page.overview.size(), rehearsal.crons.size() + 1);
  EXPECT_EQ(page.sections[0].heading, "backup");
  ASSERT_EQ(page.sections[2].figures.size(), 3U);
  EXPECT_EQ(page.sections[2].figures[0].caption, "As it is: a deploy takes 3m");
  EXPECT_EQ(page.sections[2].figures[1].caption, "Without the guess: a deploy takes 15m");
  EXPECT_EQ(page.sections.back().id, "day");
}

}  // namespace
}  // namespace understudy
