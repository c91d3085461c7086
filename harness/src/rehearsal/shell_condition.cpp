#include "rehearsal/shell_condition.hpp"

#include <algorithm>
#include <utility>

namespace understudy {
namespace {

/// The one variable of the environment that the word is the value of; "" if it is none, or the text's own.
std::string environment_variable(const ShellWord& word, const Aliases& aliases) {
  if (word.variables.size() != 1) return "";
  std::string name = word.variables.front();
  for (int i = 0; i < 5 && !name.empty(); ++i) {
    const auto alias = aliases.find(name);
    // The platform writes names of variables in capitals, so others are the text's own.
    const bool is_own = std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
    if (alias == aliases.end()) return is_own ? "" : name;
    if (alias->second == name) return name;  // X="${X:-default}"
    name = alias->second;
  }
  return "";
}

bool is_literal(const ShellWord& word) { return word.variables.empty() && !(word.dynamic && word.text.empty()); }

Guard guard_of(const std::string& variable, std::string value, bool negated, std::string_view prefix) {
  Guard guard{.variable = variable, .value = std::move(value), .negated = negated};
  if (!variable.starts_with(prefix) || guard.value.empty()) return guard;
  const std::string_view rest = std::string_view{variable}.substr(prefix.size());
  if (rest == "BRANCH") guard.kind = Guard::Kind::kBranch;
  if (rest == "ENVIRONMENT") guard.kind = Guard::Kind::kEnvironment;
  if (rest == "ENVIRONMENT_TYPE") guard.kind = Guard::Kind::kType;
  return guard;
}

/// `[ "x$A" = xmain ]`: what stands beside the variable stands beside its value, too.
std::string without_padding(const ShellWord& subject, std::string value) {
  if (subject.text.empty()) return value;
  if (value.starts_with(subject.text)) return value.substr(subject.text.size());
  if (value.ends_with(subject.text)) value.resize(value.size() - subject.text.size());
  return value;
}

/// "^(main|master)$" -> main, master; "^main-.*" -> main-*
std::vector<std::string> texts_of_regex(std::string_view regex) {
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '|') {
      texts.emplace_back();
    } else if (c == '.' && i + 1 < regex.size() && (regex[i + 1] == '*' || regex[i + 1] == '+')) {
      texts.back() += '*';
      ++i;
    } else if (std::string_view{"^$()\\"}.find(c) == std::string_view::npos) {
      texts.back() += c;
    }
  }
  return texts;
}

class Expression {
public:
  Expression(const GuardContext& context, std::vector<Guard>& guards) : context_{context}, guards_{guards} {}

  void read(const ShellWords& words, bool negated) {
    const bool compares = words.size() == 3 && words[1].text.find('=') != std::string::npos;
    if (!words.empty() && words[0].text == "!" && !compares) return read({words.begin() + 1, words.end()}, !negated);
    if (words.size() == 3) return compare(words[0], words[1].text, words[2], negated);
    if (words.size() == 2 && is_one_of(words[0].text, {"-n", "-z"})) {
      return look(words[1], negated != (words[0].text == "-z"));
    }
    if (words.size() == 1) look(words[0], negated);
  }

private:
  void look(const ShellWord& word, bool negated) {
    const std::string variable = environment_variable(word, context_.aliases);
    if (!variable.empty()) guards_.push_back(guard_of(variable, "", negated, context_.prefix));
  }

  void compare(const ShellWord& left, const std::string& sign, const ShellWord& right, bool negated) {
    if (!is_one_of(sign, {"=", "==", "!=", "=~"})) return;
    const bool left_is_subject = !left.variables.empty();
    const ShellWord& subject = left_is_subject ? left : right;
    const ShellWord& value = left_is_subject ? right : left;
    const std::string variable = environment_variable(subject, context_.aliases);
    if (variable.empty() || !is_literal(value)) return;
    std::vector<std::string> texts{value.text};
    if (sign == "=~") texts = texts_of_regex(value.text);
    for (std::string& text : texts) {
      const bool other = negated != (sign == "!=");
      text = without_padding(subject, std::move(text));
      // "is it empty": true for no value, so the other way round than a bare `[ "$X" ]`
      guards_.push_back(guard_of(variable, text, text.empty() ? !other : other, context_.prefix));
    }
  }

  const GuardContext& context_;
  std::vector<Guard>& guards_;
};

}  // namespace

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_test(const WalkedCommand& command) { return is_one_of(command.name.text, {"[", "[[", "test"}); }

std::vector<Guard> guards_of_test(const WalkedCommand& command, const GuardContext& context) {
  std::vector<Guard> guards;
  Expression expression{context, guards};
  ShellWords part;
  bool negated = false;  // by a "!" in front of a "("
  int depth = 0;
  const auto end_part = [&] {
    expression.read(part, negated);
    part.clear();
  };
  for (const ShellWord& word : command.arguments) {
    const std::string_view text = word.quoted ? std::string_view{} : std::string_view{word.text};
    if (is_one_of(text, {"]", "]]", "-a", "-o", "&&", "||"})) {
      end_part();
    } else if (word.text == "(" && part.size() <= 1) {
      if (part.size() == 1 && part[0].text == "!") negated = true;
      part.clear();
      ++depth;
    } else if (word.text == ")" && depth > 0) {
      end_part();
      if (--depth == 0) negated = false;
    } else {
      part.push_back(word);
    }
  }
  end_part();
  return guards;
}

std::vector<Guard> guards_of_branch(const ShellWord& subject, const ShellWords& patterns, const GuardContext& context) {
  const std::string variable = environment_variable(subject, context.aliases);
  if (variable.empty()) return {};
  std::vector<Guard> guards;
  for (const ShellWord& pattern : patterns) {
    if (pattern.text == "*" || !is_literal(pattern)) continue;
    const std::string text = without_padding(subject, pattern.text);
    guards.push_back(guard_of(variable, text, text.empty(), context.prefix));
  }
  return guards;
}

}  // namespace understudy
