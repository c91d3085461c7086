#include "container_fixture.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Container = ContainerTest;
INSTANTIATE_TEST_SUITE_P(With, Container, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(Container, GivesTheJobItsEnvironmentAndExitCode) {
  const JobEnd end = run(Job{.command = "echo \"$COLOUR in $PWD\"; echo to stderr >&2; exit 7",
                             .env = {{"COLOUR", "two words"}, {"PLATFORM_APP_DIR", "/app"}}});

  EXPECT_EQ(end.error, "");
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_THAT(end.output, AllOf(StartsWith("two words in /"), HasSubstr("to stderr\n")));
}

TEST_P(Container, TellsTheJobWhereItsAppIs) {
  const JobEnd end =
      run(Job{.command = "cat \"$PLATFORM_APP_DIR/web/robots.txt\" && cat \"$PLATFORM_DOCUMENT_ROOT/robots.txt\"",
              .env = {{"PLATFORM_APP_DIR", "/app"}, {"PLATFORM_DOCUMENT_ROOT", "/app/web"}}});

  EXPECT_EQ(end.output, "robotsrobots");
}

TEST_P(Container, SaysItselfWhichShellTheClientSees) {
  settings.shell = "/bin/bash";

  EXPECT_EQ(run(Job{.command = "echo $SHELL", .env = {{"SHELL", "/bin/dash"}}}).output, "/bin/bash\n");
}

TEST_P(Container, SourcesTheEnvironmentFileWhichHasTheLastWord) {
  app_.write(".environment", "export COLOUR=green\nexport PATH=\"$PLATFORM_APP_DIR/own:$PATH\"\n");
  app_.write("own/greet", "#!/bin/sh\necho hello from the app\n", true);

  const JobEnd end = run(Job{.command = "echo $COLOUR; greet", .env = {{"COLOUR", "red"}}});

  EXPECT_EQ(end.output, "green\nhello from the app\n");
}

TEST_P(Container, HasAnAppThatCannotBeWrittenTo) {
  const JobEnd end =
      run("touch new; echo x >index.php; mkdir web/more; touch ${TMPDIR:-/tmp}/ok && echo $? ; cat index.php");

  EXPECT_THAT(end.output, AllOf(HasSubstr("touch"), HasSubstr("index.php"), HasSubstr("mkdir"), HasSubstr("0\n<?php")));
  EXPECT_FALSE(std::filesystem::exists(app_.path() / "new"));
}

TEST_P(Container, KeepsMountsFromJobToJob) {
  const nlohmann::json configuration{{"mounts", {{"/web/uploads", {{"source", "local"}}}, {"var/cache", {}}}}};

  const JobEnd first = run(Job{.command = "echo one >web/uploads/file && echo two >var/cache/file && touch web/no",
                               .env = {},
                               .configuration = configuration});
  const JobEnd second =
      run(Job{.command = "cat web/uploads/file var/cache/file", .env = {}, .configuration = configuration});

  EXPECT_NE(first.exit_code, 0);
  EXPECT_EQ(second.output, "one\ntwo\n");
}

TEST_P(Container, RefusesAMountOutsideTheApp) {
  const JobEnd end = run(Job{.command = "true", .env = {}, .configuration = {{"mounts", {{"../secrets", {}}}}}});

  EXPECT_THAT(end.error, HasSubstr("\"../secrets\" is not below the app"));
}

TEST_P(Container, KeepsTemporaryFilesOfAnEnvironment) {
  run("echo text >\"${TMPDIR:-/tmp}/file\"");

  EXPECT_EQ(run("cat \"${TMPDIR:-/tmp}/file\"").output, "text\n");
}

TEST_P(Container, HidesWhatIsNotATool) {
  const JobEnd end = run("command -v cmake || echo no cmake; command -v grep >/dev/null && echo grep");

  EXPECT_EQ(end.output, "no cmake\ngrep\n");
}

TEST_P(Container, SpendsPlatformTimeInSleep) {
  const Stopwatch stopwatch;

  const JobEnd end = run("sleep 600 && sleep 1.5 2m && sleep 1h; sleep x; echo $?; sleep; echo $?");

  EXPECT_LT(stopwatch.elapsed(), std::chrono::seconds{600});
  const auto spent = platform.spent();
  ASSERT_THAT(spent, SizeIs(3));
  EXPECT_EQ(spent[0].duration, Milliseconds{600'000});
  EXPECT_EQ(spent[1].duration, Milliseconds{121'500});
  EXPECT_EQ(spent[1].what, "sleep 1.5 2m");
  EXPECT_EQ(spent[2].duration, Milliseconds{3'600'000});
  EXPECT_THAT(end.output, AllOf(HasSubstr("invalid time interval 'x'"), HasSubstr("missing operand")));
}

TEST_P(Container, LetsAStandInTakeItsMinutes) {
  settings.stand_ins = {{"drush", {.takes = std::chrono::minutes{12}, .exit_code = 3}},
                        {"bin/console", {.takes = std::chrono::minutes{2}}}};
  settings.default_stand_in = {.takes = std::chrono::seconds{30}};

  const JobEnd end = run("drush cron; echo $?; php bin/console app:mail; bin/console x; make-report --all | mysql");

  EXPECT_EQ(end.output, "3\n");
  const auto spent = platform.spent();
  ASSERT_THAT(spent, SizeIs(5));
  EXPECT_EQ(spent[0].duration, std::chrono::minutes{12});
  EXPECT_EQ(spent[0].what, "drush cron");
  EXPECT_EQ(spent[1].duration, std::chrono::minutes{2});
  EXPECT_EQ(spent[1].what, "php bin/console app:mail");
  EXPECT_EQ(spent[2].duration, std::chrono::minutes{2});
  EXPECT_EQ(spent[3].duration, std::chrono::seconds{30});
  EXPECT_THAT(runner().stood_in_for(), testing::ElementsAre("bin/console", "make-report", "mysql"));
}

TEST_P(Container, CutsOutputThatIsTooLong) {
  settings.output_limit_bytes = 1000;

  const JobEnd end = run("head -c 5000 /dev/zero | tr '\\0' x");

  EXPECT_EQ(end.output, std::string(1000, 'x') + "\n[4000 more bytes were dropped]\n");
  std::size_t dropped = 0;
  for (const JobProcesses& job : runner().take_processes()) dropped += job.dropped_output;
  EXPECT_EQ(dropped, 4000U);
}

TEST_P(Container, RunsNothingForAnEmptyCommand) {
  const JobEnd end = run("");

  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.error, "");
}

TEST_P(Container, SaysWhetherItHasNamespaces) {
  EXPECT_EQ(runner().why_not_isolated().empty(), isolated());
  EXPECT_EQ(run("pwd").output == "/app\n", isolated());
}

TEST_P(Container, CoversPathsOfSystemPrograms) {
  // What stands at an absolute path can be covered by a mount only.
  if (!isolated()) GTEST_SKIP() << "only namespaces can do it";

  EXPECT_EQ(run("PATH=/usr/bin:/bin; sleep 100; /bin/sleep 200; env -i /usr/bin/sleep 300").exit_code, 0);
  EXPECT_THAT(platform.spent(), SizeIs(3));
}

TEST_P(Container, KeepsEnvironmentsApart) {
  runner().start(
      Job{.number = ++jobs_, .environment = "other", .app = "app", .command = "echo x >${TMPDIR:-/tmp}/a", .env = {}});
  platform.wait_for_end(jobs_);

  EXPECT_NE(run("cat ${TMPDIR:-/tmp}/a").exit_code, 0);
}

TEST(ContainerRunner, SaysThatItsProgramIsMissing) {
  const TemporaryFolder folder;

  EXPECT_THROW((ContainerRunner{{.folder = folder.path(), .program = folder.path() / "none"}}), std::exception);
}

}  // namespace
}  // namespace understudy
