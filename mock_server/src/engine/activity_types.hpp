#pragma once
/// The kinds of activity that the platform knows, and what each says and takes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.hpp"

namespace understudy::engine {

struct ActivityType {
  std::string_view name;      ///< "environment.backup"
  Milliseconds duration;      ///< (ours) the real one depends on the project
  std::string_view sentence;  ///< "{user} created a backup of {environment}"; see `render_text` for the names
  std::string_view log;       ///< lines, separated by \n; same names
  bool is_staged = false;     ///< waits for a deploy where deployment is manual (platform-semantics.md, section 6)
};
[[nodiscard]] std::span<const ActivityType> activity_types();
[[nodiscard]] const ActivityType* find_activity_type(std::string_view name);
enum class DeployKind { kNone, kDeploys, kBuilds };  ///< kBuilds: builds, then deploys
[[nodiscard]] DeployKind deploy_kind(std::string_view type);
/// (ours) A build takes two thirds of what it is part of; what follows is the deployment.
[[nodiscard]] constexpr Milliseconds build_time(Milliseconds whole) { return whole * 2 / 3; }
/// Seconds, by phase. What a deployment waits for crons counts as deployment.
[[nodiscard]] model::json timings(std::string_view type, Milliseconds waited, Milliseconds worked,
                                  Milliseconds building);
/// `backup` -> `environment.backup`: the last part, or last two parts, of a type's name if that is unambiguous enough
/// for people; the name itself if nothing fits.
[[nodiscard]] std::string full_type_name(std::string_view name);

/// What `{name}` in a sentence stands for.
struct Subject {
  std::string_view name;  ///< "user", "environment", "variable", "backup", "target"
  std::string id;
  std::string title;
};
[[nodiscard]] std::string render_text(std::string_view sentence, const std::vector<Subject>& subjects);
/// With `<user data-id="u1">CI Bot</user>` for each name, as the console shows it.
[[nodiscard]] std::string render_html(std::string_view sentence, const std::vector<Subject>& subjects);

}  // namespace understudy::engine
