// A world that is made of what the real client asked holds what the client saw.

#include "recordings/distil.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "mock_server/world.hpp"
#include "recorded_client.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Distil : public testing::Test {
protected:
  void SetUp() override {
    if (!RecordedClient::is_installed()) GTEST_SKIP() << "the real client is not installed: ./dev setup";
  }
  static World world_of_text(const std::string& yaml) {
    return World::from_node(parse_documents(yaml, "distilled.yaml").at(0), {});
  }
};

/// What the client lists of a project, and more.
std::vector<std::vector<std::string>> questions(const std::string& project, const std::string& environment) {
  std::vector<std::vector<std::string>> all{{"project:list"}, {"auth:info"}};
  for (const char* command : {"project:info", "environment:list", "user:list", "integration:list", "certificate:list",
                              "variable:list --level project", "activity:list --all"}) {
    std::vector<std::string> words;
    std::istringstream text{command};
    for (std::string word; text >> word;) words.push_back(word);
    words.insert(words.end(), {"-p", project});
    all.push_back(words);
  }
  for (const char* command : {"app:list", "service:list", "route:list", "worker:list", "environment:info",
                              "backup:list", "variable:list", "activity:list", "domain:list", "operation:list"})
    all.push_back({command, "-p", project, "-e", environment});
  return all;
}

Distilled distil_of(const std::string& world, const std::string& project, const std::string& token = "",
                    const std::string& brand = "webpaas") {
  RecordedClient client{world, token, brand};
  for (const auto& words : questions(project, "main")) (void)client.run(words);
  return distil(client.recording());
}

TEST_F(Distil, HoldsAllThatWasListedOfTheDemo) {
  const Distilled distilled = distil_of("demo", "abcdef1234567");

  EXPECT_THAT(distilled.not_distilled, IsEmpty()) << distilled.yaml;
  EXPECT_GT(distilled.asked, 10u);
  EXPECT_EQ(distilled.same, distilled.asked) << distilled.yaml;
  const World world = world_of_text(distilled.yaml);
  EXPECT_EQ(world.projects().at(0).id, "abcdef1234567");
  EXPECT_EQ(world.projects().at(0).environments.size(), 4u);
}

TEST_F(Distil, HoldsWhatWasListedOfTheShopAndSaysWhatItCannot) {
  const Distilled distilled = distil_of("shop", "shop234567abc");

  EXPECT_THAT(distilled.not_distilled,
              ElementsAre(HasSubstr("nothing is known but the id"), HasSubstr("commits_behind")))  // without the code
      << distilled.yaml;
  EXPECT_THAT(distilled.yaml, HasSubstr("# - organization"));
  EXPECT_EQ(distilled.same + 1, distilled.asked);
}

TEST_F(Distil, HoldsOrganizationsTeamsAndMembers) {
  RecordedClient client{"company", "olga", "upsun"};
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"project:list"},
                                             {"organization:list"},
                                             {"organization:info", "-o", "acme"},
                                             {"organization:user:list", "-o", "acme"},
                                             {"team:list", "-o", "acme"},
                                             {"team:user:list", "-o", "acme", "-t", "01J0000000000000000000DEVS"},
                                             {"team:project:list", "-o", "acme", "-t", "01J0000000000000000000DEVS"},
                                             {"team:user:list", "-o", "acme", "-t", "01J00000000000000000000PS0"},
                                             {"team:project:list", "-o", "acme", "-t", "01J00000000000000000000PS0"},
                                             {"organization:subscription:list", "-o", "acme"},
                                             {"organization:billing:address", "-o", "acme"},
                                             {"organization:billing:profile", "-o", "acme"},
                                             {"environment:list", "-p", "acmeshop12345"},
                                             {"user:list", "-p", "acmeshop12345"}})
    (void)client.run(words);

  const Distilled distilled = distil(client.recording());

  EXPECT_GT(distilled.asked, 10u);
  EXPECT_EQ(distilled.same, distilled.asked) << distilled.yaml;
  for (const char* piece : {"acme:", "bill: [billing]", "developers:", "suspended: true", "Acme SAS", "rue de la Paix"})
    EXPECT_THAT(distilled.yaml, HasSubstr(piece));
}

TEST_F(Distil, IsTheSituationBeforeTheFirstChange) {
  RecordedClient client{"busy"};
  (void)client.run({"environment:list", "-p", "abcdef1234567"});
  (void)client.run({"variable:create", "-p", "abcdef1234567", "-e", "main", "--level", "environment", "--prefix",
                    "env:", "--name", "SECRET", "--value", "a-very-secret-value", "--sensitive", "true", "--yes"});
  (void)client.run({"variable:list", "-p", "abcdef1234567", "-e", "main"});
  (void)client.run({"activity:list", "-p", "abcdef1234567", "--all"});
  (void)client.run({"backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"});
  (void)client.run({"backup:list", "-p", "abcdef1234567", "-e", "main"});

  const Distilled distilled = distil(client.recording());

  EXPECT_THAT(distilled.yaml, Not(HasSubstr("a-very-secret-value")));
  EXPECT_THAT(distilled.yaml, Not(HasSubstr("\"env:SECRET\"")));
  EXPECT_THAT(distilled.not_distilled,
              Contains(AllOf(HasSubstr("variable env:SECRET"), HasSubstr("made while it was recorded"))));
  EXPECT_THAT(distilled.not_distilled, Contains(AllOf(HasSubstr("backup "), HasSubstr("made while it was recorded"))));
  EXPECT_THAT(distilled.yaml, HasSubstr("environment.push"));  // had happened before
  EXPECT_THAT(distilled.yaml, HasSubstr("It is the situation before POST "));
  EXPECT_EQ(distilled.same, distilled.asked) << distilled.yaml;
  EXPECT_EQ(world_of_text(distilled.yaml).projects().at(0).environments.size(), 4u);
}

TEST_F(Distil, DrawsTheValuesOfSensitiveVariables) {
  const TemporaryFolder folder;
  RecordedClient client{
      folder
          .write("world.yaml",
                 "extends: demo\nprojects: {abcdef1234567: {variables: {plain: text, \"env:KEY\": "
                 "{value: a-very-secret-value, is_sensitive: true}}, environments: {main: {variables: "
                 "{own: {value: \"1\", is_enabled: false}}}}}}\n")
          .string()};
  (void)client.run({"environment:list", "-p", "abcdef1234567"});
  (void)client.run({"variable:list", "-p", "abcdef1234567", "-e", "main"});

  const Distilled distilled = distil(client.recording());

  EXPECT_THAT(distilled.yaml, Not(HasSubstr("a-very-secret-value")));
  EXPECT_THAT(distilled.yaml, HasSubstr("value: drawn-"));
  EXPECT_THAT(distilled.yaml, HasSubstr("plain: text"));
  EXPECT_THAT(distilled.not_distilled, Contains(HasSubstr("variable env:KEY: sensitive, so its value is drawn")));
  EXPECT_EQ(distilled.same, distilled.asked) << distilled.yaml;
}

TEST_F(Distil, GivesTheSameFileForTheSameRecording) {
  RecordedClient client{"demo"};
  (void)client.run({"environment:list", "-p", "abcdef1234567"});
  const Recording recording = client.recording();

  EXPECT_EQ(distil(recording).yaml, distil(recording).yaml);
}

TEST(DistilNothing, IsAnError) { EXPECT_THROW((void)distil(Recording{.file = "empty.har"}), InputError); }

}  // namespace
}  // namespace understudy
