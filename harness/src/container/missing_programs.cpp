// What a command would run and cannot: a reading of the text, not a run of it.

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "container/shell_reader.hpp"
#include "harness/container.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestScript = 8;
constexpr std::uintmax_t kScriptLimitBytes = 256 << 10;

/// Known to dash itself; and what only other shells know, which dash does not find on the platform either.
const std::set<std::string, std::less<>>& words_of_shells() {
  static const std::set<std::string, std::less<>> kWords{
      ".",        ":",       "[",       "alias",     "bg",      "break",   "cd",      "chdir",   "command",
      "continue", "echo",    "eval",    "exec",      "exit",    "export",  "false",   "fg",      "getopts",
      "hash",     "in",      "jobs",    "kill",      "local",   "printf",  "pwd",     "read",    "readonly",
      "return",   "set",     "shift",   "test",      "times",   "trap",    "true",    "type",    "ulimit",
      "umask",    "unalias", "unset",   "wait",      "[[",      "builtin", "caller",  "compgen", "declare",
      "dirs",     "disown",  "enable",  "fc",        "let",     "mapfile", "popd",    "pushd",   "select",
      "shopt",    "source",  "typeset", "readarray", "history", "bind",    "complete"};
  return kWords;
}

/// A command that runs another one: which of its options have a value of their own, and how many operands come first.
struct Prefix {
  std::string_view options_with_value;
  int operands = 0;
};

const std::map<std::string, Prefix, std::less<>>& prefixes() {
  static const std::map<std::string, Prefix, std::less<>> kTable{
      {"chroot", {"", 1}},  {"command", {}},  {"env", {"uCS"}},       {"exec", {"a"}},         {"flock", {"wE", 1}},
      {"ionice", {"cn"}},   {"nice", {"n"}},  {"nohup", {}},          {"setsid", {}},          {"stdbuf", {"ioe"}},
      {"sudo", {"ughpCT"}}, {"time", {"fo"}}, {"timeout", {"sk", 1}}, {"xargs", {"nIPdLsaE"}},
  };
  return kTable;
}

