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

/// Carries out all that the ledger holds, then lets time pass up to its mark. `start`: of the world. Returns the time
/// that it is then. Throws LedgerMismatch if an answer is not what it was.
Time replay(Core& core, Time start, Ledger& ledger);

}  // namespace understudy::api
