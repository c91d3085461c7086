#pragma once
/// Entries of the journal, as the control API shows them: no secret in them.

#include "control/call.hpp"
#include "mock_server/journal.hpp"

namespace understudy::control {

/// Its value, covered; of a credential that nobody knows, which may be one elsewhere, the scheme at most.
[[nodiscard]] std::string shown_header(const Office& office, const Header& header);
/// What a list shows.
[[nodiscard]] json show_entry(const Office& office, const Exchange& exchange);
/// With headers and bodies; these are cut to 256 KiB.
[[nodiscard]] json show_whole(const Office& office, const Exchange& exchange);
/// A line for a POSIX shell that sends it again; the bearer is $TOKEN.
[[nodiscard]] std::string curl_line(const Office& office, const Exchange& exchange);
/// A step of a scenario (scenarios/README.md, "Requests") that expects it.
[[nodiscard]] std::string scenario_step(const Office& office, const Exchange& exchange);

}  // namespace understudy::control
