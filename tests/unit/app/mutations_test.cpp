// Broken in a thousand ways, a repository gives a project or an InputError, never anything else.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "harness/application.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

const fs::path kSamples = fs::path{SOURCE_DIR} / "tests/samples/apps";
constexpr int kRounds = 40;  // for each sample

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines{""};
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

const std::vector<std::string> kPieces{"!include ", "!archive ", "- ",  "{",    "}",
                                       "[",         "]",         "*a ", "&a ",  "<<: ",
                                       ": ",        "\"",        "\\",  "\xff", "99999999999999999999",
                                       "~",         "!x ",       "../", "'",    "#",
                                       "\xc3\xa9",  "| ",        "--- "};

class Mutator {
public:
  explicit Mutator(std::uint64_t seed) : chance_{seed} {}

  std::size_t below(std::size_t limit) { return chance_() % limit; }

  void mutate(Lines& lines) {
    std::string& one = lines[below(lines.size())];
    std::string& other = lines[below(lines.size())];
    switch (below(7)) {
      case 0:
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size())));
        break;
      case 1:
        std::swap(one, other);
        break;
      case 2:
        swap_values(one, other);
        break;
      case 3:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size())), std::string{one});
        break;
      case 4:
        one.insert(0, below(5), below(4) == 0 ? '\t' : ' ');
        break;
      case 5:
        one.resize(below(one.size() + 1));
        break;
      default:
        one.insert(below(one.size() + 1), kPieces[below(kPieces.size())]);
        break;
    }
    if (lines.empty()) lines.emplace_back();
  }

private:
  static void swap_values(std::string& one, std::string& other) {
    const std::size_t a = one.find(':');
    const std::size_t b = other.find(':');
    if (a == std::string::npos || b == std::string::npos) return;
    const std::string value = one.substr(a);
    one = one.substr(0, a) + other.substr(b);
    if (&one != &other) other = other.substr(0, b) + value;
  }

  std::mt19937_64 chance_;
};

/// Files of `folder` that can be broken.
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

/// "" if it gave a project that can be shown or an InputError with a place, else what came instead.
std::string trouble_with(const fs::path& folder) {
  try {
    for (const Application& app : load_app_project(folder).apps) {
      if (app.configuration.dump().empty() || app.name.empty()) return "an app that says nothing";
    }
  } catch (const InputError& e) {
    return e.at().file.empty() ? std::string{"no place: "} + e.what() : "";
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

void break_often(const fs::path& sample, std::uint64_t seed) {
  const TemporaryFolder copy;
  fs::copy(sample, copy.path(), fs::copy_options::recursive);
  const std::vector<fs::path> files = files_of(copy.path());
  Mutator mutator{seed};
  for (int round = 0; round < kRounds; ++round) {
    const fs::path& file = files[mutator.below(files.size())];
    const std::string before = content_of(file);
    Lines lines = lines_of(before);
    for (std::size_t n = 1 + mutator.below(3); n > 0; --n) mutator.mutate(lines);
    const std::string after = text_of(lines);
    copy.write(fs::relative(file, copy.path()).string(), after);

    ASSERT_EQ(trouble_with(copy.path()), "") << sample.filename() << ", round " << round << ", " << file << ":\n"
                                             << after;

    copy.write(fs::relative(file, copy.path()).string(), before);
  }
}

TEST(Mutations, GiveAProjectOrAnInputError) {
  std::uint64_t seed = 20210601;
  std::vector<fs::path> samples;
  for (const fs::directory_entry& entry : fs::directory_iterator{kSamples}) samples.push_back(entry.path());
  std::ranges::sort(samples);

  for (const fs::path& sample : samples) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_NO_FATAL_FAILURE(break_often(sample, seed++));
  }
}

}  // namespace
}  // namespace understudy
