#pragma once
/// What is recorded while connections are under way: all of them share it.

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy {

/// Thread-safe.
class Tape {
public:
  explicit Tape(std::size_t most_bytes) : most_bytes_{most_bytes} {}

  [[nodiscard]] std::size_t begin(RecordedExchange exchange);  ///< its place
  /// Calls `edit` with the exchange; false, and the tape is full, if it has become too long.
  bool change(std::size_t place, const std::function<void(RecordedExchange&)>& edit);
  void drop(std::size_t place);  ///< it was not the upstream's answer
  void add_trouble(const std::string& trouble);
  [[nodiscard]] std::vector<RecordedExchange> take();
  [[nodiscard]] std::vector<std::string> troubles() const;

private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<RecordedExchange>> exchanges_;  // null: dropped
  std::vector<std::string> troubles_;
  std::size_t bytes_ = 0;
  std::size_t most_bytes_;
};

}  // namespace understudy
