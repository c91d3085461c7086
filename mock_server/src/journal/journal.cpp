#include "mock_server/journal.hpp"

#include <algorithm>
#include <cctype>

namespace understudy {

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const Header& header : headers) {
    if (std::ranges::equal(header.name, name, same)) return &header.value;
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

std::vector<Exchange> Journal::entries(std::size_t from) const {
  const std::scoped_lock lock{mutex_};
  if (from >= entries_.size()) return {};
  return {entries_.begin() + static_cast<std::ptrdiff_t>(from), entries_.end()};
}

std::size_t Journal::size() const {
  const std::scoped_lock lock{mutex_};
  return entries_.size();
}

bool Journal::wait_for(const std::function<bool(const Exchange&)>& claim, Milliseconds limit) const {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, limit, [&] { return std::ranges::any_of(entries_, claim); });
}

std::size_t Journal::begin(Exchange exchange) {
  const std::scoped_lock lock{mutex_};
  entries_.push_back(std::move(exchange));
  entries_.back().number = entries_.size();
  changed_.notify_all();
  return entries_.size() - 1;
}

void Journal::change(std::size_t index, const std::function<void(Exchange&)>& edit) {
  const std::scoped_lock lock{mutex_};
  edit(entries_.at(index));
  changed_.notify_all();
}

}  // namespace understudy
