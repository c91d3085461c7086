#include "mock_server/journal.hpp"

#include <algorithm>

#include "mock_server/ascii.hpp"

namespace understudy {

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (same_ignoring_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view to_string(BearerRefusal refusal) {
  switch (refusal) {
    case BearerRefusal::kNone:
      return "none";
    case BearerRefusal::kMissing:
      return "missing";
    case BearerRefusal::kUnknown:
      return "unknown";
    case BearerRefusal::kExpired:
      return "expired";
    case BearerRefusal::kRevoked:
      return "revoked";
    case BearerRefusal::kOwnerGone:
      return "owner gone";
    case BearerRefusal::kChallenged:
      return "challenged";
  }
  return "";
}

std::string target(const Exchange& exchange) {
  return exchange.query.empty() ? exchange.path : exchange.path + "?" + exchange.query;
}

namespace {

/// What malloc takes for so many bytes: with its own word, in steps of 16.
std::size_t allocated(std::size_t bytes) {
  constexpr std::size_t kStep = 16;
  constexpr std::size_t kLeast = 32;
  return std::max(kLeast, (bytes + sizeof(std::size_t) + kStep - 1) / kStep * kStep);
}

/// Beside the string itself: short ones are inside it.
std::size_t bytes_beside(const std::string& text) {
  static const std::size_t inside = std::string{}.capacity();
  return text.capacity() <= inside ? 0 : allocated(text.capacity() + 1);
}

std::size_t bytes_beside(const std::vector<Header>& headers) {
  if (headers.capacity() == 0) return 0;
  std::size_t bytes = allocated(headers.capacity() * sizeof(Header));
  for (const Header& header : headers) bytes += bytes_beside(header.name) + bytes_beside(header.value);
  return bytes;
}

std::size_t bytes_beside(const Exchange& exchange) {
  std::size_t bytes = bytes_beside(exchange.request_headers) + bytes_beside(exchange.response_headers);
  const Authentication& auth = exchange.auth;
  for (const std::string* text :
       {&exchange.client, &exchange.method, &exchange.path, &exchange.query, &exchange.request_body,
        &exchange.response_body, &exchange.route, &exchange.operation, &exchange.user, &exchange.note, &auth.bearer,
        &auth.token, &auth.grant_type, &auth.outcome, &auth.role_needed, &auth.role_had, &auth.role_on})
    bytes += bytes_beside(*text);
  return bytes;
}

bool is_answered(const Exchange& exchange) { return exchange.answered_at != Time{}; }

}  // namespace

std::vector<Exchange> Journal::entries(std::size_t from) const {
  std::vector<Exchange> result;
  each(from, [&](const Exchange& exchange) { result.push_back(exchange); });
  return result;
}

void Journal::each(std::size_t from, const std::function<void(const Exchange&)>& look) const {
  const std::scoped_lock lock{mutex_};
  for (std::size_t place = first_after(from); place < entries_.size(); ++place) look(entries_[place].exchange);
}

std::size_t Journal::size() const {
  const std::scoped_lock lock{mutex_};
  return last_;
}

bool Journal::wait_for(const std::function<bool(const Exchange&)>& claim, Milliseconds limit) const {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, limit, [&] { return std::ranges::any_of(entries_, claim, &Entry::exchange); });
}

std::size_t Journal::begin(Exchange exchange) {
  const std::scoped_lock lock{mutex_};
  exchange.number = ++last_;
  entries_.push_back({.exchange = std::move(exchange), .changed = ++changes_});
  weigh(entries_.back());
  trim();
  changed_.notify_all();
  return last_ - 1;
}

void Journal::change(std::size_t index, const std::function<void(Exchange&)>& edit) {
  const std::scoped_lock lock{mutex_};
  const std::size_t place = place_of(index);
  if (place == entries_.size()) return;
  edit(entries_[place].exchange);
  entries_[place].changed = ++changes_;
  weigh(entries_[place]);
  trim();
  changed_.notify_all();
}

void Journal::limit_bytes(std::size_t limit) {
  const std::scoped_lock lock{mutex_};
  limit_ = limit;
  for (Entry& entry : entries_) weigh(entry);
  trim();
}

void Journal::clear() {
  const std::scoped_lock lock{mutex_};
  std::erase_if(entries_, [&](const Entry& entry) {
    if (!is_answered(entry.exchange)) return false;
    bytes_ -= entry.bytes;
    return true;
  });
  cleared_ = ++changes_;
  changed_.notify_all();
}

Journal::Extent Journal::extent() const {
  const std::scoped_lock lock{mutex_};
  return {.first = entries_.empty() ? 0 : entries_.front().exchange.number,
          .last = last_,
          .entries = entries_.size(),
          .bytes = bytes_,
          .limit = limit_,
          .changes = changes_};
}

Journal::News Journal::news(std::uint64_t after, std::optional<std::uint64_t> since, std::size_t most,
                            Milliseconds limit) const {
  std::unique_lock lock{mutex_};
  const std::uint64_t seen = since.value_or(changes_);
  changed_.wait_for(lock, limit, [&] { return interrupted_ || last_ > after || changes_ > seen; });
  News news{.changes = changes_};
  // What has changed is looked for from the front: it is rare, and what is asked for again and again is the end.
  for (std::size_t place = changes_ > seen ? 0 : first_after(after); place < entries_.size(); ++place) {
    const Entry& entry = entries_[place];
    if (entry.exchange.number <= after && entry.changed <= seen) continue;
    const bool is_new = entry.exchange.number > after;
    if (is_new && most == 0) {
      news.changes = seen;  // not all of it was looked at
      break;
    }
    if (is_new) --most;
    news.entries.push_back(entry.exchange);
  }
  return news;
}

void Journal::interrupt() {
  const std::scoped_lock lock{mutex_};
  interrupted_ = true;
  changed_.notify_all();
}

/// Where the entry with this index is; the end if it is gone.
std::size_t Journal::place_of(std::size_t index) const {
  const std::size_t place = first_after(index);
  return place < entries_.size() && entries_[place].exchange.number == index + 1 ? place : entries_.size();
}

/// The first whose number is higher.
std::size_t Journal::first_after(std::uint64_t number) const {
  if (number >= last_) return entries_.size();
  // Numbers without a gap at the end: how far it is from there.
  const std::uint64_t back = last_ - number;
  if (back <= entries_.size() && entries_[entries_.size() - back].exchange.number == number + 1)
    return entries_.size() - back;
  const auto found =
      std::ranges::lower_bound(entries_, number + 1, {}, [](const Entry& entry) { return entry.exchange.number; });
  return static_cast<std::size_t>(found - entries_.begin());
}

void Journal::weigh(Entry& entry) {
  if (limit_ == 0) return;
  bytes_ -= entry.bytes;
  entry.bytes = sizeof entry + bytes_beside(entry.exchange);
  bytes_ += entry.bytes;
}

void Journal::trim() {
  if (limit_ == 0) return;
  std::size_t place = 0;  // behind those that wait for their answer
  while (bytes_ > limit_ && place + 1 < entries_.size()) {
    if (!is_answered(entries_[place].exchange)) {
      ++place;
      continue;
    }
    bytes_ -= entries_[place].bytes;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(place));
  }
}

}  // namespace understudy
