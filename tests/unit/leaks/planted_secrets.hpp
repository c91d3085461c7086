#pragma once
/// Secrets of several kinds, each one different, drawn from a number.

#include <array>
#include <cstddef>
#include <string>

namespace understudy::leaks {

enum class Kind {
  kToken,    ///< API token of the world
  kAwkward,  ///< sensitive variable with what needs escapes nearly everywhere, and a letter beyond ASCII
  kKey,      ///< private key in PEM, of seven lines
  kJwt,      ///< "header.payload.signature"
  kShort,    ///< eight characters
};
inline constexpr std::array kKinds{Kind::kToken, Kind::kAwkward, Kind::kKey, Kind::kJwt, Kind::kShort};

struct PlantedSecret {
  Kind kind = Kind::kToken;
  std::string name;  ///< as the registry has it: "API token t17"
  std::string value;
};

/// The same for the same number, and no two alike.
[[nodiscard]] PlantedSecret draw_secret(Kind kind, std::size_t number);

/// What stands between a PEM file's first and last line, with its line breaks; else all of it.
[[nodiscard]] std::string core_of(const PlantedSecret& secret);
/// What follows a JWT's second point.
[[nodiscard]] std::string signature_of(const PlantedSecret& secret);

}  // namespace understudy::leaks
