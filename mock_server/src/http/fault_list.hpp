#pragma once
/// The faults of a platform, in the order in which they are asked. Thread-safe.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "world/world_data.hpp"

namespace understudy {

class FaultList {
public:
  struct Entry {
    std::uint64_t id = 0;  ///< from 1, never given again
    Fault fault{};
    int hits = 0;  ///< matching requests so far
  };

  explicit FaultList(const std::vector<Fault>& faults);

  /// The one that answers this request, which counts for all that match before it. `path` without an /api in front.
  [[nodiscard]] std::optional<Fault> due(std::string_view method, std::string_view path);
  [[nodiscard]] std::vector<Entry> all() const;
  Entry add(Fault fault);  ///< behind the others
  bool remove(std::uint64_t id);
  void clear();

private:
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace understudy
