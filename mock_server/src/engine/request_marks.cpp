#include "engine/request_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace understudy::engine {
namespace {

constexpr std::size_t kFew = 4;

using Requests = std::vector<const Asked*>;

std::string_view path_of(const Asked& asked) {
  std::string_view path = asked.path;
  if (path.starts_with("/api/")) path.remove_prefix(4);
  return path;
}

std::string status_of(const Asked& asked) { return asked.status == 0 ? "no answer" : std::to_string(asked.status); }

Mark mark_of(const std::string& lane, const Asked& asked) {
  return {.lane = lane,
          .at = asked.at,
          .label = fmt::format("{} {}", asked.method, path_of(asked)),
          .detail = status_of(asked)};
}

/// "9 requests that read: GET /me to GET /projects/x" -> "200, 404"
Mark merged(const std::string& lane, const Requests& requests, std::string_view what) {
  std::vector<std::string> statuses;
  for (const Asked* asked : requests) {
    const std::string status = status_of(*asked);
    if (std::ranges::find(statuses, status) == statuses.end()) statuses.push_back(status);
  }
  const Asked& first = *requests.front();
  const Asked& last = *requests.back();
  return {.lane = lane,
          .at = first.at,
          .label = fmt::format("{} requests that {}: {} {} to {} {}", requests.size(), what, first.method,
                               path_of(first), last.method, path_of(last)),
          .detail = fmt::format("{}", fmt::join(statuses, ", "))};
}

bool reads(const Asked* asked) {
  return asked->method == "GET" || asked->method == "HEAD" || asked->method == "OPTIONS";
}

/// Of one lane at one moment.
void add_moment(Timeline& timeline, const std::string& lane, const Requests& requests) {
  const auto add_each = [&](const Requests& some) {
    for (const Asked* asked : some) timeline.marks.push_back(mark_of(lane, *asked));
  };
  if (requests.size() <= kFew) return add_each(requests);
  Requests reading;
  Requests writing;
  for (const Asked* asked : requests) (reads(asked) ? reading : writing).push_back(asked);
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

void add_requests(Timeline& timeline, const std::vector<Asked>& requests,
                  const std::map<std::string, std::string>& lanes) {
  ClientLanes clients{lanes};
  std::vector<std::pair<std::string, Requests>> moments;  // in the order in which they began
  std::map<std::pair<std::string, Time>, std::size_t> known;
  for (const Asked& asked : requests) {
    const std::string& lane = clients.of(asked.client);
    const auto [entry, is_new] = known.try_emplace({lane, asked.at}, moments.size());
    if (is_new) moments.push_back({lane, {}});
    moments[entry->second].second.push_back(&asked);
  }
  for (const auto& [lane, at_once] : moments) add_moment(timeline, lane, at_once);
  timeline.lanes.insert(timeline.lanes.begin(), clients.added().begin(), clients.added().end());
}

}  // namespace understudy::engine
