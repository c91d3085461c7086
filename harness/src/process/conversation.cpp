#include "process/conversation.hpp"

#include <utility>

namespace understudy {

// ECMA-48: ESC [ parameters final, ESC ] text (BEL or ESC \), ESC ( charset, ESC one byte.
std::string EscapeFilter::visible(std::string_view piece) {
  std::string text;
  for (const char c : piece) {
    switch (state_) {
      case State::kText:
        if (c == '\x1b') {
          state_ = State::kEscape;
        } else {
          text += c;
        }
        break;
      case State::kEscape:
        if (c == '[') {
          state_ = State::kControlSequence;
        } else if (c == ']' || c == 'P' || c == '_' || c == '^' || c == 'X') {
          state_ = State::kString;
        } else if (c == '(' || c == ')' || c == '#') {
          state_ = State::kCharset;
        } else {
          state_ = State::kText;
        }
        break;
      case State::kControlSequence:
        if (c >= '@' && c <= '~') state_ = State::kText;
        break;
      case State::kString:
        if (c == '\a') state_ = State::kText;
        if (c == '\x1b') state_ = State::kStringEscape;
        break;
      case State::kStringEscape:
        state_ = c == '\\' ? State::kText : State::kString;
        break;
      case State::kCharset:
        state_ = State::kText;
        break;
    }
  }
  return text;
}

void Conversation::show(std::string_view piece) {
  std::string text = filter_.visible(piece);
  if (next_ < turns_.size()) shown_ += text;
}

bool Conversation::is_due() const {
  return next_ < turns_.size() && shown_.find(turns_[next_].expect) != std::string::npos;
}

std::string Conversation::answer() {
  const TerminalTurn& turn = turns_[next_++];
  shown_.erase(0, shown_.find(turn.expect) + turn.expect.size());
  return turn.send;
}

std::optional<std::string> Conversation::unmet() const {
  if (next_ >= turns_.size()) return std::nullopt;
  return turns_[next_].expect;
}

}  // namespace understudy
