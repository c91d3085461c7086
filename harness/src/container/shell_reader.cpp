#include "container/shell_reader.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace understudy {
namespace {

constexpr std::string_view kBlanks = " \t\r";

bool is_one_of(char c, std::string_view set) { return c != '\0' && set.find(c) != std::string_view::npos; }

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void ShellReader::read() {
  while (!ended()) {
    read_list('\0');
    if (!ended()) ++at_;  // a ")" too many
  }
}

/// Up to and without `end` (')'), or to the end of the text.
void ShellReader::read_list(char end) {
  if (++depth_ > kDeepest) at_ = text_.size();
  std::vector<ShellWord> outer = std::exchange(words_, {});
  cases_.emplace_back();
  while (!ended() && read_operator(end)) {
  }
  end_command();
  cases_.pop_back();
  words_ = std::move(outer);
  --depth_;
}

/// One operator, word or blank; false at the end of the list.
bool ShellReader::read_operator(char end) {
  skip_blanks();
  const char c = peek();
  if (in_brackets() && read_in_brackets()) return true;
  if (c == '\n') {
    end_command();
    control("\n");
    read_newline();
  } else if (starts(";;")) {
    end_command();
    control(";;");
    at_ += 2;
    if (in_case()) read_pattern();
  } else if (is_one_of(c, ";|") || (c == '&' && peek(1) != '>')) {
    end_command();
    const std::string_view token = text_.substr(at_, starts("&&") || starts("||") ? 2 : 1);
    control(token);
    at_ += token.size();
  } else if (is_one_of(c, "<>&")) {
    read_redirection();
  } else if (c == '(') {
    read_subshell();
  } else if (c == ')') {
    if (end == ')' || end == '\0') return false;
    ++at_;
  } else if (!ended()) {
    read_command_word();
  }
  return true;
}

/// What is an operator elsewhere is a word of bash's `[[ ]]`. False: what comes is as it is everywhere.
bool ShellReader::read_in_brackets() {
  const std::string before = words_.back().text;
  if (peek() == '\n' && (before == "&&" || before == "||")) {
    read_newline();
  } else if (before == "=~" && !is_one_of(peek(), "\n;")) {
    ShellWord pattern{.text = {}, .dynamic = true};
    while (!ended() && !is_one_of(peek(), " \t\n")) {
      if (peek() == '"') {
        read_double_quotes(pattern);
      } else {
        pattern.text += text_[at_++];
      }
    }
    words_.push_back(pattern);
  } else if (is_one_of(peek(), "&|<>()")) {
    const std::size_t length = starts("&&") || starts("||") ? 2 : 1;
    words_.push_back({.text = std::string{text_.substr(at_, length)}});
    at_ += length;
  } else {
    return false;
  }
  return true;
}

void ShellReader::read_command_word() {
  const std::size_t before = at_;
  const ShellWord word = read_word();
  if (at_ == before) ++at_;
  if (is_one_of(peek(), "<>") && is_number(word.text) && !word.quoted) return;  // "2" of "2>"
  const bool first = words_.empty();
  if (first && !word.quoted && !word.dynamic && read_keyword(word.text)) return;
  if (first && read_function(word)) return;
  words_.push_back(word);
}

/// A keyword leaves us where a command may begin.
bool ShellReader::read_keyword(const std::string& word) {
  static const std::set<std::string, std::less<>> kPlain{"if",    "then", "elif", "else", "fi", "while",
                                                         "until", "do",   "done", "{",    "}",  "!"};
  if (word == "for") {
    read_for();
  } else if (word == "case") {
    read_case();
  } else if (word == "esac" && in_case()) {
    cases_.pop_back();
    control(word);
  } else if (word == "function") {
    skip_blanks();
    listener_.function(read_word().text);
    skip_blanks();
    if (starts("()")) at_ += 2;
  } else {
    if (!kPlain.contains(word)) return false;
    control(word);
  }
  return true;
}

bool ShellReader::read_function(const ShellWord& word) {
  if (word.dynamic) return false;
  const std::size_t before = at_;
  skip_blanks();
  if (peek() == '(') {
    ++at_;
    skip_blanks();
    if (peek() == ')') {
      ++at_;
      listener_.function(word.text);
      return true;
    }
  }
  at_ = before;
  return false;
}

void ShellReader::end_command() {
  if (!words_.empty()) listener_.command(words_);
  words_.clear();
}

void ShellReader::read_redirection() {
  const bool here = starts("<<");
  while (is_one_of(peek(), "<>&|-")) {
    if (peek() == '-' && !here) break;  // ">&-", "> -file"
    ++at_;
  }
  const bool tabs_removed = here && text_[at_ - 1] == '-';
  skip_blanks();
  const ShellWord target = read_word();
  if (here) {
    here_documents_.push_back({.delimiter = target.text, .tabs_removed = tabs_removed, .literal = target.quoted});
  }
}

void ShellReader::read_subshell() {
  ++at_;
  if (peek() == '(') {  // ((arithmetic)) is no command of dash's, but of bash's
    read_arithmetic();
    return;
  }
  end_command();
  listener_.subshell(true);
  read_list(')');
  listener_.subshell(false);
  if (!ended()) ++at_;
}

/// From behind "for" to where "do" may be.
void ShellReader::read_for() {
  skip_blanks();
  read_word();
  while (!ended() && !is_one_of(peek(), ";\n")) {
    skip_blanks();
    const std::size_t before = at_;
    read_word();
    if (at_ == before) break;
  }
}

/// From behind "case" to behind the first pattern's ")".
void ShellReader::read_case() {
  skip_blanks();
  const ShellWord subject = read_word();
  do {
    skip_blanks();
    if (peek() != '\n') break;
    read_newline();
  } while (!ended());
  read_word();  // "in"
  cases_.emplace_back(subject);
  read_pattern();
}

void ShellReader::read_pattern() {
  std::vector<ShellWord> patterns;
  while (!ended()) {
    skip_blanks();
    if (peek() == '\n') {
      read_newline();
    } else if (peek() == ')') {
      ++at_;
      if (listener_.branch && in_case()) listener_.branch(*cases_.back(), patterns);
      return;
    } else if (is_one_of(peek(), "(|;&<>")) {
      ++at_;
    } else if (const ShellWord word = read_word(); word.text == "esac" && !word.quoted) {
      if (in_case()) cases_.pop_back();
      control("esac");
      return;
    } else {
      patterns.push_back(word);
    }
  }
}

void ShellReader::skip_blanks() {
  while (true) {
    if (is_one_of(peek(), kBlanks)) {
      ++at_;
    } else if (starts("\\\n")) {
      at_ += 2;
    } else if (peek() == '#') {  // where a word may begin, it is a comment
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

void ShellReader::read_newline() {
  ++at_;
  read_here_documents();
}

void ShellReader::read_here_documents() {
  for (const HereDocument& document : std::exchange(here_documents_, {})) {
    const std::size_t begin = at_;
    std::size_t end = at_;
    while (!ended()) {
      end = at_;
      const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, line_end - at_);
      at_ = std::min(line_end + 1, text_.size());
      if (document.tabs_removed) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      if (line == document.delimiter) break;
      end = at_;
    }
    if (!document.literal) read_expansions(text_.substr(begin, end - begin));
  }
}

}  // namespace understudy
