// A command line into words, as a shell would, without its expansions.
#include <cctype>

#include "harness/scenario.hpp"

namespace understudy {
namespace {

constexpr std::string_view kNeedsShell = "|&;<>()`";
constexpr std::string_view kEscapedInQuotes = "\"\\$`";

class WordSplitter {
public:
  WordSplitter(std::string_view line, const Position& at) : rest_{line}, at_{at} {}

  std::vector<std::string> split() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (std::isspace(static_cast<unsigned char>(c)) != 0)
        end_word();
      else
        take(c);
    }
    end_word();
    return std::move(words_);
  }

private:
  void take(char c) {
    in_word_ = true;
    if (c == '\'') return take_single_quoted();
    if (c == '"') return take_double_quoted();
    if (c == '\\') return take_escaped();
    if (kNeedsShell.find(c) != std::string_view::npos || (c == '$' && rest_.starts_with('('))) {
      throw InputError{at_, std::string{"\""} + c + "\" means something to a shell, and run: has none",
                       "put quotes around it, or write sh: instead of run:"};
    }
    word_ += c;
  }

  void take_single_quoted() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) throw InputError{at_, "a ' is not closed"};
    word_ += rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
  }

  void take_double_quoted() {
    while (!rest_.empty() && rest_.front() != '"') {
      const bool escaped =
          rest_.front() == '\\' && rest_.size() > 1 && kEscapedInQuotes.find(rest_[1]) != std::string_view::npos;
      if (escaped) rest_.remove_prefix(1);
      word_ += rest_.front();
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) throw InputError{at_, "a \" is not closed"};
    rest_.remove_prefix(1);
  }

  void take_escaped() {
    if (rest_.empty()) throw InputError{at_, "nothing follows the backslash at the end"};
    if (rest_.front() != '\n')
      word_ += rest_.front();  // backslash, newline: the line goes on
    else if (word_.empty())
      in_word_ = false;
    rest_.remove_prefix(1);
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::string_view rest_;
  const Position& at_;
  std::string word_;
  bool in_word_ = false;  // also for an empty word in quotes
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> split_words(std::string_view line, const Position& at) {
  return WordSplitter{line, at}.split();
}

}  // namespace understudy
