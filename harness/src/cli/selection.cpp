#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <set>

#include "harness/cli.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path path;
  int line = 0;  ///< 0 = all of it
};

/// "a.yaml:14" is line 14 of a.yaml, unless there is a file of that very name.
Place place_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (fs::exists(text) || colon == std::string::npos) return {text};
  int line = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, line);
  if (parsed.ec != std::errc{} || parsed.ptr != end || line < 1) return {text};
  return {text.substr(0, colon), line};
}

bool holds_scenarios(const fs::path& file) {
  static const std::set<std::string> extensions{".yaml", ".yml", ".json"};
  return extensions.count(file.extension().string()) > 0;
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entries{folder}, end; entries != end; ++entries) {
    if (is_hidden(entries->path())) {
      if (entries->is_directory()) entries.disable_recursion_pending();
      continue;
    }
    if (entries->is_regular_file() && holds_scenarios(entries->path())) files.push_back(entries->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

[[noreturn]] void fail_missing(const fs::path& path) {
  std::vector<std::string> known;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{folder, error}) known.push_back(entry.path().filename().string());
  const std::string hint = did_you_mean(path.filename().string(), known);
  throw UsageError{fmt::format("no such file or folder: {}{}", path.string(), hint.empty() ? "" : "; " + hint)};
}

/// Each path that was named, folders replaced by the files in them.
std::vector<Place> expanded(const std::vector<std::string>& paths) {
  std::vector<Place> places;
  for (const std::string& text : paths) {
    Place place = place_of(text);
    place.path = place.path.lexically_normal();
    if (!fs::exists(place.path)) fail_missing(place.path);
    if (!fs::is_directory(place.path)) {
      places.push_back(std::move(place));
      continue;
    }
    for (fs::path& file : files_below(place.path)) places.push_back({std::move(file)});
  }
  return places;
}

std::vector<Candidate> load(const Place& place) {
  std::vector<Candidate> candidates;
  for (Scenario& scenario : load_scenarios(place.path)) {
    candidates.push_back({std::move(scenario), candidates.size()});
  }
  if (place.line == 0) return candidates;
  std::erase_if(candidates, [&](const Candidate& each) { return !each.scenario.holds_line(place.line); });
  if (candidates.empty()) throw UsageError{fmt::format("no scenario at {}:{}", place.path.string(), place.line)};
  return candidates;
}

/// Says what is wrong with every file, not only with the first.
class Complaints {
public:
  void add(const InputError& error) {
    if (!first_) first_ = error;
    if (count_++ > 0) more_ += fmt::format("\n{}", error.what());
  }
  void raise() const {
    if (!first_) return;
    if (count_ == 1) throw *first_;
    throw UsageError{first_->what() + more_};
  }

private:
  std::optional<InputError> first_;
  std::string more_;
  int count_ = 0;
};

class Pattern {
public:
  Pattern(const std::string& option, const std::string& text) : expression_{text, RE2::Quiet} {
    if (!expression_.ok()) throw UsageError{fmt::format("{} \"{}\": {}", option, text, expression_.error())};
  }
  [[nodiscard]] bool finds(const Scenario& scenario) const {
    return RE2::PartialMatch(scenario.id() + " " + scenario.title(), expression_);
  }

private:
  RE2 expression_;
};

bool any_matches(const std::vector<TagExpression>& expressions, const Scenario& scenario) {
  return expressions.empty() || std::any_of(expressions.begin(), expressions.end(),
                                            [&](const TagExpression& e) { return e.matches(scenario.tags); });
}

bool is_among(const Selection& selection, const Scenario& scenario) {
  if (!selection.only) return true;
  const std::pair<std::string, std::string> key{scenario.file, scenario.title()};
  return std::find(selection.only->begin(), selection.only->end(), key) != selection.only->end();
}

/// The libraries' shuffles differ between machines.
void shuffle_in_place(std::vector<PoolJob>& jobs, std::mt19937_64& engine) {
  for (std::size_t n = jobs.size(); n > 1; --n) std::swap(jobs[n - 1], jobs[engine() % n]);
}

}  // namespace

std::vector<fs::path> find_files(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  std::set<fs::path> seen;
  for (const Place& place : expanded(paths)) {
    if (seen.insert(fs::weakly_canonical(place.path)).second) files.push_back(place.path);
  }
  return files;
}

std::vector<Candidate> find_scenarios(const std::vector<std::string>& paths) {
  std::vector<Candidate> found;
  std::set<std::pair<fs::path, std::size_t>> seen;
  Complaints complaints;
  for (const Place& place : expanded(paths)) {
    try {
      for (Candidate& candidate : load(place)) {
        const bool is_new = seen.emplace(fs::weakly_canonical(place.path), candidate.index).second;
        if (is_new) found.push_back(std::move(candidate));
      }
    } catch (const InputError& error) {
      complaints.add(error);
    }
  }
  complaints.raise();
  return found;
}

std::vector<Candidate> select(std::vector<Candidate> candidates, const Selection& selection) {
  const Pattern filter{"--filter", selection.filter};
  const Pattern exclude{"--exclude", selection.exclude};
  std::vector<TagExpression> tags;
  for (const std::string& text : selection.tags) tags.push_back(TagExpression::parse(text));
  const std::size_t found = candidates.size();

  std::erase_if(candidates, [&](const Candidate& candidate) {
    const Scenario& scenario = candidate.scenario;
    return !filter.finds(scenario) || (!selection.exclude.empty() && exclude.finds(scenario)) ||
           !any_matches(tags, scenario) || !is_among(selection, scenario);
  });
  if (!candidates.empty()) return candidates;
  if (found == 0) throw UsageError{"nothing selected: there is no scenario in what was named"};
  if (selection.only && selection.only->empty()) {
    throw UsageError{"nothing selected: no scenario failed in the last run"};
  }
  throw UsageError{
      fmt::format("nothing selected: none of {} scenarios matches; \"understudy run --list\" shows them", found)};
}

std::vector<PoolJob> plan_jobs(std::span<const Candidate> candidates, int repeats, bool shuffle, std::uint64_t seed) {
  std::vector<PoolJob> all;
  std::mt19937_64 engine{seed};
  for (int repeat = 0; repeat < repeats; ++repeat) {
    std::vector<PoolJob> round;
    for (const Candidate& candidate : candidates) {
      const Scenario& s = candidate.scenario;
      const std::size_t order = all.size() + round.size();
      round.push_back({{order, s.id(), s.file, s.at.line, s.title(), repeat}, candidate.index});
    }
    if (shuffle) shuffle_in_place(round, engine);
    all.insert(all.end(), round.begin(), round.end());
  }
  return all;
}

}  // namespace understudy
