#include "mock_server/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace understudy {
namespace {

constexpr const char* kClosed = "the platform has begun anew";

}  // namespace

void Ledger::put(LedgerEntry entry) {
  const std::scoped_lock lock{mutex_};
  waiting_.push_back(std::move(entry));
  ++last_;
}

Ledger::Ticket Ledger::showing(Time now) {
  const std::scoped_lock lock{mutex_};
  if (now > marked_) {
    waiting_mark_ = marked_ = now + lease_;
    ++last_;
  }
  return last_;
}

void Ledger::set_lease(Milliseconds lease) {
  const std::scoped_lock lock{mutex_};
  lease_ = lease;
}

void Ledger::wait(Ticket ticket) {
  Lock lock{mutex_};
  const std::uint64_t before = attempts_;
  while (safe_ < ticket) {
    if (attempts_ != before && failed_ >= ticket) throw LedgerFailure{why_};
    if (turn_)
      changed_.wait(lock);
    else
      commit(lock);
  }
}

/// One attempt to write all that waits.
void Ledger::commit(Lock& lock) {
  std::vector<LedgerEntry> entries = std::exchange(waiting_, {});
  const std::optional<Time> mark = std::exchange(waiting_mark_, {});
  const Ticket upto = last_;
  std::string problem;
  turn_ = true;
  lock.unlock();
  try {
    if (!store_) throw LedgerFailure{kClosed};
    store_->commit(entries, mark);
  } catch (const std::exception& failure) {
    problem = failure.what();
  }
  lock.lock();
  turn_ = false;
  ++attempts_;
  changed_.notify_all();
  if (problem.empty()) {
    safe_ = upto;
    failed_ = 0;
    return;
  }
  failed_ = upto;
  why_ = problem;
  entries.insert(entries.end(), std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
  waiting_ = std::move(entries);
  if (!waiting_mark_) waiting_mark_ = mark;
}

void Ledger::rest_at(Time now) {
  Ticket ticket = 0;
  {
    const std::scoped_lock lock{mutex_};
    waiting_mark_ = marked_ = now;
    ticket = ++last_;
  }
  wait(ticket);
}

template <class Use>
void Ledger::use_store(Use use) const {
  Lock lock{mutex_};
  changed_.wait(lock, [this] { return !turn_; });
  if (!store_) throw LedgerFailure{kClosed};
  turn_ = true;
  lock.unlock();
  const auto give_back = [&] {
    lock.lock();
    turn_ = false;
    changed_.notify_all();
  };
  try {
    use(*store_);
  } catch (...) {
    give_back();
    throw;
  }
  give_back();
}

void Ledger::read(const std::function<void(LedgerEntry)>& take) {
  use_store([&](LedgerStore& store) { store.read(take); });
}

std::optional<Time> Ledger::mark() const {
  std::optional<Time> mark;
  use_store([&](const LedgerStore& store) { mark = store.mark(); });
  return mark;
}

LedgerHead Ledger::head() const {
  LedgerHead head;
  use_store([&](const LedgerStore& store) { head = store.head(); });
  return head;
}

void Ledger::close() {
  Lock lock{mutex_};
  changed_.wait(lock, [this] { return !turn_; });
  if (safe_ < last_ && store_) commit(lock);  // whoever waits for it may be told yet
  changed_.wait(lock, [this] { return !turn_; });
  store_.reset();
}

nlohmann::json Ledger::snapshot(Time now) {
  wait(showing(now));  // what was shown is in it
  Snapshot snapshot{.now = now};
  use_store([&](LedgerStore& store) {
    snapshot.head = store.head();
    store.read([&](LedgerEntry entry) {
      snapshot.now = std::max(snapshot.now, entry.at);  // some may have come meanwhile
      snapshot.entries.push_back(std::move(entry));
    });
  });
  return to_json(snapshot);
}

}  // namespace understudy
