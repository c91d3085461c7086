#pragma once
/// A client as the platform sees it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/history.hpp"

namespace understudy {

/// It waits when something it asked for cannot be answered before time passes, and it asks for nothing else meanwhile
/// (design.md, section 3).
struct Client {
  std::string name{};
  std::uint64_t id = 0;   ///< of one in a container, else 0
  std::uint64_t job = 0;  ///< that it belongs to, or 0
  int active = 0;         ///< requests that are being answered
  int waiting = 0;        ///< requests that wait for platform time
  bool gone = false;
  ClientReport report{};
  std::vector<std::string> created{};           ///< ids of activities
  std::vector<ClientReport::Wait> waits_now{};  ///< what it waits for at the moment
  /// What it was shown of unfinished activities, by request: asking the same again and seeing no change is waiting.
  std::map<std::string, std::vector<std::pair<std::string, std::uint64_t>>> shown{};

  /// Nobody asks what it did.
  [[nodiscard]] bool is_anonymous() const { return name.empty() && id == 0; }
  [[nodiscard]] bool waits() const { return waiting > 0 && active == 0; }
};
using ClientHandle = std::shared_ptr<Client>;

}  // namespace understudy
