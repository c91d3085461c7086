// What was committed survives the machine, not only the process: a file system that forgets everything that was not
// synced is put below SQLite, and what it remembers is looked at after every commit.

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <cstring>
#include <map>
#include <vector>

#include "state/state_file.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

/// SQLite's own file system, with a copy of each file as it was when it was last synced.
class ForgetfulFiles {
public:
  ForgetfulFiles() {
    real() = sqlite3_vfs_find(nullptr);
    vfs_ = *real();
    vfs_.zName = "forgetful";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real()->szOsFile;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ForgetfulFiles(const ForgetfulFiles&) = delete;
  ForgetfulFiles& operator=(const ForgetfulFiles&) = delete;
  ~ForgetfulFiles() {
    sqlite3_vfs_unregister(&vfs_);
    synced().clear();
  }

  /// What a disk holds after the power went: by name, without the folder.
  static void restore_into(const std::filesystem::path& folder) {
    for (const auto& [path, content] : synced())
      std::ofstream{folder / std::filesystem::path{path}.filename(), std::ios::binary} << content;
  }

private:
  struct File {
    sqlite3_file base;
    const char* name;
    [[nodiscard]] sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  static std::map<std::string, std::string>& synced() {
    static std::map<std::string, std::string> files;
    return files;
  }
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  template <auto Method, class... Arguments>
  static int pass(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* const below = of(file)->below();
    return (below->pMethods->*Method)(below, arguments...);
  }

  static int sync(sqlite3_file* file, int flags) {
    const int result = pass<&sqlite3_io_methods::xSync>(file, flags);
    if (of(file)->name != nullptr) synced()[of(file)->name] = content_of(of(file)->name);
    return result;
  }

  static int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
    // Version 1: without shared memory, which a file that is used by one process does not need.
    static const sqlite3_io_methods kMethods{
        .iVersion = 1,
        .xClose = pass<&sqlite3_io_methods::xClose>,
        .xRead = pass<&sqlite3_io_methods::xRead>,
        .xWrite = pass<&sqlite3_io_methods::xWrite>,
        .xTruncate = pass<&sqlite3_io_methods::xTruncate>,
        .xSync = sync,
        .xFileSize = pass<&sqlite3_io_methods::xFileSize>,
        .xLock = pass<&sqlite3_io_methods::xLock>,
        .xUnlock = pass<&sqlite3_io_methods::xUnlock>,
        .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock>,
        .xFileControl = pass<&sqlite3_io_methods::xFileControl>,
        .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
        .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>};
    File* const mine = of(file);
    std::memset(mine, 0, sizeof(File));
    mine->name = name;
    const int result = real()->xOpen(real(), name, mine->below(), flags, out);
    if (mine->below()->pMethods != nullptr) mine->base.pMethods = &kMethods;
    return result;
  }

  sqlite3_vfs vfs_{};
};

TEST(PowerLoss, TakesNothingThatWasCommitted) {
  const ForgetfulFiles files;
  const TemporaryFolder folder;
  const LedgerHead head{"{}", 1};
  const std::unique_ptr<LedgerStore> store = open_state_file(folder.path() / "state", head);
  for (int i = 1; i <= 60; ++i) {
    // Some are large: the log is written back into the file now and then.
    store->commit(std::vector{LedgerEntry{.body = std::string(static_cast<std::size_t>(i % 7) * 40'000, 'b')}},
                  Time{Milliseconds{i}});

    const TemporaryFolder after;
    ForgetfulFiles::restore_into(after.path());
    const std::unique_ptr<LedgerStore> again = open_state_file(after.path() / "state", head);
    int count = 0;
    again->read([&](const LedgerEntry& /*entry*/) { ++count; });
    ASSERT_EQ(count, i);
    ASSERT_EQ(again->mark(), Time{Milliseconds{i}});
  }
}

}  // namespace
}  // namespace understudy
