#include "rehearsal/guards.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "rehearsal/shell_condition.hpp"

namespace understudy {
namespace {

/// Reads a text with its tests, and finds out of each whether what comes of it is that the text goes on where the test
/// is true, or where it is false: `[ T ] && work`, `[ T ] || exit`, but `[ T ] && exit`, `[ T ] || work`.
class GuardFinder {
public:
  GuardFinder(std::string_view prefix, const std::filesystem::path& tree) : prefix_{prefix}, tree_{tree} {}

  std::vector<Guard> find(std::string_view text) {
    const CommandListener listener{
        .command = [this](const WalkedCommand& command) { see(command); },
        .assignment = [this](const ShellWords& words) { note_all(words); },
        .subshell = [this](bool begins) { depth_ += begins ? 1 : -1; },
        .control = [this](std::string_view token) { see(token); },
        .branch = [this](const ShellWord& subject, const ShellWords& patterns) { see(subject, patterns); }};
    walk_commands(text, tree_, listener);
    return std::move(guards_);
  }

private:
  enum class Join {
    kNone,    // not known yet: we are right behind the test
    kTrue,    // what comes runs if it is true
    kFalse,   // what comes runs if it is false
    kWaiting  // a branch of a `case` that did nothing: the one for the rest will tell
  };

  /// Tests whose consequence is still to be seen.
  struct Open {
    std::size_t begin = 0;  // of its guards
    std::size_t end = 0;
    Join join = Join::kNone;
    bool list = false;         // `[ T ] && ...`, not `if [ T ]; then ...`
    bool braces = false;       // the list goes on in { }
    bool began = false;        // something came that decides nothing
    bool conditional = false;  // what comes depends on something else besides
    int depth = 0;
  };

  void see(const WalkedCommand& command) {
    for (const ShellWord& word : command.arguments) {
      if (is_one_of(command.name.text, {"export", "readonly", "local"})) note(word);
    }
    if (command.name.text == "read") {
      for (const ShellWord& word : command.arguments) aliases_[word.text] = "";
    }
    if (is_test(command)) return open(guards_of_test(command, context()));
    bang_ = false;
    if (!open_ || open_->depth != depth_ || open_->join == Join::kWaiting) return;
    if (open_->join == Join::kNone) {
      open_.reset();  // `[ T ]` for nothing, or for what $? is looked at
    } else if (is_one_of(command.name.text, {"exit", "return"})) {
      if (open_->conditional) return settle(open_->join == Join::kFalse);
      settle(open_->join == Join::kTrue);
    } else if (is_one_of(command.name.text, {"echo", "printf", ":", "true", "logger", "date", "set", "cd"})) {
      open_->began = true;
    } else {
      settle(open_->join == Join::kFalse);
    }
  }

  void open(std::vector<Guard> found) {
    const std::size_t begin = guards_.size();
    for (Guard& guard : found) {
      guard.negated = guard.negated != bang_;
      guards_.push_back(std::move(guard));
    }
    bang_ = false;
    // `[ A ] || [ B ] && work`: what becomes of both shows together
    const bool goes_on = open_ && open_->list && !open_->braces && open_->depth == depth_ && open_->join != Join::kNone;
    open_ = Open{.begin = goes_on ? open_->begin : begin, .end = guards_.size(), .depth = depth_};
  }

  void see(const ShellWord& subject, const ShellWords& patterns) {
    if (std::ranges::any_of(patterns, [](const ShellWord& pattern) { return pattern.text == "*"; })) {
      if (open_ && open_->join == Join::kWaiting) open_->join = Join::kFalse;
      return;
    }
    const std::size_t begin = open_ && open_->join == Join::kWaiting ? open_->begin : guards_.size();
    for (Guard& guard : guards_of_branch(subject, patterns, context())) guards_.push_back(std::move(guard));
    open_ = Open{.begin = begin, .end = guards_.size(), .join = Join::kTrue, .depth = depth_};
  }

