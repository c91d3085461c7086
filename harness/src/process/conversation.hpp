#pragma once
/// A conversation on a terminal: what has been shown, and which turn is due.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/process.hpp"

namespace understudy {

/// Takes escape sequences (colours, cursor movement, titles) out of a stream of text, whatever pieces it comes in.
class EscapeFilter {
public:
  [[nodiscard]] std::string visible(std::string_view piece);

private:
  enum class State { kText, kEscape, kControlSequence, kString, kStringEscape, kCharset };
  State state_ = State::kText;
};

/// Pure: it knows no terminal. Feed it what was shown, ask it what to type.
class Conversation {
public:
  explicit Conversation(std::vector<TerminalTurn> turns) : turns_{std::move(turns)} {}

  void show(std::string_view piece);
  /// Has the text of the next turn appeared? Stays so until `answer`.
  [[nodiscard]] bool is_due() const;
  /// What to type now that the turn is due; the next one begins after the text that made it due.
  [[nodiscard]] std::string answer();
  [[nodiscard]] std::optional<std::string> unmet() const;  ///< what is still waited for

private:
  std::vector<TerminalTurn> turns_;
  std::size_t next_ = 0;
  EscapeFilter filter_;
  std::string shown_;  ///< since the last turn
};

}  // namespace understudy
