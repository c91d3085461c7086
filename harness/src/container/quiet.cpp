#include "container/quiet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "process/descendants.hpp"
#include "process/proc_files.hpp"

namespace understudy {
namespace {

/// What follows "NAME:" in a /proc/.../status.
std::string_view field(std::string_view status, std::string_view name) {
  const std::size_t at = status.find(name);
  if (at == std::string_view::npos) return {};
  std::string_view rest = status.substr(at + name.size());
  rest.remove_prefix(std::min(rest.find_first_not_of("\t "), rest.size()));
  return rest.substr(0, rest.find('\n'));
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

ThreadSample sample_of(const std::string& folder, pid_t thread) {
  const std::string own = fmt::format("{}/{}", folder, thread);
  const std::string status = read_proc_file(own + "/status");
  const std::string_view state = field(status, "\nState:");
  ThreadSample sample{.thread = thread,
                      .waits = state.empty() || std::string_view{"STtZX"}.find(state[0]) != std::string_view::npos,
                      .has_place = true,
                      .switches = number(field(status, "\nvoluntary_ctxt_switches:")) +
                                  number(field(status, "\nnonvoluntary_ctxt_switches:"))};
  if (state.starts_with('S')) {
    const std::string place = read_proc_file(own + "/wchan");
    sample.has_place = !place.empty() && place != "0";
  }
  return sample;
}

}  // namespace

std::vector<ThreadSample> sample_below(pid_t top, const std::set<pid_t>& left_out) {
  std::set<pid_t> skipped;
  for (const pid_t process : left_out) {
    skipped.insert(process);
    for (const pid_t below : descendants_of(process)) skipped.insert(below);
  }
  std::vector<ThreadSample> sample;
  for (const pid_t process : descendants_of(top)) {
    if (skipped.count(process) > 0) continue;
    const std::string tasks = fmt::format("/proc/{}/task", process);
    any_numbered_entry(tasks, [&](int thread) {
      sample.push_back(sample_of(tasks, thread));
      return false;
    });
  }
  return sample;
}

ThreadSample sample_thread(pid_t thread) { return sample_of("/proc", thread); }

bool all_wait(const std::vector<ThreadSample>& sample, bool places_are_told) {
  return std::ranges::all_of(
      sample, [&](const ThreadSample& thread) { return thread.waits && (thread.has_place || !places_are_told); });
}

}  // namespace understudy
