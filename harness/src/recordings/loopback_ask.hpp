#pragma once
/// Sends recorded requests to a server on this machine: our own fake, or a recorder.

#include <chrono>
#include <cstdint>

#include "mock_server/verify.hpp"

namespace understudy {

/// One connection for each request. Throws std::runtime_error if nobody listens, or if nothing comes for `limit` of
/// real time.
[[nodiscard]] LiveAnswer ask_loopback(std::uint16_t port, const LiveRequest& request, std::chrono::seconds limit);

/// The answer that `received`, from its status line to the end of the connection, is. Status 0 if it is none.
[[nodiscard]] LiveAnswer parse_answer(std::string_view received);

}  // namespace understudy
