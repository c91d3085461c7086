// What was committed survives the machine, not only the process: a file system that forgets everything that was not
// synced is put below SQLite, and what it remembers is looked at after every commit.

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "state/state_file.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

/// SQLite's own file system, with a copy of each file of one folder as it was when it was last synced.
class ForgetfulFiles {
public:
  explicit ForgetfulFiles(const std::filesystem::path& folder) {
    watched() = folder.string();
    real() = sqlite3_vfs_find(nullptr);
    vfs_ = *real();
    vfs_.zName = "forgetful";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real()->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
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
  static std::string whole(const std::filesystem::path& file) {
    std::string content(std::filesystem::file_size(file), '\0');
    std::ifstream{file, std::ios::binary}.read(content.data(), static_cast<std::streamsize>(content.size()));
    return content;
  }
  struct File {
    sqlite3_file base;
    const char* name;
    [[nodiscard]] sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  static std::string& watched() {
    static std::string folder;
    return folder;
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
    const char* const name = of(file)->name;
    if (name != nullptr && std::string_view{name}.starts_with(watched())) synced()[name] = whole(name);
    return result;
  }

  static int remove(sqlite3_vfs* /*vfs*/, const char* name, int sync_folder) {
    synced().erase(name);
    return real()->xDelete(real(), name, sync_folder);
  }

  static int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
    // Version 1: without shared memory, which a file that is used by one process does not need.
    static const sqlite3_io_methods kMethods = [] {
      sqlite3_io_methods methods{};
      methods.iVersion = 1;
      methods.xClose = pass<&sqlite3_io_methods::xClose>;
      methods.xRead = pass<&sqlite3_io_methods::xRead>;
      methods.xWrite = pass<&sqlite3_io_methods::xWrite>;
      methods.xTruncate = pass<&sqlite3_io_methods::xTruncate>;
      methods.xSync = sync;
      methods.xFileSize = pass<&sqlite3_io_methods::xFileSize>;
      methods.xLock = pass<&sqlite3_io_methods::xLock>;
      methods.xUnlock = pass<&sqlite3_io_methods::xUnlock>;
      methods.xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock>;
      methods.xFileControl = pass<&sqlite3_io_methods::xFileControl>;
      methods.xSectorSize = pass<&sqlite3_io_methods::xSectorSize>;
      methods.xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>;
      return methods;
    }();
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
  const TemporaryFolder folder;
  const ForgetfulFiles files{folder.path()};
  const LedgerHead head{"{}", 1};
  const std::unique_ptr<LedgerStore> store = open_state_file(folder.path() / "state", head);
  for (int i = 1; i <= 40; ++i) {
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
