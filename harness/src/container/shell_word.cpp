// Words: what quotes, and what the shell puts in place of "$".

#include <algorithm>
#include <utility>

#include "container/shell_reader.hpp"

namespace understudy {
namespace {

constexpr std::string_view kWordEnds = " \t\r\n;&|<>()";
constexpr std::string_view kPatterns = "*?[";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name_letter(char c) { return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// How long the variable's name is that `text` begins with.
std::size_t name_length(std::string_view text) {
  if (text.empty() || is_digit(text[0])) return 0;
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_letter) - text.begin());
}

}  // namespace

std::string_view assigned_name(const ShellWord& word) {
  const std::string_view name = std::string_view{word.text}.substr(0, name_length(word.text));
  return std::string_view{word.text}.substr(name.size()).starts_with('=') && !name.empty() ? name : std::string_view{};
}

ShellWord ShellReader::read_word() {
  ShellWord word;
  while (!ended() && kWordEnds.find(peek()) == std::string_view::npos) {
    const char c = peek();
    if (c == '\'') {
      const std::size_t end = std::min(text_.find('\'', at_ + 1), text_.size());
      word.text += text_.substr(at_ + 1, end - at_ - 1);
      word.quoted = true;
      at_ = std::min(end + 1, text_.size());
    } else if (c == '"') {
      read_double_quotes(word);
    } else if (c == '\\') {
      if (peek(1) != '\n') {
        word.quoted = true;
        if (peek(1) != '\0') word.text += peek(1);
      }
      at_ = std::min(at_ + 2, text_.size());
    } else if (c == '$') {
      read_dollar(word);
    } else if (c == '`') {
      word.dynamic = true;
      read_backquotes();
    } else {
      // "[" and "[[" alone are commands.
      if (kPatterns.find(c) != std::string_view::npos && !(c == '[' && (word.text.empty() || word.text == "["))) {
        word.dynamic = true;
      }
      word.text += c;
      ++at_;
    }
  }
  return word;
}

void ShellReader::read_double_quotes(ShellWord& word) {
  word.quoted = true;
  ++at_;
  while (!ended() && peek() != '"') {
    if (peek() == '\\') {
      if (peek(1) != '\0' && peek(1) != '\n') word.text += peek(1);
      at_ = std::min(at_ + 2, text_.size());
    } else if (peek() == '$') {
      read_dollar(word);
    } else if (peek() == '`') {
      word.dynamic = true;
      read_backquotes();
    } else {
      word.text += peek();
      ++at_;
    }
  }
  if (!ended()) ++at_;
}

void ShellReader::read_dollar(ShellWord& word) {
  word.dynamic = true;
  ++at_;
  if (starts("((")) {
    read_arithmetic();
  } else if (peek() == '(') {
    ++at_;
    listener_.subshell(true);
    read_list(')');
    listener_.subshell(false);
    if (!ended()) ++at_;
  } else if (peek() == '{') {
    read_braces(word);
  } else if (!ended() && (is_digit(peek()) || std::string_view{"@*#?-$!"}.find(peek()) != std::string_view::npos)) {
    ++at_;
  } else if (std::string name = read_name(); !name.empty()) {
    word.variables.push_back(std::move(name));
  }
}

/// "" if none is here.
std::string ShellReader::read_name() {
  const std::string_view name = text_.substr(at_, name_length(text_.substr(at_)));
  at_ += name.size();
  return std::string{name};
}

/// `${NAME:-$(command)}`: to behind the brace, with what is run on the way.
void ShellReader::read_braces(ShellWord& word) {
  ++at_;
  if (std::string name = read_name(); !name.empty()) word.variables.push_back(std::move(name));
  ShellWord ignored;
  while (!ended() && peek() != '}') {
    if (peek() == '$') {
      read_dollar(ignored);
    } else if (peek() == '`') {
      read_backquotes();
    } else if (peek() == '"') {
      read_double_quotes(ignored);
    } else {
      at_ += peek() == '\\' && peek(1) != '\0' ? 2 : 1;
    }
  }
  if (!ended()) ++at_;
}

/// From the first or second "(" to behind the last ")".
void ShellReader::read_arithmetic() {
  int open = peek() == '(' && (at_ > 0 && text_[at_ - 1] == '(') ? 1 : 0;
  ShellWord ignored;
  while (!ended()) {
    if (peek() == '$') {
      read_dollar(ignored);
      continue;
    }
    if (peek() == '(') ++open;
    if (peek() == ')') --open;
    ++at_;
    if (open == 0) return;
  }
}

/// In backquotes a backslash quotes "`", "$" and itself, so the text within is another one than is written.
void ShellReader::read_backquotes() {
  ++at_;
  std::string inner;
  while (!ended() && peek() != '`') {
    if (peek() == '\\' && (peek(1) == '`' || peek(1) == '\\' || peek(1) == '$')) ++at_;
    inner += peek();
    ++at_;
  }
  if (!ended()) ++at_;
  if (depth_ >= kDeepest) return;
  ShellReader reader{inner, listener_};
  reader.depth_ = depth_ + 1;
  listener_.subshell(true);
  reader.read();
  listener_.subshell(false);
}

/// A here-document: text but for what is run in it.
void ShellReader::read_expansions(std::string_view text) {
  ShellReader reader{text, listener_};
  reader.depth_ = depth_ + 1;
  ShellWord ignored;
  while (!reader.ended()) {
    if (reader.peek() == '$') {
      reader.read_dollar(ignored);
    } else if (reader.peek() == '`') {
      reader.read_backquotes();
    } else {
      reader.at_ += reader.peek() == '\\' && reader.peek(1) != '\0' ? 2 : 1;
    }
  }
}

}  // namespace understudy