bool is_assignment(const ShellWord& word) {
  const std::size_t equals = word.text.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  const std::string_view name = std::string_view{word.text}.substr(0, equals);
  return (name[0] < '0' || name[0] > '9') && std::ranges::all_of(name, [](char c) {
           return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

std::string script_at(const fs::path& file) {
  std::error_code missing;
  if (!fs::is_regular_file(file, missing) || fs::file_size(file, missing) > kScriptLimitBytes) return {};
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool is_for_a_shell(const std::string& script) {
  const std::string first = script.substr(0, script.find('\n'));
  return first.starts_with("#!") &&
         (first.find("/sh") != std::string::npos || first.find("bash") != std::string::npos ||
          first.find("dash") != std::string::npos || first.find("env sh") != std::string::npos);
}

using Words = std::vector<ShellWord>;

class Finder {
public:
  explicit Finder(const Programs& programs) : programs_{programs} {}

  void read(std::string_view text) {
    if (++depth_ <= kDeepestScript) {
      ShellReader::Listener listener{.command = [this](const Words& words) { judge(words, 0); },
                                     .function = [this](const std::string& name) { functions_.insert(name); },
                                     .subshell = [this](bool begins) { enter(begins); }};
      ShellReader{text, listener}.read();
    }
    --depth_;
  }

  [[nodiscard]] std::vector<std::string> found() const {
    std::vector<std::string> left;
    for (const std::string& name : named_) {
      if (functions_.count(name) == 0) left.push_back(name);
    }
    return left;
  }

private:
  void enter(bool begins) {
    if (begins) {
      folders_.push_back(folder_);
    } else if (!folders_.empty()) {
      folder_ = folders_.back();
      folders_.pop_back();
    }
  }

  void judge(const Words& words, std::size_t at) {
    while (at < words.size() && is_assignment(words[at])) ++at;
    if (at >= words.size() || words[at].dynamic || words[at].text.empty()) return;
    const std::string& name = words[at].text;
    note(name);
    const Words arguments{words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end()};
    read_arguments(fs::path{name}.filename().string(), arguments);
    if (const auto prefix = prefixes().find(name); prefix != prefixes().end()) {
      judge_behind(name, prefix->second, arguments);
    }
  }

  void judge_behind(const std::string& name, const Prefix& prefix, const Words& arguments) {
    std::size_t at = 0;
    for (; at < arguments.size() && arguments[at].text.starts_with('-') && arguments[at].text.size() > 1; ++at) {
      const std::string& option = arguments[at].text;
      if (option == "--") {
        ++at;
        break;
      }
      if (name == "command" && (option == "-v" || option == "-V")) return;  // asks only
      const bool has_value = option.size() == 2 && prefix.options_with_value.find(option[1]) != std::string_view::npos;
      if (has_value) ++at;
    }
    judge(arguments, at + static_cast<std::size_t>(prefix.operands));
  }

  /// Commands that are in a command's arguments, and scripts.
  void read_arguments(const std::string& name, const Words& arguments) {
    if (name == "cd" || name == "chdir") return change_folder(arguments);
    if (name == "eval" || name == "trap") {
      if (!arguments.empty() && !arguments[0].dynamic) read(arguments[0].text);
    } else if (name == "." && !arguments.empty()) {
      read_script(arguments[0], false);
    } else if (name == "find") {
      for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        const std::string& option = arguments[i].text;
        if (option == "-exec" || option == "-execdir" || option == "-ok") judge(arguments, i + 1);
      }
    } else if (name == "sh" || name == "dash" || name == "bash") {
      read_shell(arguments);
    }
  }

  void read_shell(const Words& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& word = arguments[i].text;
      if (!word.starts_with('-')) return read_script(arguments[i], false);
      if (word.ends_with('c') && !word.starts_with("--") && i + 1 < arguments.size()) {
        if (!arguments[i + 1].dynamic) read(arguments[i + 1].text);
        return;
      }
    }
  }

  void change_folder(const Words& arguments) {
    if (arguments.empty()) {
      folder_ = "";
    } else {
      folder_ = arguments[0].dynamic ? std::nullopt : in_tree(arguments[0].text);
    }
  }

  /// Relative to the app's root; nullopt if it is elsewhere, or nobody knows where.
  [[nodiscard]] std::optional<std::string> in_tree(const std::string& word) const {
    constexpr std::string_view kApp = "/app";
    fs::path path = word;
    if (word == kApp) return "";
    if (word.starts_with("~")) return std::nullopt;
    if (path.is_absolute()) {
      if (!word.starts_with("/app/")) return std::nullopt;
      path = word.substr(kApp.size() + 1);
    } else {
      if (!folder_) return std::nullopt;
      path = fs::path{*folder_} / path;
    }
    std::string normal = path.lexically_normal().string();
    if (normal == "..") return std::nullopt;
    if (normal.starts_with("../")) return std::nullopt;
    return normal == "." ? "" : normal;
  }

  void read_script(const ShellWord& word, bool must_say_so) {
    if (word.dynamic) return;
    const std::optional<std::string> path = in_tree(word.text);
    if (!path || path->empty() || !scripts_.insert(*path).second) return;
    const std::string script = script_at(programs_.tree / *path);
    if (!must_say_so || is_for_a_shell(script)) read(script);
  }

  void note(const std::string& word) {
    if (word.find('/') == std::string::npos) {
      if (!words_of_shells().contains(word) && programs_.on_path.count(word) == 0) add(word);
      return;
    }
    const std::optional<std::string> path = in_tree(word);
    if (!path || path->empty()) return;
    std::error_code missing;
    if (fs::exists(fs::symlink_status(programs_.tree / *path, missing))) {
      read_script({.text = "/app/" + *path}, true);
    } else {
      add(*path);
    }
  }

  void add(const std::string& name) {
    if (programs_.not_ours.count(fs::path{name}.filename().string()) > 0) return;
    if (std::ranges::find(named_, name) == named_.end()) named_.push_back(name);
  }

  const Programs& programs_;
  int depth_ = 0;
  std::optional<std::string> folder_{""};
  std::vector<std::optional<std::string>> folders_;  ///< outside the subshells that are being read
  std::set<std::string> functions_;
  std::set<std::string> scripts_;  ///< read already
  std::vector<std::string> named_;
};

}  // namespace

std::vector<std::string> missing_programs(std::string_view command, const Programs& programs) {
  Finder finder{programs};
  finder.read(command);
  return finder.found();
}

}  // namespace understudy
