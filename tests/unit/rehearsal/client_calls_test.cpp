// What crons call the client for, and which of it changes something.

#include "rehearsal/client_calls.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <sstream>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::ElementsAreArray;

struct Row {
  std::string name;
  std::string text;
  std::vector<std::string> calls;  // a "!" is in front of those that write, a "#" behind those of the tree
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.text; }

const Row kRows[] = {
    {"None", "drush cron", {}},
    {"Plain", "webpaas backup:create --yes --no-wait", {"!backup:create"}},
    {"OtherBrand", "platform redeploy -y; upsun me", {"!redeploy", "me"}},
    {"Path", "/app/.platformsh/bin/platform backup:list", {"backup:list"}},
    {"PathOfAVariable", "\"$HOME/.platformsh/bin/platform\" backup:create", {"!backup:create"}},
    {"Variable", "$CLI backup:create", {}},
    {"InTree", "./bin/platform backup:create", {"!backup:create#"}},
    {"Phar", "php platform.phar backup", {"!backup#"}},
    {"PharByItsWholePath", "php /app/platform.phar backup:list; php /none/platform.phar me", {"backup:list#", "me"}},
    {"OptionsInFront", "webpaas -p abc --environment main -y backup:create", {"!backup:create"}},
    {"NoCommand", "webpaas --version; webpaas", {"", ""}},
    {"Behind", "timeout 60 webpaas sync code", {"!sync"}},
    {"InACondition", "if webpaas activity:list -i; then webpaas env:redep; fi", {"activity:list", "!env:redep"}},
    {"Substitution", "ID=$(webpaas project:info id)", {"project:info"}},
    {"Script", "sh cron.sh", {"!variable:update"}},
    {"Multi", "webpaas multi 'backup:create --live'", {"!multi"}},
    {"MultiReads", "webpaas multi backup:list", {"multi"}},
    {"OwnFunction", "platform() { echo $1; }; platform redeploy", {}},
};

class ClientCalls : public testing::TestWithParam<Row> {};

TEST_P(ClientCalls, AreFoundInShellText) {
  const TemporaryFolder tree;
  tree.write("bin/platform", "#!/usr/bin/env php\n", true);
  tree.write("platform.phar", "phar");
  tree.write("cron.sh", "webpaas variable:update x --value y\n");

  std::vector<std::string> found;
  for (const ClientCall& call : find_client_calls(GetParam().text, tree.path(), {"platform", "upsun", "webpaas"})) {
    found.push_back(fmt::format("{}{}{}", call.writes ? "!" : "", call.command, call.is_in_tree ? "#" : ""));
  }

  EXPECT_THAT(found, ElementsAreArray(GetParam().calls));
}

INSTANTIATE_TEST_SUITE_P(Forms, ClientCalls, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

TEST(WritingCommands, DependOnWhatIsBehindThem) {
  EXPECT_FALSE(is_writing_command("environment:info", {"-e", "main", "title"}));
  EXPECT_TRUE(is_writing_command("environment:info", {"title", "New"}));
  EXPECT_FALSE(is_writing_command("httpaccess", {"-e", "main"}));
  EXPECT_TRUE(is_writing_command("httpaccess", {"--access=allow:any"}));
  EXPECT_FALSE(is_writing_command("project:curl", {"/activities"}));
  EXPECT_FALSE(is_writing_command("project:curl", {"-X", "GET", "/activities"}));
  EXPECT_TRUE(is_writing_command("project:curl", {"-XPOST", "/clear_build_cache"}));
  EXPECT_TRUE(is_writing_command("environment:curl", {"--request=DELETE", "/x"}));
  EXPECT_TRUE(is_writing_command("api:curl", {"--json={}", "/x"}));
  EXPECT_FALSE(is_writing_command("environment:deploy:type", {}));
  EXPECT_TRUE(is_writing_command("environment:deploy:type", {"manual"}));
  EXPECT_TRUE(is_writing_command("user:get", {"a@example.com", "-r", "admin"}));
}

TEST(WritingCommands, MayBeShortened) {
  EXPECT_TRUE(is_writing_command("back:cr", {}));
  EXPECT_TRUE(is_writing_command("env:redeploy", {}));
  EXPECT_FALSE(is_writing_command("back:l", {}));
  EXPECT_FALSE(is_writing_command("backup:create:now", {}));
  EXPECT_FALSE(is_writing_command("back", {}));  // only parts of names with a colon
}

/// The cells of a row: all are in quotes, and none has one inside.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = line.find('"');
  while (begin != std::string::npos) {
    const std::size_t end = line.find('"', begin + 1);
    if (end == std::string::npos) break;
    cells.push_back(line.substr(begin + 1, end - begin - 1));
    begin = line.find('"', end + 1);
  }
  return cells;
}

/// Requests that change something, but for those that only open a session or ask a question.
bool has_writing_request(const std::string& endpoints) {
  std::stringstream list{endpoints};
  for (std::string one; std::getline(list >> std::ws, one, ';');) {
    if (one.starts_with("GET") || one.starts_with("HEAD") || one == "-") continue;
    const bool asks = one.starts_with("POST /oauth2/") || one == "POST /ssh" || one.ends_with("/validate") ||
                      one.find("phonenumber") != std::string::npos || one.find("verification") != std::string::npos;
    if (!asks) return true;
  }
  return false;
}

TEST(WritingCommands, AreThoseThatWereSeenToWrite) {
  const std::filesystem::path table = std::filesystem::path{SOURCE_DIR} / "../shared/reference/command-coverage.csv";
  std::ifstream in{table};
  // It is no part of the project: a checkout without it has nothing to compare with.
  if (!in) GTEST_SKIP() << "the table of commands and their requests is not at " << table;
  std::string line;
  std::getline(in, line);  // names of the columns
  std::size_t rows = 0;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    ASSERT_GE(cells.size(), 6U) << line;
    ++rows;
    const bool writes = has_writing_request(cells[5]);
    const bool by_another_way =
        cells[0] == "environment:push" || cells[0] == "mount:upload" || cells[0] == "service:mongo:restore";
    EXPECT_EQ(is_writing_command(cells[0], {}), writes || by_another_way) << cells[0];
    std::stringstream aliases{cells[1]};
    for (std::string alias; std::getline(aliases >> std::ws, alias, ';');) {
      EXPECT_EQ(is_writing_command(alias, {}), writes || by_another_way) << cells[0] << " as " << alias;
    }
  }
  EXPECT_GT(rows, 150U);
}

}  // namespace
}  // namespace understudy
