// A ledger that is gone with its process.
#include <fmt/format.h>

#include "mock_server/ledger.hpp"

namespace understudy {
namespace {

std::size_t size_of(const LedgerEntry& entry) {
  std::size_t size = sizeof entry + entry.method.size() + entry.path.size() + entry.query.size() + entry.body.size();
  for (const Header& header : entry.headers) size += sizeof header + header.name.size() + header.value.size();
  return size;
}

class MemoryStore final : public LedgerStore {
public:
  MemoryStore(LedgerHead head, std::size_t limit_bytes) : head_{std::move(head)}, limit_{limit_bytes} {}

  [[nodiscard]] const LedgerHead& head() const override { return head_; }
  [[nodiscard]] std::optional<Time> mark() const override { return mark_; }

  void read(const std::function<void(LedgerEntry)>& take) override {
    if (full_) {
      throw LedgerFailure{fmt::format(
          "more has been changed than {} MiB in memory hold; a state file has no such limit", limit_ >> 20U)};
    }
    for (const LedgerEntry& entry : entries_) take(entry);
  }

  void commit(std::span<const LedgerEntry> entries, std::optional<Time> mark) override {
    if (mark) mark_ = mark;
    if (full_) return;
    for (const LedgerEntry& entry : entries) bytes_ += size_of(entry);
    full_ = bytes_ > limit_;
    if (full_)
      entries_ = std::vector<LedgerEntry>{};  // its memory, too
    else
      entries_.insert(entries_.end(), entries.begin(), entries.end());
  }

private:
  LedgerHead head_;
  std::size_t limit_;
  std::size_t bytes_ = 0;
  bool full_ = false;
  std::vector<LedgerEntry> entries_;
  std::optional<Time> mark_;
};

class MemoryArchive final : public Archive {
public:
  explicit MemoryArchive(std::size_t limit_bytes) : limit_{limit_bytes} {}

  std::unique_ptr<LedgerStore> open(const LedgerHead& head) override { return memory_store(head, limit_); }
  std::unique_ptr<LedgerStore> replace(const Snapshot& snapshot) override {
    std::unique_ptr<LedgerStore> store = memory_store(snapshot.head, limit_);
    store->commit(snapshot.entries, snapshot.now);
    return store;
  }

private:
  std::size_t limit_;
};

}  // namespace

std::unique_ptr<Archive> memory_archive(std::size_t limit_bytes) {
  return std::make_unique<MemoryArchive>(limit_bytes);
}

std::unique_ptr<LedgerStore> memory_store(LedgerHead head, std::size_t limit_bytes) {
  return std::make_unique<MemoryStore>(std::move(head), limit_bytes);
}

}  // namespace understudy
