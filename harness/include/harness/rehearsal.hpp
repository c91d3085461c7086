#pragma once
/// A rehearsal of an application's crons: a day of real runs against the fake, a deploy at each one's worst moment, and
/// the same with the cure. What `understudy check` shows.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/application.hpp"
#include "harness/finding.hpp"
#include "harness/runner.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/timeline.hpp"

namespace understudy {

struct RehearsalOptions {
  std::filesystem::path path{};  ///< as load_app_project takes it
  std::optional<Time> from{};    ///< platform time; default: the world's
  Milliseconds duration = std::chrono::hours{24};
  std::string environment{};                     ///< "" = production
  std::optional<std::filesystem::path> world{};  ///< the user's; none: one is made up
  /// Client, root, cache, worlds, seed and program as for scenarios; `sandbox_folder` is where containers are made.
  RunSettings settings{};
};

/// A cron of an app in the environment that is looked at.
struct CronKey {
  std::string app{};
  std::string name{};
};

/// A command of the client in a run. Texts hold no secret.
struct CallReport {
  std::string command{};  ///< "backup:create", as it was typed
  std::string line{};     ///< the whole: "webpaas backup:create --yes"
  int exit_code = 0;
  Milliseconds blocked{};  ///< platform time that it waited; 0 = it did not block
  std::string on{};        ///< type of the activity that it waited for longest, "environment.backup"; "" if none
  std::string deadlock{};  ///< "environment.redeploy 3f waits for cron a waits for environment.redeploy 3f", or ""
};

/// A run of a cron.
struct CronRunReport {
  Time due{};
  std::optional<Time> started{};  ///< none: it was skipped, or never came to run
  std::optional<Time> ended{};
  int exit_code = 0;
  bool timed_out = false;
  std::string output{};  ///< of its processes; no secrets
  std::string error{};   ///< why it could not be run
  std::vector<CallReport> calls{};
};

/// A deploy that comes into a cron's run.
struct DeployReport {
  Time asked{};
  std::optional<Time> ended{};         ///< none: not before the end of the play
  Milliseconds took{};                 ///< from when it was asked for
  Milliseconds undisturbed{};          ///< what it takes without this cron
  Milliseconds held{};                 ///< so long the site held requests ...
  Milliseconds dropped{};              ///< ... and then dropped them
  std::string deadlock{};              ///< the circle, or ""
  std::string ended_by{};              ///< what ended the circle: "the cron's timeout"
  std::vector<std::string> delayed{};  ///< other crons: "cleanup came 12m late", "report was skipped 3 times"
};

/// One way to play a cron.
struct CronPlay {
  enum class Kind {
    kAsItIs,
    kWithoutGuess,  ///< the client takes the container for no hook, and waits where nothing else is said
    kCured,         ///< with --no-wait where it waited
  };
  Kind kind = Kind::kAsItIs;
  CronRunReport run{};
  DeployReport deploy{};
  Timeline timeline{};  ///< the part around it
};

/// A line of the repository that should read otherwise.
struct LineChange {
  Position at{};
  std::string now{};     ///< without the blanks around it
  std::string better{};  ///< with --no-wait
};

struct CronReport {
  std::string app{};
  std::string name{};
  std::string spec{};
  Position at{};
  /// The worst that is true of it.
  enum class Verdict {
    kDeadlock,      ///< a command waits for something that waits for its cron
    kBlocks,        ///< a command waits for the platform
    kFailed,        ///< it could not be run, or ended with an error
    kSaved,         ///< nothing waits, but only because the client guesses that it is in a hook
    kNotExercised,  ///< its guard let nothing run, or it was never due: nothing is proved
    kOk,
  };
  Verdict verdict = Verdict::kOk;
  std::string reason{};  ///< a sentence: "backup:create waits 12m2s for environment.backup"
  int runs = 0;          ///< in the time looked at
  int skipped = 0;
  int late = 0;                       ///< came due while something stood in the way
  Milliseconds longest{};             ///< of its runs, start to end
  CronRunReport typical{};            ///< the one that waited longest, or called the client, or else took longest
  std::vector<CronPlay> plays{};      ///< as it is; without the guess and cured where that makes a difference
  std::vector<std::string> cure{};    ///< commands that want --no-wait: "backup:create"
  std::vector<LineChange> changes{};  ///< where, as far as the commands are found in its files
  std::string role_needed{};          ///< weakest role whose token is enough: "admin on production"; "" = not looked at
  std::string role_has{};             ///< that of the token: "admin of the project"
};

struct Rehearsal {
  std::string folder{};  ///< RehearsalOptions::path, as it was given
  std::string project{};
  std::string environment{};
  Time from{};
  Time to{};
  std::string client{};             ///< "webpaas 5.11.1"
  std::vector<CronReport> crons{};  ///< in the order of the files
  std::vector<Finding> findings{};  ///< sorted by place
  std::vector<Remark> remarks{};
  std::vector<std::string>
      stood_in_for{};              ///< programs that were not there, and of which no world says how long they take
  std::string why_not_isolated{};  ///< "" = jobs had namespaces of their own
  Timeline day{};                  ///< as it is, nobody deploys
};

/// Throws InputError for whatever is wrong with what the user wrote, std::runtime_error for what is wrong here.
[[nodiscard]] Rehearsal rehearse(const RehearsalOptions& options);

[[nodiscard]] std::string_view name_of(CronReport::Verdict verdict);  ///< "blocks", "not exercised" ...
[[nodiscard]] std::string_view name_of(CronPlay::Kind kind);          ///< "as it is", "without the guess", "cured"
/// True if the exit code is to say so; `strict` counts what only the guess saves, too.
[[nodiscard]] bool blocks(const Rehearsal& rehearsal, bool strict);

}  // namespace understudy
