#pragma once
/// What a recording shows of the platform's state: each resource as it was first seen.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_server/recording.hpp"
#include "recordings/json_fields.hpp"

namespace understudy {

/// A resource as answers showed it. What several of them said is joined; of two values for a field the first one holds.
struct Seen {
  Json fields = Json::object();
  std::string from{};  ///< "GET /projects (list.har:12)"
  bool late = false;   ///< only after the first request that changed something
};
using SeenById = std::map<std::string, Seen>;

struct SeenEnvironment {
  Seen self{};
  SeenById variables{}, backups{}, domains{}, versions{};
  std::optional<Seen> deployment{}, settings{}, autoscaling{};
  std::optional<Json> source_operations{}, tasks{};
};

struct SeenProject {
  Seen self{};
  std::map<std::string, SeenEnvironment> environments{};
  SeenById variables{}, activities{}, integrations{}, certificates{};
  std::map<std::string, std::vector<std::string>> logs{};  ///< by activity: its lines
  std::optional<Seen> settings{}, capabilities{}, subscription{};
  std::map<std::string, std::map<std::string, std::string>> access{};  ///< user id -> "project" or a type -> role
  std::vector<Json> invitations{};
};

struct SeenOrganization {
  Seen self{};
  std::map<std::string, std::vector<std::string>> members{};  ///< user id -> permissions
  std::optional<Json> address{}, profile{};
  std::vector<Json> invitations{};
};

struct SeenTeam {
  Seen self{};
  std::set<std::string> members{};   ///< user ids
  std::set<std::string> projects{};  ///< ids
};

struct Situation {
  SeenById users{};
  std::map<std::string, SeenById> tokens{};  ///< user id -> tokens
  std::map<std::string, SeenOrganization> organizations{};
  std::map<std::string, SeenTeam> teams{};
  std::map<std::string, SeenProject> projects{};
  std::optional<Json> regions{}, plans{};
  std::string me{};                     ///< id of who asked; "" if no answer says it
  std::optional<Time> began{};          ///< platform time at the first answer
  std::size_t first_write = 0;          ///< index of the first request that changed something, or how many there are
  std::vector<std::string> left_out{};  ///< "activity abc: made while it was recorded"
};

/// Of a recording in which something was changed, the situation before that is meant: what was made later is left out,
/// what was changed later keeps its first state.
[[nodiscard]] Situation situation_of(const Recording& recording);

/// The items of an answer that is a list, or {"items": [...]}; nullptr if it is neither.
[[nodiscard]] const Json* items_of(const Json& answer);

}  // namespace understudy
