#pragma once
/// The shapes of the corpus: what a program made of a secret before it leaked it, and what the report has to call it.

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "planted_secrets.hpp"

namespace understudy::leaks {

/// A secret in some shape.
struct Made {
  std::string data{};
  std::string shape{};       ///< as the report names it
  bool is_digest = false;    ///< reported as a fingerprint
  std::string second{};      ///< what is written after `data` by a write of its own
  bool needs_start = false;  ///< is only one if it stands at the beginning and nothing follows: has no mark of its own
  [[nodiscard]] std::string whole() const { return data + second; }
};

struct Shape {
  std::string name;
  /// nullopt if there is no such thing for this secret; the reason is where the shape is listed.
  std::function<std::optional<Made>(const PlantedSecret&)> make;
};

inline std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.name; }

[[nodiscard]] const std::vector<Shape>& shapes();

}  // namespace understudy::leaks
