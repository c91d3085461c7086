#pragma once
/// What a world says about how activities of a type run.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace understudy::engine {

struct Behaviour {
  std::optional<Milliseconds> duration{};  ///< from its start to its end
  std::optional<Milliseconds> wait{};      ///< from its creation to its start, if nothing stands in its way
  std::optional<model::ActivityResult> result{};
  std::optional<model::ActivityState> stays{};  ///< never gets further than pending or in_progress
  std::vector<std::string> log{};               ///< instead of the type's own lines
};
using Behaviours = std::map<std::string, Behaviour, std::less<>>;

/// Something that happens on its own while the clients run: somebody cancels, a token is revoked.
struct Happening {
  Milliseconds after{};  ///< from the world's start
  enum class Kind { kCancel, kRevoke, kRemove, kAccept, kStart, kNothing } kind = Kind::kNothing;
  std::string subject{};  ///< kCancel: activity type, the newest unfinished one is meant; kRevoke: id of an API token;
                          ///< kAccept: e-mail address; kStart: activity type
                          ///< kRemove: id of a user
  std::string project{};  ///< kStart
  std::string environment{};  ///< kStart
  std::string user{};         ///< id of who does it
};

}  // namespace understudy::engine
