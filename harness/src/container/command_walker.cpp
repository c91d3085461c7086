#include "container/command_walker.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestScript = 8;
constexpr std::uintmax_t kScriptLimitBytes = 256 << 10;

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

bool is_for_a_shell(const std::string& script) {
  const std::string first = script.substr(0, script.find('\n'));
  return first.starts_with("#!") &&
         (first.find("/sh") != std::string::npos || first.find("bash") != std::string::npos ||
          first.find("dash") != std::string::npos || first.find("env sh") != std::string::npos);
}

class Walker {
public:
  Walker(const fs::path& tree, const CommandListener& listener) : tree_{tree}, listener_{listener} {}

  void walk(std::string_view text) {
    if (++depth_ <= kDeepestScript) {
      ShellReader::Listener listener{.command = [this](const ShellWords& words) { judge(words, 0); },
                                     .function =
                                         [this](const std::string& name) {
                                           if (listener_.function) listener_.function(name);
                                         },
                                     .subshell = [this](bool begins) { enter(begins); },
                                     .control = listener_.control,
                                     .branch = listener_.branch};
      ShellReader{text, listener}.read();
    }
    --depth_;
  }

private:
  void enter(bool begins) {
    if (begins) {
      folders_.push_back(folder_);
    } else if (!folders_.empty()) {
      folder_ = folders_.back();
      folders_.pop_back();
    }
    if (listener_.subshell) listener_.subshell(begins);
  }

  void judge(const ShellWords& words, std::size_t at) {
    WalkedCommand command;
    for (; at < words.size() && !assigned_name(words[at]).empty(); ++at) command.assignments.push_back(words[at]);
    if (at >= words.size()) {
      if (listener_.assignment && !command.assignments.empty()) listener_.assignment(command.assignments);
      return;
    }
    command.name = words[at];
    command.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    if (command.name.text.empty() && !command.name.dynamic) return;
    find(command);
    if (listener_.command) listener_.command(command);
    if (!command.name.dynamic) follow(command);
  }

  void find(WalkedCommand& command) const {
    const ShellWord& name = command.name;
    if (name.dynamic || name.text.find('/') == std::string::npos) return;
    command.path = in_tree(name.text);
    if (command.path && command.path->empty()) command.path.reset();
    std::error_code missing;
    command.is_there = command.path && fs::exists(fs::symlink_status(tree_ / *command.path, missing));
  }

  void follow(const WalkedCommand& command) {
    const std::string& name = command.name.text;
    if (command.is_there) read_script({.text = "/app/" + *command.path}, true);
    read_arguments(fs::path{name}.filename().string(), command.arguments);
    if (const auto prefix = prefixes().find(name); prefix != prefixes().end()) {
      judge_behind(name, prefix->second, command.arguments);
    }
  }

  void judge_behind(const std::string& name, const Prefix& prefix, const ShellWords& arguments) {
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
  void read_arguments(const std::string& name, const ShellWords& arguments) {
    if (name == "cd" || name == "chdir") return change_folder(arguments);
    if (name == "eval" || name == "trap") {
      if (!arguments.empty() && !arguments[0].dynamic) walk(arguments[0].text);
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

  void read_shell(const ShellWords& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& word = arguments[i].text;
      if (!word.starts_with('-')) return read_script(arguments[i], false);
      if (word.ends_with('c') && !word.starts_with("--") && i + 1 < arguments.size()) {
        if (!arguments[i + 1].dynamic) walk(arguments[i + 1].text);
        return;
      }
    }
  }

  void change_folder(const ShellWords& arguments) {
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
    if (!path || path->empty() || scripts_.contains(*path)) return;
    const std::string script = script_at(tree_ / *path);
    if (must_say_so && !is_for_a_shell(script)) return;
    scripts_.insert(*path);
    walk(script);
  }

  const fs::path& tree_;
  const CommandListener& listener_;
  int depth_ = 0;
  std::optional<std::string> folder_{""};
  std::vector<std::optional<std::string>> folders_;  ///< outside the subshells that are being read
  std::set<std::string> scripts_;                    ///< read already
};

}  // namespace

void walk_commands(std::string_view text, const fs::path& tree, const CommandListener& listener) {
  Walker{tree, listener}.walk(text);
}

std::string script_at(const fs::path& file) {
  std::error_code missing;
  if (!fs::is_regular_file(file, missing) || fs::file_size(file, missing) > kScriptLimitBytes) return {};
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace understudy
