#pragma once
/// JSON lines over a Unix socket: how programs in a container talk to who runs it.

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "process/handles.hpp"

namespace understudy {

class LineChannel {
public:
  LineChannel() = default;
  explicit LineChannel(Handle socket) : socket_{std::move(socket)} {}
  /// Throws std::system_error if nobody listens at `path`.
  static LineChannel connected_to(const std::filesystem::path& path);

  /// Waits for the next message; nullopt at the end.
  [[nodiscard]] std::optional<nlohmann::json> receive();
  bool send(const nlohmann::json& message) const;  ///< false if the other side is gone
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  /// Id of the process at the other end when it connected, as this process sees it, whatever namespace that one is in.
  [[nodiscard]] pid_t peer() const;
  /// Makes who waits in `receive`, here or at the other end, see the end.
  void hang_up() const;

private:
  Handle socket_;
  std::string received_;
};

/// Listens at `path` as long as it is there. Paths may be longer than an address holds.
class LineListener {
public:
  explicit LineListener(const std::filesystem::path& path);  ///< throws std::system_error
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] std::optional<LineChannel> accept() const;

private:
  Handle socket_;
};

}  // namespace understudy
