#include "state/state_file.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <random>

#include "mock_server/document.hpp"
#include "mock_server/mock_server.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

LedgerEntry entry(int number) {
  return {.at = Time{Milliseconds{1000 * number}},
          .events = static_cast<std::uint64_t>(number),
          .draws = ~std::uint64_t{0} - static_cast<std::uint64_t>(number),
          .method = "POST",
          .path = "/projects/p1/variables",
          .query = "n=" + std::to_string(number),
          .headers = {{"Authorization", "Bearer x:y\n"}, {"Empty", ""}},
          .body = std::string(static_cast<std::size_t>(number * 7 % 300), 'b') + std::string{"\0\xff", 2},
          .status = 201,
          .answer = 0xfedcba9876543210U};
}

std::vector<LedgerEntry> entries(int count) {
  std::vector<LedgerEntry> result;
  for (int i = 1; i <= count; ++i) result.push_back(entry(i));
  return result;
}

std::vector<std::string> read(LedgerStore& store) {
  std::vector<std::string> result;
  store.read([&](const LedgerEntry& each) { result.push_back(to_json(each).dump()); });
  return result;
}

std::vector<std::string> texts(const std::vector<LedgerEntry>& entries) {
  std::vector<std::string> result;
  for (const LedgerEntry& each : entries) result.push_back(to_json(each).dump());
  return result;
}

struct StateFile : ::testing::Test {
  /// What opening it says, "" if it opens.
  std::string complaint(const LedgerHead& with) {
    try {
      read(*open_state_file(file, with));
      return "";
    } catch (const InputError& error) {
      return error.what();
    }
  }
  void fill(int count) {
    const std::unique_ptr<LedgerStore> store = open_state_file(file, head);
    store->commit(entries(count), Time{Milliseconds{count * 2000}});
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "state";
  LedgerHead head{"{\"users\": {}}", 7};
};

TEST_F(StateFile, KeepsWhatWasCommitted) {
  {
    const std::unique_ptr<LedgerStore> store = open_state_file(file, head);
    EXPECT_EQ(store->mark(), std::nullopt);
    store->commit(entries(3), {});
    store->commit({}, Time{Milliseconds{5000}});
    store->commit(std::vector{entry(4)}, Time{Milliseconds{6000}});
  }

  const std::unique_ptr<LedgerStore> store = open_state_file(file, head);

  EXPECT_EQ(read(*store), texts(entries(4)));
  EXPECT_EQ(store->mark(), Time{Milliseconds{6000}});
  EXPECT_EQ(store->head().world, head.world);
  store->commit(std::vector{entry(5)}, {});
  EXPECT_EQ(read(*store), texts(entries(5)));
}

TEST_F(StateFile, IsReadByItsOwnerOnly) {
  const auto mode = [&](const std::string& name) { return fs::status(folder.path() / name).permissions(); };
  const fs::perms owner = fs::perms::owner_read | fs::perms::owner_write;
  {
    const std::unique_ptr<LedgerStore> store = open_state_file(file, head);
    store->commit(entries(3), {});
    EXPECT_EQ(mode("state"), owner);
    EXPECT_EQ(mode("state-wal"), owner);
  }
  fs::permissions(file, owner | fs::perms::group_read | fs::perms::others_read);

  const std::unique_ptr<LedgerStore> store = open_state_file(file, head);

  EXPECT_EQ(mode("state"), owner);
}

TEST_F(StateFile, OfAnotherWorldOrSeedIsRefusedAndLeftAsItIs) {
  fill(3);
  const std::string before = content_of(file);

  EXPECT_THAT(complaint({"{}", 7}), HasSubstr("state: was made with another world"));
  EXPECT_THAT(complaint({head.world, 8}), HasSubstr("was made with the seed 7, not 8; --seed 7 goes on with it"));
  EXPECT_EQ(content_of(file), before);
  EXPECT_EQ(complaint(head), "");
}

TEST_F(StateFile, ThatIsNoneIsRefusedAndLeftAsItIs) {
  folder.write("state", "users: {alice: {}}\n" + std::string(5000, '#'));
  EXPECT_THAT(complaint(head), HasSubstr("state: is no state file; it was left as it is"));
  EXPECT_THAT(content_of(file), ::testing::StartsWith("users: {alice: {}}\n"));

  fs::remove(file);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE dear (to_me)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  const std::string before = content_of(file);
  EXPECT_THAT(complaint(head), HasSubstr("is no state file"));
  EXPECT_EQ(content_of(file), before);

  file = folder.path();
  EXPECT_THAT(complaint(head), HasSubstr("is a folder"));
  file = folder.path() / "nowhere/state";
  EXPECT_THAT(complaint(head), HasSubstr("there is no folder"));
}

TEST_F(StateFile, ThatIsNoneKeepsItsPermissionsAndIsNeverADevice) {
  const fs::perms all = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read;
  folder.write("state", "hello");
  fs::permissions(file, all);

  EXPECT_THAT(complaint(head), HasSubstr("is no state file"));

  EXPECT_EQ(fs::status(file).permissions(), all);
  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0644), 0);
  EXPECT_THAT(complaint(head), HasSubstr("is no file that a state could be kept in"));
  EXPECT_EQ(fs::status(file).permissions(), all) << "as of a device, which everybody needs";
  fs::remove(file);
  fs::create_symlink("nowhere", file);
  EXPECT_THAT(complaint(head), HasSubstr("cannot be opened: No such file"));
}

