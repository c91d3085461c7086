#pragma once
/// The places of the corpus: how the stand-in client leaks something there, and what the report has to call the place.

#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "plan_file.hpp"
#include "shapes.hpp"

namespace understudy::leaks {

/// Of a scenario: what the client does, and what more the world has.
struct Leak {
  std::vector<Act> acts{};
  nlohmann::json given = nlohmann::json::object();
};

/// Where the client runs.
enum class Setting { kPlain, kTerminal, kContainer };

struct Place {
  std::string name;
  /// What can be there: the reason is where the place is listed.
  std::function<bool(const Made&)> takes;
  /// Plants number `number`, and says what the place is called; a `*` at its end stands for what follows.
  std::function<std::string(Leak&, std::size_t number, const Made&)> plant;
  std::string also{};  ///< a second place where the same shows
  Setting setting = Setting::kPlain;
  bool lets_digests_pass = false;  ///< by the table of what is allowed: sessions are named by them
};

inline std::ostream& operator<<(std::ostream& out, const Place& place) { return out << place.name; }

[[nodiscard]] const std::vector<Place>& places();

}  // namespace understudy::leaks
