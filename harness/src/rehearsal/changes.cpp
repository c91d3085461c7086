#include "rehearsal/changes.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>

#include "container/command_walker.hpp"
#include "mock_server/ascii.hpp"
#include "rehearsal/files_named.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWait = "--wait";
constexpr std::string_view kNoWait = "--no-wait";
constexpr std::string_view kNoWaitShort = "-W";

bool is_part_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

/// Where `word` stands by itself in `line`, from `from` on; "redeploy" is not found in "environment:redeploy".
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0) {
  for (std::size_t at = from; (at = line.find(word, at)) != std::string_view::npos; ++at) {
    const char before = at == 0 ? ' ' : line[at - 1];
    const std::size_t end = at + word.size();
    const char after = end < line.size() ? line[end] : ' ';
    const auto parts = [](char c) { return is_part_of_word(c) || c == ':' || c == '.' || c == '/'; };
    if (!parts(before) && !is_part_of_word(after) && after != ':') return at;
  }
  return std::string_view::npos;
}

/// Where the command that has begun before `from` ends, as far as a line tells.
std::size_t end_of_command(std::string_view line, std::size_t from) {
  const std::size_t end = line.find_first_of(";|&)`", from);
  return end == std::string_view::npos ? line.size() : end;
}

/// `line` with `command` told not to wait, wherever it stands in it; the same line if it does not, or is told already.
std::string told_not_to_wait(std::string line, const std::string& command) {
  std::size_t at = 0;
  while ((at = find_word(line, command, at)) != std::string::npos) {
    const std::size_t begin = at + command.size();
    const std::size_t end = end_of_command(line, begin);
    const std::string_view words = std::string_view{line}.substr(0, end);
    at = end;
    if (find_word(words, kNoWait, begin) != std::string::npos) continue;
    if (find_word(words, kNoWaitShort, begin) != std::string::npos) continue;
    const std::size_t wait = find_word(words, kWait, begin);
    const std::size_t before = line.size();
    if (wait != std::string::npos) {
      line.replace(wait, kWait.size(), kNoWait);
    } else {
      line.insert(begin, " " + std::string{kNoWait});
    }
    at += line.size() - before;
  }
  return line;
}

std::size_t indentation_of(const std::string& line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

/// The lines of a YAML file that the value at `at` may take, as [first, end) from 0.
std::pair<std::size_t, std::size_t> extent_of(const std::vector<std::string>& lines, const Position& at) {
  const std::size_t first = at.line > 0 ? static_cast<std::size_t>(at.line) - 1 : 0;
  if (first >= lines.size()) return {0, 0};
  const std::size_t key = indentation_of(lines[first]);
  const bool stands_alone = at.column > 0 && static_cast<std::size_t>(at.column) == key + 1;
  const std::size_t least = stands_alone ? key : key + 1;  // blanks in front of what belongs to it
  std::size_t end = first + 1;
  while (end < lines.size() && (trimmed(lines[end]).empty() || indentation_of(lines[end]) >= least)) ++end;
  return {first, end};
}

class Search {
public:
  Search(const CronDefinition& cron, const Application& app, const std::vector<std::string>& commands)
      : cron_{cron}, app_{app}, commands_{commands} {}

  std::vector<LineChange> look() {
    look_into_yaml();
    for (const std::string& path : find_files_named(cron_.start, app_.root).paths) look_into_script(app_.root / path);
    return std::move(changes_);
  }

private:
  void look_into_yaml() {
    const std::vector<std::string> lines = lines_of(script_at(cron_.start_at.file));
    const bool is_included = cron_.start_at.file != cron_.at.file && cron_.start_at.line <= 1;
    const auto [first, end] =
        is_included ? std::pair<std::size_t, std::size_t>{0, lines.size()} : extent_of(lines, cron_.start_at);
    consider(cron_.start_at.file, lines, first, end);
  }
  void look_into_script(const fs::path& file) {
    const std::vector<std::string> lines = lines_of(script_at(file));
    consider(file.lexically_normal().string(), lines, 0, lines.size());
  }
  /// [begin, end): a line that ends in a backslash is read together with the next one.
  void consider(const std::string& file, const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
    while (begin < end) {
      const std::size_t first = begin;
      std::string text{trimmed(lines[begin++])};
      if (text.starts_with('#')) continue;
      while (text.ends_with('\\') && begin < end) text.append("\n").append(trimmed(lines[begin++]));
      for (const std::string& command : commands_) text = told_not_to_wait(std::move(text), command);
      const std::vector<std::string> better = lines_of(text);
      for (std::size_t i = 0; i < better.size(); ++i) note(file, lines[first + i], first + i, better[i]);
    }
  }
  void note(const std::string& file, const std::string& line, std::size_t index, const std::string& better) {
    const std::string now{trimmed(line)};
    if (better == now) return;
    changes_.push_back({{file, static_cast<int>(index) + 1, static_cast<int>(indentation_of(line)) + 1}, now, better});
  }

  const CronDefinition& cron_;
  const Application& app_;
  const std::vector<std::string>& commands_;
  std::vector<LineChange> changes_;
};

}  // namespace

void add_changes(Rehearsal& rehearsal, const AppProject& project) {
  for (CronReport& report : rehearsal.crons) {
    if (report.cure.empty()) continue;
    const auto app = std::ranges::find(project.apps, report.app, &Application::name);
    if (app == project.apps.end()) continue;
    const auto cron = std::ranges::find(app->crons, report.name, &CronDefinition::name);
    if (cron != app->crons.end()) report.changes = Search{*cron, *app, report.cure}.look();
  }
}

}  // namespace understudy
