#pragma once
/// What has been seen of processes, in bounded memory.

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/process.hpp"

namespace understudy {

/// What was seen below one process.
struct Sightings {
  std::vector<SeenProcess> processes{};
  std::size_t unseen = 0;
  std::string why_unseen{};
};

/// Bytes that it takes, about.
[[nodiscard]] std::size_t memory_of(const SeenProcess& process);

/// Keeps each different (program, argv, env) once, in the order in which they came. Not thread-safe.
class SeenProcesses {
public:
  static constexpr std::size_t kMostBytes = 32 << 20;
  explicit SeenProcesses(std::size_t most_bytes = kMostBytes) : most_bytes_{most_bytes} {}

  /// A process that tries one program of the same name after the other, as for a search of PATH, has run the last.
  void add(SeenProcess process);
  void add_unseen(const std::string& why);  ///< the first reason stays
  void say_why(const std::string& why);     ///< nothing, or not all, is seen
  /// Leaves nothing behind: what comes again is kept again.
  [[nodiscard]] Sightings take();

private:
  using Entry = std::list<SeenProcess>::iterator;

  [[nodiscard]] bool is_known(const SeenProcess& process, std::size_t hash) const;
  void forget_failed_attempt(const SeenProcess& next);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<SeenProcess> processes_{};
  std::unordered_multimap<std::size_t, Entry> by_hash_{};
  std::unordered_map<int, Entry> last_of_{};  ///< by pid: what it became last, if that was new
  std::size_t unseen_ = 0;
  std::string why_{};
};

}  // namespace understudy
