#pragma once
/// What happened on the platform beside requests: what clients did to platform time, jobs, crons, sites.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/jobs.hpp"

namespace understudy {

/// What one client did to platform time while it ran.
struct ClientReport {
  struct Wait {
    std::string activity;     ///< id
    std::string type;         ///< "environment.backup"
    Milliseconds duration{};  ///< platform time that passed while it was waited for
    std::string how;          ///< "held its log open" or "polled it"
  };
  Milliseconds platform_time{};  ///< that passed because this client waited; zero = it did not block
  std::vector<Wait> waits{};
  int polls = 0;          ///< requests that only asked whether something had finished
  bool deadlock = false;  ///< it waits and nothing is left that could release it
  std::string deadlock_reason{};
};

/// What ran in a container, and what its clients did. Texts may hold secrets.
struct JobRecord {
  std::uint64_t number = 0;
  JobKind kind = JobKind::kCron;
  std::string name{};  ///< of the cron; "build", "deploy", "post_deploy"
  std::string project{};
  std::string environment{};
  std::string app{};
  std::string activity{};    ///< id; "" if it was built before time
  bool before_time = false;  ///< the build of what ran already when the world began
  Time started{};
  std::optional<Time> ended{};
  int exit_code = 0;
  std::string output{};
  std::string error{};  ///< why it could not be run at all

  /// `sleep`, or a program that was stood in for.
  struct Spent {
    Time from{};
    Time to{};  ///< when it was to be over
    std::string what{};
  };
  std::vector<Spent> spent{};
  struct Client {
    std::uint64_t id = 0;    ///< as in Exchange::client_id
    std::string base_url{};  ///< of the port that it had for itself; may have been given to another one after its end
    std::vector<std::string> argv{};
    Time started{};
    std::optional<Time> ended{};
    int exit_code = 0;  ///< -1: killed together with its container
    ClientReport report{};
    std::vector<std::string> created{};  ///< ids of activities
  };
  std::vector<Client> clients{};
};

/// A trigger of a cron that came to nothing.
struct SkippedRun {
  std::string project{};
  std::string environment{};
  std::string app{};
  std::string name{};
  Time due{};
};

struct SiteChange {
  std::string project{};
  std::string environment{};
  Time at{};
  enum class State { kOpen, kHeld, kDropped } now = State::kOpen;
};

struct History {
  std::vector<JobRecord> jobs{};  ///< in the order in which they were started
  std::vector<SkippedRun> skipped{};
  std::vector<SiteChange> sites{};
};

}  // namespace understudy
