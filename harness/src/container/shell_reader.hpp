#pragma once
/// Which simple commands a shell text has, and what their running depends on: enough of the grammar (POSIX.1-2017,
/// XCU 2) to find words in command position.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct ShellWord {
  std::string text{};                    ///< quotes and expansions removed
  bool quoted = false;                   ///< in part or whole: no keyword, no assignment
  bool dynamic = false;                  ///< has expansions or patterns: only the shell knows its text
  std::vector<std::string> variables{};  ///< names in it: "X" of `$X`, `${X:-default}`, `"a${X%b}"`
};

/// "NAME" of "NAME=value"; "" if the word is no assignment.
[[nodiscard]] std::string_view assigned_name(const ShellWord& word);

/// Tells the words of each simple command (assignments included, redirections not), those in substitutions and
/// here-documents too, and what stands between commands. Never throws: what is no shell text gives words of little use.
class ShellReader {
public:
  struct Listener {
    std::function<void(const std::vector<ShellWord>& words)> command{};
    std::function<void(const std::string& name)> function{};  ///< one is defined here
    std::function<void(bool begins)> subshell{};              ///< what it changes ends with it
    // What follows may be empty.
    /// A keyword (`if`, `then`, `!`, `{` ...), or what is between commands: `&&`, `||`, `|`, `&`, `;`, `;;`, "\n".
    std::function<void(std::string_view token)> control{};
    /// What follows is run if the subject of a `case` fits one of the patterns.
    std::function<void(const ShellWord& subject, const std::vector<ShellWord>& patterns)> branch{};
  };
  ShellReader(std::string_view text, Listener& listener) : text_{text}, listener_{listener} {}

  void read();

private:
  static constexpr int kDeepest = 50;  // of substitutions within each other

  struct HereDocument {
    std::string delimiter;
    bool tabs_removed = false;
    bool literal = false;
  };

  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }
  [[nodiscard]] bool in_case() const { return !cases_.empty() && cases_.back(); }
  [[nodiscard]] bool in_brackets() const {
    return !words_.empty() && words_[0].text == "[[" && !words_[0].quoted && words_.back().text != "]]";
  }
  void control(std::string_view token) const {
    if (listener_.control) listener_.control(token);
  }

  void read_list(char end);
  bool read_operator(char end);
  bool read_in_brackets();
  void read_command_word();
  bool read_keyword(const std::string& word);
  bool read_function(const ShellWord& word);
  void end_command();
  void read_redirection();
  void read_subshell();
  void read_for();
  void read_case();
  void read_pattern();
  void skip_blanks();
  void read_newline();
  void read_here_documents();
  ShellWord read_word();
  void read_double_quotes(ShellWord& word);
  void read_dollar(ShellWord& word);
  void read_braces(ShellWord& word);
  std::string read_name();
  void read_arithmetic();
  void read_backquotes();
  void read_expansions(std::string_view text);

  std::string_view text_;
  Listener& listener_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<ShellWord> words_;
  std::vector<HereDocument> here_documents_;
  std::vector<std::optional<ShellWord>> cases_;  ///< for each list that is being read: the subject of its `case`
};

}  // namespace understudy
