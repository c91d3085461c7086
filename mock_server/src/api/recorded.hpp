#pragma once
/// Requests that are kept in a ledger, and carried out again from it.

#include <optional>

#include "api/dispatch.hpp"
#include "mock_server/ledger.hpp"

namespace understudy::api {

struct Recorded {
  Dispatched dispatched{};
  /// If it changed something, or might have: whatever is no question, and questions that something is issued for. A
  /// request without a bearer that is taken changes nothing.
  std::optional<LedgerEntry> entry{};
};
/// `dispatch`. Where there is an entry the answer is finished, too.
[[nodiscard]] Recorded dispatch_recorded(Core& core, Time now, const Request& request, const Match& match);

/// A token that is issued not to a client that asks for it, but by whoever runs the platform.
struct Issue {
  std::string user{};      ///< id; has to be there
  std::string name{};      ///< of an API token; none of the user's may have it
  bool is_access = false;  ///< an access token
  std::string value{};     ///< of an API token; none: a new one is drawn
};
/// The answer: {value, name, kind, user}, of an access token expires_at, too. Always has an entry.
[[nodiscard]] Recorded issue_recorded(Core& core, Time now, const Issue& issue);

/// Carries out all that the ledger holds, then lets time pass up to its mark. `start`: of the world. Returns the time
/// that it is then. Throws LedgerMismatch if an answer is not what it was.
Time replay(Core& core, Time start, Ledger& ledger);

}  // namespace understudy::api