TEST_F(StateFile, OfALaterFormatIsRefused) {
  fill(1);
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &opened), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(opened, "PRAGMA user_version=2", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(opened);

  EXPECT_THAT(complaint(head), HasSubstr("has the format 2, and this version reads 1"));
}

TEST_F(StateFile, IsUsedByOneAtATime) {
  const std::unique_ptr<LedgerStore> store = open_state_file(file, head);

  EXPECT_THAT(complaint(head), HasSubstr("another process uses this state file"));
}

TEST_F(StateFile, WithNothingInItIsNew) {
  folder.write("state", "");
  EXPECT_EQ(head_of_state_file(file), std::nullopt);

  fill(2);

  EXPECT_EQ(head_of_state_file(file)->seed, 7U);
  EXPECT_EQ(head_of_state_file(folder.path() / "other"), std::nullopt);
}

TEST_F(StateFile, WhateverByteIsChangedItGivesWhatItHeldOrComplains) {
  fill(40);
  const std::string good = content_of(file);
  const std::vector<std::string> held = texts(entries(40));
  std::mt19937_64 chance{3};
  int noticed = 0;
  for (int i = 0; i < 300; ++i) {
    std::string bad = good;
    char& byte = bad[chance() % bad.size()];
    byte = static_cast<char>(byte ^ (1U << chance() % 8));
    folder.write("state", bad);
    try {
      const std::unique_ptr<LedgerStore> store = open_state_file(file, head);
      EXPECT_EQ(read(*store), held);
      EXPECT_EQ(store->mark(), Time{Milliseconds{80'000}});
    } catch (const InputError&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 100);

  folder.write("state", good.substr(0, good.size() / 2));
  EXPECT_THAT(complaint(head), HasSubstr("is damaged"));
}

TEST_F(StateFile, IsReplacedAndNothingOfItIsLost) {
  fill(3);

  EXPECT_EQ(replace_state_file(file, {{"{}", 9}, Time{Milliseconds{50'000}}, entries(2)}), file.string() + ".1");
  EXPECT_EQ(replace_state_file(file, {{"{}", 10}, {}, {}}), file.string() + ".2");

  const auto read_from = [&](const std::string& suffix, const LedgerHead& of) {
    return read(*open_state_file(file.string() + suffix, of));
  };
  EXPECT_EQ(read_from(".1", head), texts(entries(3)));
  EXPECT_EQ(read_from(".2", {"{}", 9}), texts(entries(2)));
  EXPECT_EQ(open_state_file(file.string() + ".2", {"{}", 9})->mark(), Time{Milliseconds{50'000}});
  EXPECT_THAT(read_from("", {"{}", 10}), IsEmpty());
  EXPECT_EQ(replace_state_file(folder.path() / "new", {head, {}, {}}), "");
}

TEST_F(StateFile, IsWholeWhenItsReplacementWasCutShort) {
  fill(3);
  folder.write("state.new", "half of a file");
  folder.write("state.new-wal", "and of its log");
  fs::create_hard_link(file, file.string() + ".1");  // the last step but one: it has both names

  EXPECT_EQ(read(*open_state_file(file, head)), texts(entries(3)));
  EXPECT_EQ(replace_state_file(file, {{"{}", 9}, {}, {}}), file.string() + ".2");

  EXPECT_THAT(read(*open_state_file(file, {"{}", 9})), IsEmpty());
  EXPECT_EQ(read(*open_state_file(file.string() + ".2", head)), texts(entries(3)));
}

TEST_F(StateFile, IsAnArchive) {
  std::vector<fs::path> told;
  const std::unique_ptr<Archive> archive = state_archive(file, [&](const fs::path& kept) { told.push_back(kept); });
  archive->open(head)->commit(entries(2), {});

  EXPECT_EQ(read(*archive->replace({{"{}", 9}, {}, entries(1)})), texts(entries(1)));

  EXPECT_THAT(told, ElementsAre(fs::path{file.string() + ".1"}));
  EXPECT_EQ(read(*open_state_file(told.at(0), head)), texts(entries(2)));
}

TEST_F(StateFile, TakesTheLogOfAKilledProcessWithItWhenItIsReplaced) {
  const fs::path killed = folder.path() / "killed";
  {
    const std::unique_ptr<LedgerStore> store = open_state_file(file, head);
    store->commit(entries(3), {});
    fs::copy(file, killed);  // as it lies there now
    fs::copy(file.string() + "-wal", killed.string() + "-wal");
  }

  replace_state_file(killed, {{"{}", 9}, {}, {}});

  EXPECT_EQ(read(*open_state_file(killed.string() + ".1", head)), texts(entries(3)));
  EXPECT_THAT(read(*open_state_file(killed, {"{}", 9})), IsEmpty());
}

TEST_F(StateFile, ThatCannotBeWrittenSaysSoAndIsTriedAgain) {
  std::unique_ptr<LedgerStore> store = open_state_file(file, head);
  Ledger ledger{std::move(store)};
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{.rlim_cur = 100'000, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &little);
  LedgerEntry large = entry(1);
  large.body = std::string(300'000, 'x');
  ledger.put(large);

  try {
    ledger.wait(ledger.showing(Time{}));
    ADD_FAILURE() << "there was no room for it";
  } catch (const LedgerFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr(file.string() + ": "));
  }

  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  ledger.wait(ledger.showing(Time{}));
  std::vector<std::string> bodies;
  ledger.read([&](const LedgerEntry& each) { bodies.push_back(each.body); });
  EXPECT_THAT(bodies, ElementsAre(large.body));
}

TEST_F(StateFile, OfAPlatformMakesTheSameOne) {
  const World world =
      World::from_text("{users: {alice: {}}, projects: {p1: {owner: alice, environments: {main: {}}}}}", "test");
  const Time world_began = MockServer{{.world = world}}.now();
  for (int round = 0; round < 3; ++round) {
    Ledger ledger{open_state_file(file, {world.text(), 1})};
    MockServer server{{.world = world, .ledger = &ledger}};
    EXPECT_EQ(server.now(), world_began + round * Milliseconds{90'000});
    server.advance(Milliseconds{90'000});
  }
}

}  // namespace
}  // namespace understudy
