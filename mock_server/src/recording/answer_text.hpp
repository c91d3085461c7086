#pragma once
/// A part of a recorded answer, to be filled in: placeholders by what they stand for, addresses of the recorded
/// servers by the player's own.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "recording/needles.hpp"

namespace understudy {

class AnswerText {
public:
  enum class Syntax { kPlain, kJson, kForm };  ///< how what is filled in has to be written

  AnswerText(std::string_view text, Syntax syntax, const Needles& holes);

  /// `text` is the one that was looked through; `fill` gives what stands for a hole. `marks`: places in the text,
  /// ascending, that are moved to where they are in the result.
  [[nodiscard]] std::string filled(std::string_view text, const std::function<std::string(std::size_t hole)>& fill,
                                   std::vector<std::size_t>* marks = nullptr) const;

private:
  Syntax syntax_;
  std::vector<Needles::Found> holes_;
};

}  // namespace understudy
