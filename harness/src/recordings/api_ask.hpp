#pragma once
/// Sends recorded requests to a server: our own fake, or a real API under TLS.

#include <chrono>
#include <filesystem>
#include <string>

#include "mock_server/verify.hpp"
#include "record/origin.hpp"
#include "record/peer.hpp"

namespace understudy {

/// One connection for each request.
class ApiAsk {
public:
  /// `api`, `auth`: URLs; "" for `auth` is `api`. `silence`: of the other side, before it is given up. Throws
  /// InputError at --upstream, --auth and --ca for what is none.
  ApiAsk(const std::string& api, const std::string& auth, const std::filesystem::path& authorities,
         std::chrono::seconds silence);

  /// Throws InputError if what is sent could be read on the way.
  void require_privacy() const;

  /// What belongs to the login goes to `auth`. Status 0 if the connection ended instead. Throws std::runtime_error if
  /// there is no connection, nothing comes, or what comes is no HTTP.
  [[nodiscard]] LiveAnswer operator()(const LiveRequest& request) const;

private:
  Address api_;
  Address auth_;
  TlsTrust trust_;
  std::chrono::seconds silence_;
};

}  // namespace understudy
