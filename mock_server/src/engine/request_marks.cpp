#include "engine/request_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace understudy::engine {
namespace {

constexpr std::size_t kFew = 4;

using Requests = std::vector<const Exchange*>;

std::string_view path_of(const Exchange& exchange) {
  std::string_view path = exchange.path;
  if (path.starts_with("/api/")) path.remove_prefix(4);
  return path;
}

std::string status_of(const Exchange& exchange) {
  return exchange.status == 0 ? "no answer" : std::to_string(exchange.status);
}

Mark mark_of(const std::string& lane, const Exchange& exchange) {
  return {.lane = lane,
          .at = exchange.platform_time,
          .label = fmt::format("{} {}", exchange.method, path_of(exchange)),
          .detail = status_of(exchange)};
}

/// "9 requests that read: GET /me to GET /projects/x" -> "200, 404"
Mark merged(const std::string& lane, const Requests& requests, std::string_view what) {
  std::vector<std::string> statuses;
  for (const Exchange* exchange : requests) {
    const std::string status = status_of(*exchange);
    if (std::ranges::find(statuses, status) == statuses.end()) statuses.push_back(status);
  }
  const Exchange& first = *requests.front();
  const Exchange& last = *requests.back();
  return {.lane = lane,
          .at = first.platform_time,
          .label = fmt::format("{} requests that {}: {} {} to {} {}", requests.size(), what, first.method,
                               path_of(first), last.method, path_of(last)),
          .detail = fmt::format("{}", fmt::join(statuses, ", "))};
}

bool reads(const Exchange* exchange) {
  return exchange->method == "GET" || exchange->method == "HEAD" || exchange->method == "OPTIONS";
}

/// Of one lane at one moment.
void add_moment(Timeline& timeline, const std::string& lane, const Requests& requests) {
  const auto add_each = [&](const Requests& some) {
    for (const Exchange* exchange : some) timeline.marks.push_back(mark_of(lane, *exchange));
  };
  if (requests.size() <= kFew) return add_each(requests);
  Requests reading;
  Requests writing;
  for (const Exchange* exchange : requests) (reads(exchange) ? reading : writing).push_back(exchange);
  const auto add = [&](const Requests& some, std::string_view what) {
    some.size() > 1 ? timeline.marks.push_back(merged(lane, some, what)) : add_each(some);
  };
  add(reading, "read");
  writing.size() > kFew ? add(writing, "write") : add_each(writing);
}

/// Ids of the lanes of clients, with the lanes of those who are new.
class ClientLanes {
public:
  explicit ClientLanes(std::map<std::string, std::string> known) : ids_{std::move(known)} {}

  const std::string& of(const std::string& client) {
    const auto [entry, is_new] = ids_.try_emplace(client);
    if (is_new) {
      entry->second = client.empty() ? "client" : "client " + client;
      lanes_.push_back({.id = entry->second, .label = "requests", .kind = Lane::Kind::kClient, .group = entry->second});
    }
    return entry->second;
  }
  [[nodiscard]] const std::vector<Lane>& added() const { return lanes_; }

private:
  std::map<std::string, std::string> ids_;
  std::vector<Lane> lanes_;
};

}  // namespace

void add_requests(Timeline& timeline, const std::vector<Exchange>& exchanges,
                  const std::map<std::string, std::string>& lanes) {
  ClientLanes clients{lanes};
  std::vector<std::pair<std::string, Requests>> moments;  // in the order in which they began
  std::map<std::pair<std::string, Time>, std::size_t> known;
  for (const Exchange& exchange : exchanges) {
    if (exchange.poll) continue;
    const std::string& lane = clients.of(exchange.client);
    const auto [entry, is_new] = known.try_emplace({lane, exchange.platform_time}, moments.size());
    if (is_new) moments.push_back({lane, {}});
    moments[entry->second].second.push_back(&exchange);
  }
  for (const auto& [lane, requests] : moments) add_moment(timeline, lane, requests);
  timeline.lanes.insert(timeline.lanes.begin(), clients.added().begin(), clients.added().end());
}

}  // namespace understudy::engine
