#include <fmt/format.h>

#include <cstring>

#include "harness/process.hpp"

namespace understudy {
namespace {

std::string describe_outcome(const Exited& exited) { return fmt::format("exited with {}", exited.code); }

std::string describe_outcome(const Signaled& signaled) {
  const char* const name = sigabbrev_np(signaled.signal);
  return name == nullptr ? fmt::format("was killed by signal {}", signaled.signal)
                         : fmt::format("was killed by signal {} (SIG{})", signaled.signal, name);
}

std::string describe_outcome(const TimedOut& timed_out) {
  return fmt::format("still ran after {} ms", timed_out.limit.count());
}

std::string describe_outcome(const Stopped& stopped) { return fmt::format("was stopped: {}", stopped.reason); }

}  // namespace

std::string describe(const Outcome& outcome) {
  return std::visit([](const auto& one) { return describe_outcome(one); }, outcome);
}

}  // namespace understudy
