#pragma once
/// What changed the platform, in the order in which it did. The fake is a deterministic machine, so that the same
/// requests at the same platform times make the same state of the same world: a ledger that is kept is a platform that
/// is kept. It holds tokens and passwords as they were sent.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"

namespace understudy {

/// One request that was carried out, and what a replay is held against.
struct LedgerEntry {
  Time at{};                 ///< platform time
  std::uint64_t events = 0;  ///< that the engine had carried out before
  std::uint64_t draws = 0;   ///< characters of ids and tokens that were drawn by its end
  std::string method{};
  std::string path{};   ///< raw, without the query
  std::string query{};  ///< raw
  std::vector<Header> headers{};
  std::string body{};
  int status = 0;
  std::uint64_t answer = 0;  ///< hash of headers and body (FNV-1a)
};

/// What a ledger belongs to. With another world or seed the same requests make another state.
struct LedgerHead {
  std::string world{};  ///< World::text()
  std::uint64_t seed = 1;
};

/// It was made by another version of the fake, or of the world: what() says at which entry that showed.
class LedgerMismatch : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The ledger cannot be written (the disk is full, say). What was to be written still waits, and is tried again.
class LedgerFailure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where entries lie. Used by one thread at a time.
class LedgerStore {
public:
  LedgerStore() = default;
  LedgerStore(const LedgerStore&) = delete;
  LedgerStore& operator=(const LedgerStore&) = delete;
  virtual ~LedgerStore() = default;

  [[nodiscard]] virtual const LedgerHead& head() const = 0;
  /// Every entry, oldest first. Throws LedgerFailure if it has not kept them.
  virtual void read(const std::function<void(LedgerEntry)>& take) = 0;
  /// The platform time that is not to be gone back behind.
  [[nodiscard]] virtual std::optional<Time> mark() const = 0;
  /// Appends all of `entries`, and sets the mark if there is one; all of it or nothing. Safe on return from whatever
  /// the store promises to be safe from. Throws LedgerFailure.
  virtual void commit(std::span<const LedgerEntry> entries, std::optional<Time> mark) = 0;
};

/// In memory, for snapshots. With more than `limit` bytes of entries it keeps none: a part of a ledger is worth
/// nothing.
[[nodiscard]] std::unique_ptr<LedgerStore> memory_store(LedgerHead head, std::size_t limit_bytes);

struct Snapshot;

/// Where a server keeps what it serves, over its own end, and what it begins anew with. Used by one thread at a time.
class Archive {
public:
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  virtual ~Archive() = default;

  /// What is kept, to go on with; for `head`, if nothing is. Throws InputError if it was made for another one.
  [[nodiscard]] virtual std::unique_ptr<LedgerStore> open(const LedgerHead& head) = 0;
  /// Keeps `snapshot` instead. Nothing of what was kept may be open. Throws std::runtime_error; all is as before then.
  [[nodiscard]] virtual std::unique_ptr<LedgerStore> replace(const Snapshot& snapshot) = 0;
};
[[nodiscard]] std::unique_ptr<Archive> memory_archive(std::size_t limit_bytes);  ///< as of memory_store

/// Thread-safe. Whoever changes the platform, in its lock, puts what was done; whoever answers waits, outside of it,
/// until everything is safe that the answer shows. Those who wait at once are written at once.
class Ledger {
public:
  using Ticket = std::uint64_t;  ///< a place in the order of what is written

  explicit Ledger(std::unique_ptr<LedgerStore> store, Milliseconds lease = {})
      : store_{std::move(store)}, lease_{lease} {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void put(LedgerEntry entry);
  /// What has to be safe before somebody is shown the state as it is, at the time `now`.
  [[nodiscard]] Ticket showing(Time now);
  void wait(Ticket ticket);  ///< until that is safe. Throws LedgerFailure if it cannot be written

  /// Where platform time goes on by itself the mark is set ahead by this much, so that not each answer has to move it.
  /// After a kill time goes on from the mark, so up to this much later than it was.
  void set_lease(Milliseconds lease);
  /// Nobody will be shown anything later than `now`: the mark comes back to it. Throws LedgerFailure.
  void rest_at(Time now);
  /// Lets go of the store: another platform takes this one's place. What comes now is a LedgerFailure.
  void close();

  /// What was safe when it was called or has become so since, oldest first.
  void read(const std::function<void(LedgerEntry)>& take);
  [[nodiscard]] std::optional<Time> mark() const;
  [[nodiscard]] LedgerHead head() const;
  /// {format, world, seed, now, entries}: everything that makes the same platform again. Throws LedgerFailure.
  [[nodiscard]] nlohmann::json snapshot(Time now);

private:
  using Lock = std::unique_lock<std::mutex>;
  void commit(Lock& lock);
  template <class Use>
  void use_store(Use use) const;

  std::unique_ptr<LedgerStore> store_;  // of whoever has the turn
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable bool turn_ = false;  // somebody uses the store
  std::vector<LedgerEntry> waiting_;
  std::optional<Time> waiting_mark_;
  Time marked_ = Time::min();  // time may be shown up to here
  Milliseconds lease_;
  Ticket last_ = 0;  // that was given out
  Ticket safe_ = 0;
  std::uint64_t attempts_ = 0;
  Ticket failed_ = 0;  // of the last attempt, if that failed: up to here
  std::string why_{};
};

/// A snapshot taken apart and put together again.
inline constexpr int kLedgerFormat = 1;
[[nodiscard]] nlohmann::json to_json(const LedgerEntry& entry);
struct Snapshot {
  LedgerHead head{};
  Time now{};
  std::vector<LedgerEntry> entries{};
};
[[nodiscard]] nlohmann::json to_json(const Snapshot& snapshot);
/// Throws std::invalid_argument, which says what is wrong where: "entries[3].at is no time".
[[nodiscard]] Snapshot read_snapshot(const nlohmann::json& document);

}  // namespace understudy
