#pragma once
/// What went over the wire: every request and response, with platform time and wall time.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

struct Header {
  std::string name;
  std::string value;
};
[[nodiscard]] const std::string* find_header(const std::vector<Header>& headers, std::string_view name);

/// Why a bearer was not taken, or that none was sent where one is due.
enum class BearerRefusal {
  kNone,        ///< it was taken, or none is due
  kMissing,     ///< no bearer, or another scheme
  kUnknown,     ///< never issued by this platform
  kExpired,     ///< past its lifetime
  kRevoked,     ///< by a logout
  kOwnerGone,   ///< the account was removed
  kChallenged,  ///< good, but the platform asks for a stronger or more recent login (RFC 9470), MFA for instance
};
[[nodiscard]] std::string_view to_string(BearerRefusal refusal);  ///< "none", "owner gone"

/// Who sent a request, with what, and what it needed. Secrets only by their names in the registry.
struct Authentication {
  bool bearer_due = false;  ///< the route that answered, or would have, needs a bearer
  std::string bearer{};     ///< "access token 2"; "unknown" for one that was never issued; "" if none was sent
  BearerRefusal refused = BearerRefusal::kNone;
  /// "API token ci": the one behind the bearer, or that a token request was about; "" for a login, or if unknown.
  std::string token{};
  std::string grant_type{};  ///< of a token request, as it was sent
  /// Of a token request: "access token 2", the token that came of it, or the error, "invalid_grant"; "" if a fault
  /// answered.
  std::string outcome{};
  /// The strongest role that was asked for before the request was let through or refused, so the weakest one that may
  /// do it: "viewer", "contributor", "admin"; in an organization "member", a permission of its members ("billing"),
  /// "admin", "owner"; "" if no role was asked for.
  std::string role_needed{};
  std::string role_had{};  ///< of the bearer's owner at that place; "" for none
  std::string role_on{};   ///< where: "project ID", "environment NAME of ID", "organization NAME"
};

/// One request and what was answered. Strings are as they went over the wire, secrets included.
struct Exchange {
  std::uint64_t number = 0;  ///< from 1, in the order of arrival
  /// Name of the attached client that sent it, "" if none was attached; in a container, the id of its cron's run, or
  /// "hook deploy".
  std::string client{};
  std::uint64_t client_id = 0;                ///< of a client in a container (JobRecord), else 0
  Time platform_time{};                       ///< at arrival
  Time answered_at{};                         ///< platform time when the answer was complete
  std::chrono::microseconds wall_time{};      ///< at arrival, since the server was constructed
  std::chrono::microseconds wall_duration{};  ///< arrival to answer
  std::string method{};
  std::string path{};   ///< raw, still percent-encoded, without the query
  std::string query{};  ///< raw, without "?"
  std::vector<Header> request_headers{};
  std::string request_body{};
  int status = 0;  ///< 0 while unanswered, and when the connection was dropped instead of answered
  std::vector<Header> response_headers{};
  std::string response_body{};  ///< of a stream: what has been sent so far
  std::string route{};          ///< path template that answered, "" if none did
  std::string operation{};      ///< operation id in the published API description, "" if it has none
  std::string user{};           ///< user name of the bearer, "" without one
  std::string note{};           ///< a short fact for tables: "pending", "no route", "fault"
  Authentication auth{};
  bool poll = false;   ///< asked again for an unfinished activity, or held its log open: a sign of waiting
  bool let_in = true;  ///< false: for a foreign host, or from a foreign page; it did not reach the platform
};
[[nodiscard]] std::string target(const Exchange& exchange);  ///< path and query

/// Thread-safe; entries are appended when the request arrives and completed when it has been answered. An entry keeps
/// its index, which is its number less one, for ever: where the journal is bounded, old ones are simply not there any
/// more. `entries(size_before)` are the ones that came since then, less those that have gone again.
class Journal {
public:
  [[nodiscard]] std::vector<Exchange> entries(std::size_t from = 0) const;  ///< copies, from index `from` on
  /// Shows them to `look`, where they are: nobody else gets at the journal meanwhile.
  void each(std::size_t from, const std::function<void(const Exchange&)>& look) const;
  [[nodiscard]] std::size_t size() const;  ///< one more than the last index: those that are gone count
  /// True as soon as `claim` holds for one entry (also one of the past); false after `limit` of real time.
  bool wait_for(const std::function<bool(const Exchange&)>& claim, Milliseconds limit) const;

  std::size_t begin(Exchange exchange);  ///< index of the new entry; sets its number
  /// Of one that is gone nothing is changed.
  void change(std::size_t index, const std::function<void(Exchange&)>& edit);

  /// From now on the oldest entries that have been answered go when all together take more than so many bytes; 0: none
  /// ever does. Never the last one.
  void limit_bytes(std::size_t limit);
  void clear();  ///< all that have been answered go
  struct Extent {
    std::uint64_t first = 0;  ///< number of the oldest that is there, 0 if none is
    std::uint64_t last = 0;   ///< of the newest that ever was
    std::size_t entries = 0;
    std::size_t bytes = 0;  ///< that it takes in memory; 0 unless it is bounded
    std::size_t limit = 0;
    std::uint64_t changes = 0;  ///< of entries so far, their arrival among them; `clear` counts, too
  };
  [[nodiscard]] Extent extent() const;

  struct News {
    std::vector<Exchange> entries{};  ///< by number
    std::uint64_t changes = 0;        ///< as of `Extent`: what was looked at
  };
  /// Copies of the first `most` entries with a higher number than `after`, and of those that have changed since the
  /// journal counted `since` changes. Waits for the first of them, or a `clear`, for at most `limit` of real time,
  /// unless `interrupted`; without `since`, changes count from now on.
  [[nodiscard]] News news(std::uint64_t after, std::optional<std::uint64_t> since, std::size_t most,
                          Milliseconds limit) const;
  void interrupt();  ///< nobody waits in `news` any more

private:
  struct Entry {
    Exchange exchange{};
    std::size_t bytes = 0;
    std::uint64_t changed = 0;
  };
  [[nodiscard]] std::size_t place_of(std::size_t index) const;
  [[nodiscard]] std::size_t first_after(std::uint64_t number) const;
  void weigh(Entry& entry);
  void trim();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<Entry> entries_;  // grows without moving what is there; by number
  std::uint64_t last_ = 0;
  std::uint64_t changes_ = 0;
  std::uint64_t cleared_ = 0;  // when, in changes
  std::size_t bytes_ = 0;
  std::size_t limit_ = 0;
  bool interrupted_ = false;
};

}  // namespace understudy
