#include "cli/coverage.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::vector<ClientCommand> kCommands{{"backup:create", {"backup"}}, {"backup:list", {}}, {"help", {}}};
const CommandKinds kKinds{{"local", {"help", "version"}}};
const std::vector<KnownRoute> kRoutes{{"GET", "/me", "get-me", true},
                                      {"POST", "/projects/{project}/environments/{environment}/backup", "backup", true},
                                      {"GET", "/tickets", "list-tickets", false}};

ScenarioUse use(std::vector<CommandUse> commands, std::vector<RouteUse> routes = {}) {
  return {
      .file = "a.yaml", .name = "a", .client = "webpaas", .commands = std::move(commands), .routes = std::move(routes)};
}

Coverage of(const ScenarioUse& use) { return coverage_of(std::vector{use}, kCommands, kKinds, kRoutes); }

TEST(Coverage, CountsACommandByItsAliasAndByHowItEnded) {
  const Coverage coverage =
      of(use({{"webpaas", "backup", 0}, {"webpaas", "backup:list", 1}, {"webpaas", "no:such", 0}}));

  ASSERT_THAT(coverage.commands, SizeIs(4));
  EXPECT_EQ(coverage.commands[0].name, "backup:create");
  EXPECT_TRUE(coverage.commands[0].done);
  EXPECT_FALSE(coverage.commands[0].refused);
  EXPECT_FALSE(coverage.commands[1].done);
  EXPECT_TRUE(coverage.commands[1].refused);
  EXPECT_EQ(numbers_of(coverage).done, 1);
  EXPECT_EQ(numbers_of(coverage).refused, 1);
}

TEST(Coverage, KeepsCommandsApartThatHttpCannotShow) {
  const Coverage coverage = of(use({{"webpaas", "help", 0}}));

  EXPECT_EQ(numbers_of(coverage).beyond, 1);
  EXPECT_EQ(numbers_of(coverage).done, 0);
  EXPECT_EQ(coverage.commands[3].name, "version");  // of the file of kinds; no client lists it
  EXPECT_FALSE(coverage.commands[3].listed);
}

TEST(Coverage, TakesARefusedRequestForNoAnswer) {
  const Coverage refused = of(use({}, {{"GET", "/me", 403}}));
  const Coverage answered = of(use({}, {{"GET", "/me", 200}}));

  EXPECT_EQ(numbers_of(refused).endpoints, 0);
  EXPECT_EQ(numbers_of(answered).endpoints, 1);
  EXPECT_EQ(numbers_of(answered).not_answered, 1);
}

TEST(Coverage, NamesWhatIsMissing) {
  const std::string text = coverage_text(of(use({{"webpaas", "backup:create", 0}}, {{"GET", "/me", 200}})));

  EXPECT_THAT(text, HasSubstr("backup:create                           no scenario in which it fails"));
  EXPECT_THAT(text, HasSubstr("backup:list                             not run"));
  EXPECT_THAT(text, HasSubstr("POST   /projects/{project}/environments/{environment}/backup  never answered"));
}

TEST(Coverage, SaysWhichNumbersHaveFallen) {
  const nlohmann::json numbers = coverage_json(of(use({{"webpaas", "backup:create", 0}}))).at("numbers");
  const auto floor = [](std::string_view text) { return parse_documents(text, "floor.json").front(); };

  EXPECT_THAT(fallen_numbers(numbers, floor(R"({"commands_succeed": 1, "operations_missing": 1})")), IsEmpty());
  EXPECT_THAT(fallen_numbers(numbers, floor("commands_succeed: 2\noperations_missing: 0\n")),
              ElementsAre("floor.json:1:19: commands_succeed is 1 now, and was 2",
                          "floor.json:2:21: operations_missing is 1 now, and was 0"));
  EXPECT_THROW((void)fallen_numbers(numbers, floor("endpoint: 1")), InputError);
}

ScenarioResult result(const std::string& name, Verdict verdict) {
  ScenarioResult made{.file = "a.yaml", .name = name, .client = "webpaas", .verdict = verdict};
  StepResult& step = made.steps.emplace_back();
  step.subcommand = "backup:create";
  step.exit_code = 0;
  step.requests.push_back({.method = "GET", .status = 200, .route = "/me"});
  return made;
}

TEST(CoverageRecord, RemembersWhatPassedUntilItBreaks) {
  const TemporaryFolder folder;
  const CoverageRecord record{folder.path() / "coverage.json"};
  EXPECT_THAT(record.uses(), IsEmpty());

  record.record(std::vector{result("one", Verdict::kPassed), result("two", Verdict::kPassed)});
  record.record(std::vector{result("one", Verdict::kFailed), result("three", Verdict::kSkipped)});

  const std::vector<ScenarioUse> uses = record.uses();
  ASSERT_THAT(uses, SizeIs(1));
  EXPECT_EQ(uses[0].name, "two");
  ASSERT_THAT(uses[0].commands, SizeIs(1));
  EXPECT_EQ(uses[0].commands[0].command, "backup:create");
  ASSERT_THAT(uses[0].routes, SizeIs(1));
  EXPECT_EQ(uses[0].routes[0].route, "/me");
}

TEST(CoverageRecord, SaysThatItIsDamagedAndIsReplaced) {
  const TemporaryFolder folder;
  std::ofstream{folder.path() / "coverage.json"} << "{";
  const CoverageRecord record{folder.path() / "coverage.json"};
  EXPECT_THROW((void)record.uses(), InputError);

  record.record(std::vector{result("one", Verdict::kPassed)});
  EXPECT_THAT(record.uses(), SizeIs(1));
}

TEST(CommandKindsFile, IsReadAndComplainsOfUnknownKinds) {
  const CommandKinds kinds = load_command_kinds(std::filesystem::path{SOURCE_DIR} / "fixtures/client_commands.yaml");
  EXPECT_TRUE(kinds.at("ssh").contains("environment:ssh"));

  const TemporaryFolder folder;
  std::ofstream{folder.path() / "kinds.yaml"} << "locale: [help]\n";
  EXPECT_THROW((void)load_command_kinds(folder.path() / "kinds.yaml"), InputError);
}

}  // namespace
}  // namespace understudy
