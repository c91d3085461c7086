#pragma once
/// Who looks at requests before the platform does, where the fake is a server of its own.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/platform.hpp"

namespace understudy {

/// All of it is called from any thread.
class Desk {
public:
  Desk() = default;
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  virtual ~Desk() = default;

  struct Answer {
    api::Response response{};
    /// Where there is one, the body is what it gives, piece by piece, until it gives "". Called while it is sent.
    std::function<std::string()> more{};
  };
  /// None: it is for the platform.
  virtual std::optional<Answer> answer(const api::Request& request) = 0;
  /// True for what the platform shall never hear of, not even if it was no proper request.
  [[nodiscard]] virtual bool is_own(const std::string& path) const = 0;
  [[nodiscard]] virtual std::string refusal(const std::string& why) const = 0;  ///< body of an answer to such a one
  /// The platform that answers a request now.
  [[nodiscard]] virtual std::shared_ptr<Platform> platform() = 0;
  virtual void served() = 0;  ///< it has answered one
};

}  // namespace understudy
