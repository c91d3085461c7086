// A world that is made of what the real client asked holds what the client saw.

#include "recordings/distil.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "mock_server/world.hpp"
#include "recorded_client.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::Contains;
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

TEST_F(Distil, HoldsWhatWasListedOfTheShop) {
  const Distilled distilled = distil_of("shop", "shop234567abc");

  EXPECT_THAT(distilled.not_distilled, IsEmpty()) << distilled.yaml;
  EXPECT_EQ(distilled.same, distilled.asked) << distilled.yaml;
}

}  // namespace
}  // namespace understudy
