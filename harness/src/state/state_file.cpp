#include "state/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "mock_server/document.hpp"
#include "state/database.hpp"
#include "state/seal.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplication = 0x756e6473;  // "unds", in the file's header
constexpr const char* kLeftAlone = "it was left as it is; point --state to another file, or move this one away";

constexpr const char* kSchema = R"(
CREATE TABLE about (key TEXT PRIMARY KEY, value BLOB NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, events INTEGER NOT NULL, draws INTEGER NOT NULL,
  method BLOB NOT NULL, path BLOB NOT NULL, query BLOB NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL,
  status INTEGER NOT NULL, answer INTEGER NOT NULL, seal BLOB NOT NULL);
)";

[[noreturn]] void refuse(const fs::path& file, const std::string& problem, const std::string& hint = kLeftAlone) {
  throw InputError{{file.string(), 0, 0}, problem, hint};
}

/// What `use` runs into, as a person can act on it.
template <class Use>
auto explained(const fs::path& file, Use use) {
  try {
    return use();
  } catch (const DatabaseError& error) {
    switch (error.code()) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        refuse(file, "another process uses this state file", "end that one first, or point --state to another file");
      case SQLITE_NOTADB:
        refuse(file, "is no state file");
      case SQLITE_CORRUPT:
        refuse(file, fmt::format("is damaged ({})", error.what()));
      case SQLITE_CANTOPEN:
      case SQLITE_PERM:
      case SQLITE_READONLY:
        refuse(file, fmt::format("cannot be opened ({})", error.what()), "");
      default:
        throw std::runtime_error{fmt::format("{}: {}", file.string(), error.what())};
    }
  }
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::generic_category().message(errno)};
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path{"."}; }

/// So that a new name is there after a crash of the machine, too.
void sync_folder_of(const fs::path& file) {
  const fs::path folder = folder_of(file);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(folder.string());
  const int result = ::fsync(descriptor);
  ::close(descriptor);
  if (result != 0) fail(folder.string());
}

std::string system_message() { return std::generic_category().message(errno); }

/// Of one that is there: nothing is done to it before it is known to be a state file.
void check_usable(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) refuse(file, "cannot be opened: " + system_message(), "");
  if (S_ISDIR(status.st_mode)) refuse(file, "is a folder", "");
  if (!S_ISREG(status.st_mode)) refuse(file, "is no file that a state could be kept in", "");
  if (::access(file.c_str(), R_OK | W_OK) != 0) refuse(file, "cannot be written: " + system_message(), "");
  if (::access(folder_of(file).c_str(), W_OK | X_OK) != 0)  // its log is beside it
    refuse(file, "cannot be written: in its folder, " + system_message(), "");
}

/// If it is not there. Only its owner may read it, from its first moment on.
void make(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return sync_folder_of(file);
  }
  if (errno == EEXIST) return;
  if (errno == ENOENT || errno == ENOTDIR) refuse(file, "there is no folder " + folder_of(file).string(), "");
  refuse(file, "cannot be made: " + system_message(), "");
}

fs::path beside(const fs::path& file, const std::string& suffix) { return file.string() + suffix; }

/// Of a state file that somebody let others read.
void make_private(const fs::path& file) {
  for (const fs::path& each : {file, beside(file, "-wal")}) {
    struct stat status {};
    if (::stat(each.c_str(), &status) != 0 || (status.st_mode & 077U) == 0) continue;
    if (::chmod(each.c_str(), 0600) != 0)
      refuse(file, "can be read by others, and that cannot be changed: " + system_message(), "");
  }
}

std::int64_t stored(Time time) { return time.time_since_epoch().count(); }
Time time_from(std::int64_t stored) { return Time{Milliseconds{stored}}; }

class StateStore final : public LedgerStore {
public:
  explicit StateStore(fs::path file) : file_{std::move(file)}, database_{file_} {
    // Exclusive before the first access: no shared memory, no second process.
    database_.run("PRAGMA locking_mode=EXCLUSIVE");
    if (database_.number("PRAGMA application_id") != kApplication && !is_blank()) refuse(file_, "is no state file");
    database_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    if (is_blank()) return;
    const std::int64_t format = database_.number("PRAGMA user_version");
    if (format != kLedgerFormat)
      refuse(file_, fmt::format("has the format {}, and this version reads {}", format, kLedgerFormat));
    head_ = {.world = about("world"), .seed = static_cast<std::uint64_t>(number_about("seed").value_or(0))};
    if (const std::optional<std::int64_t> mark = number_about("mark")) mark_ = time_from(*mark);
    Statement last{database_, "SELECT number, seal FROM entries ORDER BY number DESC LIMIT 1"};
    if (last.step()) count_ = last.number(0);
    seal_ = count_ > 0 ? last.bytes(1) : seal_of(*head_);
  }

