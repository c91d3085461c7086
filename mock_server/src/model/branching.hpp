#pragma once
/// How environments descend from one another: what a new one takes from its parent, how far it is from it, and how two
/// histories come together.

#include <optional>
#include <string>
#include <string_view>

#include "model/ids.hpp"
#include "model/model.hpp"

namespace understudy::model {

/// Letters, digits and what git allows in a branch name that a URL can carry.
[[nodiscard]] bool is_branch_name(std::string_view name);
/// An inactive environment with the parent's code and settings; an activity has to bring it up.
[[nodiscard]] Environment child_of(const Environment& parent, const std::string& name, IdSource& ids, Time now);
/// True if `environment` is `ancestor` or descends from it.
[[nodiscard]] bool descends_from(const Project& project, std::string_view environment, std::string_view ancestor);

/// What an environment runs, without the routes, which are its own; nullopt if it was not deployed.
[[nodiscard]] std::optional<json> containers_of(const Environment& environment);
void set_containers(Environment& environment, const json& containers);

/// Commits of an environment that its parent lacks, and the other way round.
struct Distance {
  int ahead = 0;
  int behind = 0;
};
[[nodiscard]] Distance distance(const Repository& repository, const std::string& head, const std::string& parent_head);
/// The head of `into` after `from` was merged into it: a fast-forward where that is possible.
[[nodiscard]] std::string merge_heads(Repository& repository, const std::string& into, const std::string& from,
                                      const Commit& merge);
/// A world may give an environment a head commit without saying what is in it; then it is what every app begins with.
[[nodiscard]] Commit unknown_commit(const State& state, Project& project);
/// Makes sure that the head can be read when it is no head any more.
void keep_head(const State& state, Project& project, const Environment& environment);

}  // namespace understudy::model
