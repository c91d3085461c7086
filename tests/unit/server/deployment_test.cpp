#include "model/deployment.hpp"

#include "model/git.hpp"
#include "server_fixture.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

const std::string kCurrent = kMain + "/deployments/current";
const std::string kNext = kMain + "/deployments/next";

constexpr std::string_view kSizedWorld = R"(
projects:
  p1:
    environments:
      main:
        deployment: {webapps: {app: {resources: {profile_size: "1"}, operations: {clear: {role: viewer}}}}}
      dev: {}
)";

using Deployments = Server;

TEST_F(Deployments, KeepWhatAWorldDoesNotSay) {
  start(kSizedWorld);
  log_in("alice");

  const json app = body(get(kCurrent))["webapps"]["app"];
  EXPECT_EQ(app["resources"]["profile_size"], "1");
  EXPECT_EQ(app["resources"]["minimum"]["profile_size"], "0.1");
  EXPECT_EQ(app["operations"]["clear"],
            (json{{"role", "viewer"}, {"timeout", nullptr}, {"commands", {{"start", ""}, {"stop", nullptr}}}}));
}

TEST_F(Deployments, AreChangedOnlyByWhatExists) {
  start(kSizedWorld);
  log_in("alice");

  for (const char* change : {R"({"nope": {"instance_count": 2}})", R"({"app": {"resources": {"profile_size": "99"}}})",
                             R"({"app": {"instance_count": 0}})", R"({"app": {"disk": -1}})",
                             R"({"app": {"resources": {"disk": {"object": -1}}}})"})
    EXPECT_EQ(patch(kNext, {{"webapps", json::parse(change)}})->status, 400) << change;
  EXPECT_EQ(body(get(kNext))["webapps"], body(get(kCurrent))["webapps"]);
}

TEST_F(Deployments, KnowWhatIsNext) {
  start(kSizedWorld);
  log_in("alice");

  EXPECT_EQ(patch(kNext, {{"webapps", {{"app", {{"instance_count", 2}}}}}})->status, 200);
  EXPECT_EQ(patch(kNext, {{"services", {{"db", {{"disk", 4096}}}}}})->status, 200);

  const json next = body(get(kNext));
  EXPECT_EQ(next["webapps"]["app"]["instance_count"], 2);
  EXPECT_EQ(next["services"]["db"]["disk"], 4096);
  EXPECT_EQ(body(get(kCurrent))["webapps"]["app"]["instance_count"], 1);
}

TEST(Git, GivesBackTheFilesOfATree) {
  const model::Files files{{"README.md", "x"}, {"bin/run*", "#!/bin/sh\n"}, {"src/a/b.php", ""}, {"src/c.php", "y"}};
  model::Repository repository;

  const std::string tree = model::add_tree(repository, files);

  EXPECT_EQ(model::files_of(repository, tree), files);
  EXPECT_TRUE(model::files_of(repository, std::string(40, '0')).empty());
}

struct Domains : Server {
  httplib::Result add(const std::string& environment, const json& domain) {
    return post("/projects/p1/environments/" + environment + "/domains", domain);
  }
};

// The client looks at all of these itself before it asks.
TEST_F(Domains, BringACertificateThatIsOne) {
  start();
  log_in("alice");

  EXPECT_EQ(add("main", {{"name", "a.example.com"}, {"ssl", {{"certificate", "x"}, {"key", "y"}}}})->status, 400);
  EXPECT_EQ(add("main", {{"name", "a.example.com"}, {"ssl", {{"certificate", "x"}, {"key", 7}}}})->status, 400);
  EXPECT_EQ(get("/projects/p1/domains/a.example.com")->status, 404);

  EXPECT_EQ(add("main", {{"name", "a.example.com"}})->status, 201);
  EXPECT_EQ(patch("/projects/p1/domains/a.example.com", {{"ssl", {{"certificate", "x"}, {"key", "y"}}}})->status, 400);
  EXPECT_EQ(body(get("/projects/p1/domains/a.example.com"))["ssl"]["has_certificate"], false);
}

TEST_F(Domains, OfAnotherEnvironmentStandForOneOfProduction) {
  start();
  log_in("alice");
  EXPECT_EQ(add("main", {{"name", "a.example.com"}})->status, 201);

  const auto without = add("dev", {{"name", "b.example.com"}});
  EXPECT_EQ(without->status, 400);
  EXPECT_TRUE(body(without)["detail"].contains("error"));

  const auto unknown = add("dev", {{"name", "b.example.com"}, {"replacement_for", "z.example.com"}});
  EXPECT_EQ(unknown->status, 409);
  EXPECT_THAT(body(unknown)["detail"]["prod-domains"], ElementsAre("a.example.com"));

  EXPECT_EQ(add("dev", {{"name", "b.example.com"}, {"replacement_for", "a.example.com"}})->status, 201);
}

TEST(DeploymentDocument, IsTheUsualOneUntilItIsChangedAndSharedUntilThen) {
  EXPECT_FALSE(model::Deployment{}.has_value());
  model::Deployment first = model::Deployment::usual("p1", "main");
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(first->at("webapps").contains("app"));

  const model::Deployment second = first;
  EXPECT_EQ(&*first, &*second);
  first.change()["webapps"]["app"]["disk"] = 4096;

  EXPECT_EQ(first->at("webapps").at("app").at("disk"), 4096);
  EXPECT_EQ(second->at("webapps").at("app").at("disk"), 2048);
  first.reset();
  EXPECT_FALSE(first.has_value());
}

}  // namespace
}  // namespace understudy