  /// Nothing was ever written into it: its maker ended at once.
  [[nodiscard]] bool is_new() const { return !head_; }

  void begin(const LedgerHead& head) {
    Transaction transaction{database_};
    database_.run(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", kApplication, kLedgerFormat));
    database_.run(kSchema);
    set_about("world", head.world);
    set_about("seed", std::to_string(static_cast<std::int64_t>(head.seed)));
    transaction.commit();
    head_ = head;
    seal_ = seal_of(head);
  }

  [[nodiscard]] const LedgerHead& head() const override { return *head_; }
  [[nodiscard]] std::optional<Time> mark() const override { return mark_; }

  void read(const std::function<void(LedgerEntry)>& take) override {
    explained(file_, [&] { read_all(take); });
  }

  void commit(std::span<const LedgerEntry> entries, std::optional<Time> mark) override {
    try {
      write(entries, mark);
    } catch (const DatabaseError& error) {
      throw LedgerFailure{fmt::format("{}: {}", file_.string(), error.what())};
    }
  }

  void close() {
    insert_.reset();
    database_.close();
  }

private:
  bool is_blank() {
    return database_.number("SELECT count(*) FROM sqlite_master") == 0 &&
           database_.number("PRAGMA application_id") == 0 && database_.number("PRAGMA user_version") == 0;
  }

  /// "" if there is no such row.
  std::string about(const std::string& key) {
    Statement row{database_, "SELECT value, seal FROM about WHERE key = '" + key + "'"};
    if (!row.step()) return "";
    std::string value = row.bytes(0);
    if (row.bytes(1) != seal_of(key, value)) refuse(file_, fmt::format("is damaged (its {} was changed)", key));
    return value;
  }

  std::optional<std::int64_t> number_about(const std::string& key) {
    const std::string text = about(key);
    if (text.empty()) return std::nullopt;
    return static_cast<std::int64_t>(std::stoll(text));  // as it was written: it has its seal
  }

  void set_about(const std::string& key, const std::string& value) {
    const std::string seal = seal_of(key, value);
    Statement row{database_, "INSERT OR REPLACE INTO about VALUES ('" + key + "', ?, ?)"};
    row.bind(1, value).bind(2, seal).run();
  }

  void read_all(const std::function<void(LedgerEntry)>& take) {
    Statement rows{database_,
                   "SELECT number, at, events, draws, method, path, query, headers, body, status, answer, seal FROM "
                   "entries ORDER BY number"};
    std::string seal = seal_of(*head_);
    for (std::int64_t number = 1; rows.step(); ++number) {
      const std::string packed = rows.bytes(7);
      LedgerEntry entry{.at = time_from(rows.number(1)),
                        .events = static_cast<std::uint64_t>(rows.number(2)),
                        .draws = static_cast<std::uint64_t>(rows.number(3)),
                        .method = rows.bytes(4),
                        .path = rows.bytes(5),
                        .query = rows.bytes(6),
                        .body = rows.bytes(8),
                        .status = static_cast<int>(rows.number(9)),
                        .answer = static_cast<std::uint64_t>(rows.number(10))};
      const bool readable = unpack_headers(packed, entry.headers);
      seal = seal_of(seal, entry);
      if (!readable || rows.number(0) != number || rows.bytes(11) != seal)
        refuse(file_, fmt::format("is damaged (at its entry {})", number));
      take(std::move(entry));
    }
  }

  void write(std::span<const LedgerEntry> entries, std::optional<Time> mark) {
    if (!insert_) insert_.emplace(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Transaction transaction{database_};
    std::int64_t number = count_;
    std::string seal = seal_;
    for (const LedgerEntry& entry : entries) {
      seal = seal_of(seal, entry);
      const std::string headers = pack_headers(entry.headers);
      insert_->bind(1, ++number)
          .bind(2, stored(entry.at))
          .bind(3, static_cast<std::int64_t>(entry.events))
          .bind(4, static_cast<std::int64_t>(entry.draws))
          .bind(5, entry.method)
          .bind(6, entry.path)
          .bind(7, entry.query)
          .bind(8, headers)
          .bind(9, entry.body)
          .bind(10, entry.status)
          .bind(11, static_cast<std::int64_t>(entry.answer))
          .bind(12, seal)
          .run();
    }
    if (mark) set_about("mark", std::to_string(stored(*mark)));
    transaction.commit();
    count_ = number;
    seal_ = seal;
    if (mark) mark_ = mark;
  }

  fs::path file_;
  Database database_;
  std::optional<Statement> insert_;
  std::optional<LedgerHead> head_;
  std::optional<Time> mark_;
  std::int64_t count_ = 0;
  std::string seal_;  // of the last entry
};

std::unique_ptr<StateStore> open_store(const fs::path& file) {
  check_usable(file);
  std::unique_ptr<StateStore> store = explained(file, [&] { return std::make_unique<StateStore>(file); });
  make_private(file);
  return store;
}

/// Under a second name first, so that at no moment neither of the two is there.
fs::path keep_aside(const fs::path& file) {
  for (int number = 1;; ++number) {
    const fs::path other = beside(file, "." + std::to_string(number));
    if (::link(file.c_str(), other.c_str()) == 0) return other;
    if (errno != EEXIST) fail("cannot keep " + file.string() + " as " + other.string());
  }
}

class StateArchive final : public Archive {
public:
  StateArchive(fs::path file, std::function<void(const fs::path&)> tell)
      : file_{std::move(file)}, tell_{std::move(tell)} {}

  std::unique_ptr<LedgerStore> open(const LedgerHead& head) override { return open_state_file(file_, head); }
  std::unique_ptr<LedgerStore> replace(const Snapshot& snapshot) override {
    const fs::path kept = replace_state_file(file_, snapshot);
    if (!kept.empty()) tell_(kept);
    return open_state_file(file_, snapshot.head);
  }

private:
  fs::path file_;
  std::function<void(const fs::path&)> tell_;
};

}  // namespace

std::unique_ptr<LedgerStore> open_state_file(const fs::path& file, const LedgerHead& head) {
  make(file);
  std::unique_ptr<StateStore> store = open_store(file);
  if (store->is_new()) {
    explained(file, [&] { store->begin(head); });
  } else if (store->head().seed != head.seed) {
    refuse(file, fmt::format("was made with the seed {}, not {}", store->head().seed, head.seed),
           fmt::format("--seed {} goes on with it", store->head().seed));
  } else if (store->head().world != head.world) {
    refuse(file, "was made with another world, or with this one as it was before it was changed",
           "it was left as it is; start with the world that it was made with, or point --state to another file");
  }
  return store;
}

std::optional<LedgerHead> head_of_state_file(const fs::path& file) {
  std::error_code unseen;
  if (!fs::exists(file, unseen)) return std::nullopt;
  const std::unique_ptr<StateStore> store = open_store(file);
  return store->is_new() ? std::nullopt : std::optional{store->head()};
}

fs::path replace_state_file(const fs::path& file, const Snapshot& snapshot) {
  const fs::path fresh = beside(file, ".new");
  for (const char* leftover : {"", "-wal", "-shm"}) fs::remove(beside(fresh, leftover));
  make(fresh);
  explained(fresh, [&] {
    StateStore store{fresh};
    store.begin(snapshot.head);
    store.commit(snapshot.entries, snapshot.now);
    store.close();
  });
  fs::path kept;
  if (fs::exists(file)) {
    // What a process that was killed left in the log belongs to this file, not to its successor.
    explained(file, [&] { StateStore{file}.close(); });
    if (fs::exists(beside(file, "-wal")))
      throw std::runtime_error{file.string() + "-wal cannot be merged into its file"};
    kept = keep_aside(file);
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) fail("cannot replace " + file.string());
  sync_folder_of(file);
  return kept;
}

std::unique_ptr<Archive> state_archive(const fs::path& file, std::function<void(const fs::path& kept)> tell) {
  return std::make_unique<StateArchive>(file, std::move(tell));
}

}  // namespace understudy
