#pragma once
/// Guards: what a cron's shell text asks of its environment before it does anything.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/application.hpp"
#include "harness/client_profile.hpp"

namespace understudy {

/// `[ "$PLATFORM_BRANCH" = main ]`: one comparison of a variable with a value.
struct Guard {
  enum class Kind {
    kBranch,       ///< PLATFORM_BRANCH with a value
    kEnvironment,  ///< PLATFORM_ENVIRONMENT with a value
    kType,         ///< PLATFORM_ENVIRONMENT_TYPE with a value
    kOther         ///< any other variable that the text does not set itself, or whether one is empty
  };
  Kind kind = Kind::kOther;
  std::string variable{};  ///< "PLATFORM_BRANCH"
  std::string value{};     ///< "main", "main-bvxea6i", "main-*"; "" = is it empty?
  /// What is guarded runs where the variable has another value (kOther without value: where it is empty). This is about
  /// what comes of the test: `[ $PLATFORM_BRANCH != main ] && exit 0` lets the rest run on main, and is not negated.
  bool negated = false;
};

/// Of the variables that a container has: "PLATFORM_", unless the brand says otherwise.
[[nodiscard]] std::string container_prefix(const ClientProfile& client);

/// In the order of the text. `prefix` is that of a container's variables, "PLATFORM_". Scripts of `tree`, the app's
/// folder, that the command runs are read too. Known are `[ ]`, `test`, `[[ ]]` and `case` in their usual forms, also
/// by way of a variable (`BRANCH=$PLATFORM_BRANCH`); not what other programs look at (grep, PHP).
[[nodiscard]] std::vector<Guard> find_guards(std::string_view command, const std::filesystem::path& tree,
                                             std::string_view prefix = "PLATFORM_");

/// The branch that guards of the project's crons test for: the most frequent one of those that are not negated, counted
/// once for each cron; of equals the first. An environment's machine name counts as the branch in front of its last
/// "-". What is not production by its name (staging, dev ...) does not count. "" if none is left.
[[nodiscard]] std::string guarded_branch(const AppProject& project, std::string_view prefix = "PLATFORM_");

}  // namespace understudy
