#pragma once
/// Between a client and an API: passes on what each says, and keeps it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mock_server/recording.hpp"
#include "record/origin.hpp"
#include "record/peer.hpp"

namespace understudy {

struct Upstream {
  Origin origin{};
  std::string recorded_as{};  ///< what the recording calls it; "" = what it is
};

using Microtime = std::chrono::sys_time<std::chrono::microseconds>;

struct ProxyOptions {
  std::vector<Upstream> upstreams{};    ///< one at least; each gets a port of its own
  std::filesystem::path authorities{};  ///< certificates to believe beside the system's; "" = none
  std::uint16_t port = 0;               ///< of the first upstream, the others' follow; 0 = any that is free
  /// Of what is recorded: real time, or the platform's where it is a fake of ours.
  std::function<Microtime()> now{};
  std::size_t longest_body_bytes = 64 << 20;  ///< of a request, and of an answer when it is unpacked
  std::size_t most_bytes = 512 << 20;         ///< of all that is kept; what would go beyond is refused
  std::chrono::seconds silence{600};          ///< of an upstream that was asked; logs are quiet for minutes
  std::chrono::seconds idle{300};             ///< of a client's connection between two requests
};

/// Plain HTTP/1.1 on loopback ports, one for each upstream; constructed means listening, destroyed means closed, its
/// threads joined. What an upstream sends comes through as it comes, but for the upstreams' own URLs, which become the
/// proxy's: in links, Location, JSON, also in compressed bodies (what was changed goes on uncompressed). Requests have
/// them the other way round. Redirects are the client's business. An upstream that cannot be reached is a 502, which is
/// not kept. Host headers that are not of loopback are refused (DNS rebinding). Thread-safe.
class RecordingProxy {
public:
  /// Throws std::system_error if no port can be bound, InputError for authorities that are none.
  explicit RecordingProxy(ProxyOptions options);
  ~RecordingProxy();
  RecordingProxy(const RecordingProxy&) = delete;
  RecordingProxy& operator=(const RecordingProxy&) = delete;

  [[nodiscard]] std::string url(std::size_t upstream = 0) const;  ///< "http://127.0.0.1:PORT"
  /// Ends all connections and gives back what was recorded, in the order of its beginning. What was under way is there
  /// as far as it came.
  [[nodiscard]] std::vector<RecordedExchange> finish();
  /// What stood in the way, each once: "https://api.example.com cannot be reached: Connection refused".
  [[nodiscard]] std::vector<std::string> troubles() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
