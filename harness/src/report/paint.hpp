#pragma once
/// Colours of a terminal, or none.

#include <string>
#include <string_view>

namespace understudy {

enum class Ink { kPlain, kRed, kGreen, kYellow, kMagenta, kDim, kBold, kBoldRed };

class Paint {
public:
  explicit Paint(bool on) : on_{on} {}
  [[nodiscard]] std::string operator()(Ink ink, std::string_view text) const {
    if (!on_ || ink == Ink::kPlain) return std::string{text};
    return "\x1b[" + std::string{code(ink)} + "m" + std::string{text} + "\x1b[0m";
  }

private:
  static std::string_view code(Ink ink) {
    switch (ink) {
      case Ink::kPlain:
        return "0";
      case Ink::kRed:
        return "31";
      case Ink::kGreen:
        return "32";
      case Ink::kYellow:
        return "33";
      case Ink::kMagenta:
        return "35";
      case Ink::kDim:
        return "2";
      case Ink::kBold:
        return "1";
      case Ink::kBoldRed:
        return "1;31";
    }
    return "0";
  }
  bool on_;
};

}  // namespace understudy
