#pragma once
/// Texts in the memory of another process.

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace understudy {

/// Reads page by page, because nobody knows how long a text is and the next page may not be there. Meant for a process
/// that stands still; keeps the pages that it has seen last.
class ProcessMemory {
public:
  /// Stops for good after `most_bytes` of texts and pointers.
  ProcessMemory(pid_t thread, std::size_t most_bytes) : thread_{thread}, left_bytes_{most_bytes} {}

  /// The zero-terminated text at `address`; what could be read of it.
  [[nodiscard]] std::string text(std::uint64_t address);
  /// Those to which a zero-terminated array of pointers leads; "no array" (0) is an empty one, as for exec.
  [[nodiscard]] std::vector<std::string> texts(std::uint64_t array, std::size_t pointer_bytes);
  /// "" if all could be read.
  [[nodiscard]] const std::string& problem() const { return problem_; }

private:
  static constexpr std::size_t kPageBytes = 4096;  // of the machine's own, or a part of one
  static constexpr std::size_t kPages = 8;

  struct Page {
    std::uint64_t address = 1;  ///< no page begins there
    std::array<char, kPageBytes> bytes{};
  };

  [[nodiscard]] const Page* page_at(std::uint64_t address);
  [[nodiscard]] std::uint64_t pointer_at(std::uint64_t address, std::size_t bytes);
  [[nodiscard]] bool spend(std::size_t bytes);

  pid_t thread_;
  std::size_t left_bytes_;
  std::vector<Page> pages_{};
  std::size_t oldest_ = 0;
  std::string problem_{};
};

}  // namespace understudy
