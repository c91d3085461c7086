#include "model/branching.hpp"
#include "model/git.hpp"
#include "server_fixture.hpp"

namespace understudy {
namespace {

using std::chrono::minutes;

struct Histories : ::testing::Test {
  std::string commit(const std::string& file, const std::vector<std::string>& parents = {}) {
    return model::add_commit(repository,
                             {.tree = model::add_tree(repository, {{file, "x"}}), .parents = parents, .message = file});
  }
  std::string merge(const std::string& into, const std::string& from) {
    return model::merge_heads(repository, into, from, {.message = "Merge"});
  }
  model::Repository repository;
};

TEST_F(Histories, AreComparedByTheirCommits) {
  const std::string root = commit("root");
  const std::string left = commit("left", {root});
  const std::string right = commit("right", {commit("between", {root})});

  EXPECT_EQ(model::distance(repository, left, right).ahead, 1);
  EXPECT_EQ(model::distance(repository, left, right).behind, 2);
  EXPECT_EQ(model::distance(repository, root, root).ahead, 0);
  EXPECT_EQ(model::distance(repository, "", root).behind, 1) << "an environment without code";
}

TEST_F(Histories, AreFastForwardedWhereThatLosesNothing) {
  const std::string root = commit("root");
  const std::string next = commit("next", {root});

  EXPECT_EQ(merge(root, next), next);
  EXPECT_EQ(merge(next, root), next) << "there is nothing to merge";
  EXPECT_EQ(merge("a head that a world made up", next), next);
}

TEST_F(Histories, ComeTogetherInACommitWithBothParents) {
  const std::string root = commit("root");
  const std::string left = commit("left", {root});
  const std::string right = commit("right", {root});

  const model::Commit& merged = repository.commits.at(merge(left, right));

  EXPECT_THAT(merged.parents, ::testing::ElementsAre(left, right));
  EXPECT_EQ(repository.trees.at(merged.tree).size(), 2U) << "the files of both";
}

struct Environments : Server {
  void SetUp() override {
    start();
    log_in("alice");
  }
  nlohmann::json environment(const std::string& id) { return body(get("/projects/p1/environments/" + id)); }
  std::string begun(const httplib::Result& answer) { return body(answer)["_embedded"]["activities"][0]["id"]; }
  nlohmann::json activity(const std::string& id) { return body(get("/projects/p1/activities/" + id)); }
};

TEST_F(Environments, AreNeverBelowThemselves) {
  ASSERT_EQ(patch("/projects/p1/environments/idle", {{"parent", "dev"}})->status, 200);

  EXPECT_EQ(patch("/projects/p1/environments/dev", {{"parent", "idle"}})->status, 400);
  EXPECT_EQ(patch("/projects/p1/environments/dev", {{"parent", "dev"}})->status, 400);
  EXPECT_EQ(environment("dev")["parent"], "main");
}

TEST_F(Environments, AreAsBeforeWhenTheirDeletionIsCancelled) {
  const std::string id = begun(remove("/projects/p1/environments/idle"));
  ASSERT_EQ(environment("idle")["status"], "deleting");

  EXPECT_EQ(post("/projects/p1/activities/" + id + "/cancel")->status, 200);

  EXPECT_EQ(environment("idle")["status"], "inactive");
  server->advance(minutes{5});
  EXPECT_EQ(get("/projects/p1/environments/idle")->status, 200);
}

TEST_F(Environments, StageWhatChangesThemAndNotWhatChangesTheirParent) {
  ASSERT_EQ(patch("/projects/p1/environments/dev/settings", {{"enable_manual_deployments", true}})->status, 200);

  const std::string merge = begun(post("/projects/p1/environments/dev/merge"));
  const std::string variable = begun(post("/projects/p1/environments/dev/variables", {{"name", "A"}, {"value", "1"}}));

  EXPECT_EQ(activity(merge)["state"], "pending") << "main is deployed automatically";
  EXPECT_EQ(activity(variable)["state"], "staged");
  EXPECT_EQ(environment("main")["has_staged_activities"], false);
  EXPECT_EQ(environment("dev")["has_staged_activities"], true);
}

TEST_F(Environments, TakeWhatWasStagedWhenItIsDeployed) {
  ASSERT_EQ(patch(kMain + "/settings", {{"enable_manual_deployments", true}})->status, 200);
  const nlohmann::json head = environment("main")["head_commit"];
  const std::string staged = begun(post("/projects/p1/environments/dev/merge"));
  server->advance(minutes{5});
  ASSERT_EQ(activity(staged)["state"], "staged");
  ASSERT_EQ(environment("main")["head_commit"], head);

  const std::string deployment = begun(post(kMain + "/deploy", {{"strategy", "stopstart"}}));
  server->advance(minutes{5});

  EXPECT_EQ(activity(staged)["result"], "success");
  EXPECT_EQ(activity(staged)["completed_at"], activity(deployment)["completed_at"]);
  EXPECT_EQ(environment("main")["head_commit"], environment("dev")["head_commit"]);
  EXPECT_EQ(environment("main")["has_staged_activities"], false);
}

TEST_F(Environments, KeepABackupWhoseDeletionIsCancelled) {
  const std::string backup = body(post(kMain + "/backup"))["_embedded"]["activities"][0]["payload"]["backup_name"];
  server->advance(minutes{10});
  const std::string id = begun(remove(kMain + "/backups/" + backup));
  ASSERT_EQ(body(get(kMain + "/backups/" + backup))["restorable"], false);

  EXPECT_EQ(post("/projects/p1/activities/" + id + "/cancel")->status, 200);

  EXPECT_EQ(body(get(kMain + "/backups/" + backup))["status"], "CREATED");
  EXPECT_EQ(body(get(kMain + "/backups/" + backup))["restorable"], true);
}

}  // namespace
}  // namespace understudy
