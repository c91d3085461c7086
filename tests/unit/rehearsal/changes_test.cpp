#include "rehearsal/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::SizeIs;

class Changes : public testing::Test {
protected:
  /// Of the app's only cron, if the commands are to be cured.
  std::vector<LineChange> changes(const std::vector<std::string>& cure) {
    const AppProject project = load_app_project(folder_.path());
    Rehearsal rehearsal;
    const Application& app = project.apps.front();
    rehearsal.crons = {{.app = app.name, .name = app.crons.front().name, .cure = cure}};
    add_changes(rehearsal, project);
    return rehearsal.crons.front().changes;
  }
  void write_cron(const std::string& command) {
    folder_.write(".platform.app.yaml",
                  "name: app\ntype: php:8.2\ncrons:\n  a:\n    spec: '0 3 * * *'\n    commands:\n" + command +
                      "  b:\n    spec: '0 4 * * *'\n    cmd: webpaas backup:create\n");
  }
  /// How the only line to change should read.
  std::string better(const std::string& command, const std::vector<std::string>& cure) {
    write_cron("      start: " + command + "\n");
    const std::vector<LineChange> found = changes(cure);
    return found.size() == 1 ? found.front().better : std::to_string(found.size()) + " changes";
  }

  TemporaryFolder folder_;
};

TEST_F(Changes, NameTheLineAndItsPlace) {
  write_cron("      start: |\n        if true; then\n          webpaas backup:create --yes --wait\n        fi\n");

  const std::vector<LineChange> found = changes({"backup:create"});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].at.file, (folder_.path() / ".platform.app.yaml").string());
  EXPECT_EQ(found[0].at.line, 9);
  EXPECT_EQ(found[0].at.column, 11);
  EXPECT_EQ(found[0].now, "webpaas backup:create --yes --wait");
  EXPECT_EQ(found[0].better, "webpaas backup:create --yes --no-wait");
}

TEST_F(Changes, TellTheCommandItselfAndNoOther) {
  EXPECT_EQ(better("webpaas backup:create && webpaas environment:redeploy -y", {"redeploy"}), "0 changes");
  EXPECT_EQ(better("webpaas redeploy -y && webpaas foo --wait", {"redeploy"}),
            "start: webpaas redeploy --no-wait -y && webpaas foo --wait");
  EXPECT_EQ(better("webpaas backup:create && webpaas redeploy", {"backup:create", "redeploy"}),
            "start: webpaas backup:create --no-wait && webpaas redeploy --no-wait");
  EXPECT_EQ(better("webpaas redeploy; webpaas redeploy --no-wait; webpaas redeploy -W; webpaas redeploy", {"redeploy"}),
            "start: webpaas redeploy --no-wait; webpaas redeploy --no-wait; webpaas redeploy -W; webpaas redeploy "
            "--no-wait");
}

TEST_F(Changes, AreFoundInQuotedAndFoldedTexts) {
  EXPECT_EQ(better("'webpaas backup:create'", {"backup:create"}), "start: 'webpaas backup:create --no-wait'");

  write_cron("      start: >\n        webpaas\n\n        backup:create\n");
  EXPECT_THAT(changes({"backup:create"}), SizeIs(1));
}

TEST_F(Changes, ReadACommandOnToTheNextLine) {
  write_cron("      start: |\n        webpaas backup:create --yes \\\n          --wait\n        # backup:create \\\n");

  const std::vector<LineChange> found = changes({"backup:create"});

  ASSERT_THAT(found, SizeIs(1));  // the client refuses --wait beside --no-wait
  EXPECT_EQ(found[0].at.line, 9);
  EXPECT_EQ(found[0].at.column, 11);
  EXPECT_EQ(found[0].now, "--wait");
  EXPECT_EQ(found[0].better, "--no-wait");
}

TEST_F(Changes, AreFoundInScriptsThatTheCronRuns) {
  write_cron("      start: sh bin/cron.sh\n");
  folder_.write("bin/cron.sh", "#!/bin/sh\n# webpaas backup:create\n./bin/more.sh\n");
  folder_.write("bin/more.sh", "webpaas backup:create\n", true);

  const std::vector<LineChange> found = changes({"backup:create"});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].at.file, (folder_.path() / "bin/more.sh").string());
  EXPECT_EQ(found[0].at.line, 1);
}

TEST_F(Changes, AreNoneWithoutACureOrIfTheShellMakesTheCommandUp) {
  EXPECT_EQ(better("webpaas backup:create", {}), "0 changes");
  EXPECT_EQ(better("C=create; webpaas backup:$C", {"backup:create"}), "0 changes");
}

}  // namespace
}  // namespace understudy