  void see(std::string_view token) {
    if (token == "!") bang_ = true;
    if (!open_ || open_->depth != depth_) return;
    if (open_->join == Join::kNone) return join(token);
    if (open_->list) return go_on_in_list(token);
    if (token == "&&" || token == "||") open_->conditional = true;
    if (token == ";" || token == "\n") open_->conditional = false;
    if (token == ";;") open_->join = Join::kWaiting;
    if (token == "else") open_->join = Join::kFalse;
    if (is_one_of(token, {"fi", "elif", "done", "esac"})) open_.reset();
  }

  void join(std::string_view token) {
    open_->list = token == "&&" || token == "||";
    if (is_one_of(token, {"&&", "then", "do"})) open_->join = Join::kTrue;
    if (token == "||") open_->join = Join::kFalse;
  }

  void go_on_in_list(std::string_view token) {
    if (token == "{") open_->braces = true;
    if (open_->braces) {
      if (token == "&&" || token == "||") open_->conditional = true;
      if (token == ";" || token == "\n") open_->conditional = false;
      if (token == "}") open_.reset();
    } else {
      const bool ends_line = token == "\n" && open_->began;  // the one behind "&&" does not
      if (ends_line || is_one_of(token, {";", "||", "&", "fi", "}", ";;"})) open_.reset();
    }
  }

  /// What came of the open tests is known: `turned` if it is for where they are false.
  void settle(bool turned) {
    for (std::size_t i = open_->begin; turned && i < open_->end; ++i) guards_[i].negated = !guards_[i].negated;
    open_.reset();
  }

  void note_all(const ShellWords& words) {
    for (const ShellWord& word : words) note(word);
  }
  void note(const ShellWord& word) {
    const std::string name{assigned_name(word)};
    if (name.empty()) return;
    const bool is_copy = word.variables.size() == 1 && word.text == name + "=";
    aliases_[name] = is_copy ? word.variables.front() : "";
  }

  [[nodiscard]] GuardContext context() const { return {.prefix = prefix_, .aliases = aliases_}; }

  std::string_view prefix_;
  const std::filesystem::path& tree_;
  std::vector<Guard> guards_;
  Aliases aliases_;
  std::optional<Open> open_;
  bool bang_ = false;
  int depth_ = 0;
};

bool is_branch_name(const std::string& text) {
  constexpr std::string_view kOthers[] = {"staging", "stage",   "stg",         "dev", "develop",
                                          "test",    "testing", "development", "qa",  "preprod"};
  return !text.empty() && text.find_first_of("*?[]{}+ ") == std::string::npos &&
         std::ranges::find(kOthers, text) == std::end(kOthers);
}

/// "" if the guard names none.
std::string branch_of(const Guard& guard) {
  if (guard.negated || (guard.kind != Guard::Kind::kBranch && guard.kind != Guard::Kind::kEnvironment)) return "";
  std::string name = guard.value;
  while (name.ends_with('*')) name.pop_back();
  if (name.ends_with('/')) return "";  // "feature/*": any of many
  if (guard.kind == Guard::Kind::kEnvironment) name = name.substr(0, name.rfind('-'));
  return is_branch_name(name) ? name : "";
}

}  // namespace

std::string container_prefix(const ClientProfile& client) {
  return client.service_env_prefix.empty() ? "PLATFORM_" : client.service_env_prefix;
}

std::vector<Guard> find_guards(std::string_view command, const std::filesystem::path& tree, std::string_view prefix) {
  return GuardFinder{prefix, tree}.find(command);
}

std::string guarded_branch(const AppProject& project, std::string_view prefix) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Application& app : project.apps) {
    for (const CronDefinition& cron : app.crons) {
      std::set<std::string> of_cron;
      for (const Guard& guard : find_guards(cron.start, app.root, prefix)) {
        const std::string branch = branch_of(guard);
        if (branch.empty() || !of_cron.insert(branch).second) continue;
        const auto row = std::ranges::find(counts, branch, &std::pair<std::string, int>::first);
        if (row == counts.end()) {
          counts.emplace_back(branch, 1);
        } else {
          ++row->second;
        }
      }
    }
  }
  const auto most = std::ranges::max_element(counts, {}, &std::pair<std::string, int>::second);
  return most == counts.end() ? "" : most->first;
}

}  // namespace understudy
