#pragma once
/// Recorded text with placeholders in it, as a pattern for what is asked.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recording/needles.hpp"

namespace understudy {

/// What placeholders stand for, by their numbers in the Needles.
using Bindings = std::unordered_map<std::size_t, std::string>;

class Pattern {
public:
  Pattern(std::string_view text, const Needles& placeholders);
  [[nodiscard]] bool has_placeholders() const;
  /// Those that `text` makes them stand for, beyond `known`; nullopt if it does not fit. A placeholder also fits
  /// itself: who got it in an answer sends it back.
  [[nodiscard]] std::optional<Bindings> match(std::string_view text, const Bindings& known) const;

private:
  struct Piece {
    std::string literal{};  ///< or, if `is_placeholder`, its own text
    bool is_placeholder = false;
    std::size_t placeholder = 0;
  };
  bool match_from(std::size_t piece, std::string_view rest, const Bindings& known, Bindings& bound) const;

  std::vector<Piece> pieces_;
};

}  // namespace understudy
