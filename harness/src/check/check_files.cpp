// `files:` under a step, what the sandbox holds afterwards.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "check/check_kinds.hpp"
#include "check/lines.hpp"
#include "check/request_pattern.hpp"
#include "check/text_expectation.hpp"

namespace understudy {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 16U << 20U;  // bytes that are read of one

/// What one file has to be like.
struct FileExpectation {
  Position at{};
  std::string path{};  ///< as written; the work folder's, or the home folder's after ~/
  bool absent = false;
  std::optional<unsigned> mode{};
  std::optional<TextExpectation> content{};
};

struct FileKeys {
  FileExpectation file;
  std::vector<Node::Entry> content;  // keys of a text expectation, read together at the end
};

const Keys<FileKeys>& file_keys() {
  static const Keys<FileKeys> keys = [] {
    Keys<FileKeys> result{
        {"absent",
         "true: it must not be there",
         {{"type", "boolean"}},
         [](FileKeys& into, const Node& value) { into.file.absent = value.boolean(); }},
        {"mode",
         "permissions in octal, in quotes: \"0600\"",
         {{"type", "string"}, {"pattern", "^0?[0-7]{3,4}$"}},
         [](FileKeys& into, const Node& value) {
           const std::string& text = value.scalar_text();
           unsigned mode = 0;
           const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
           if (text.size() < 3 || error != std::errc{} || end != text.data() + text.size() || mode > 07777) {
             throw InputError{value.at(), "\"" + text + "\" is no mode", "write \"0600\""};
           }
           into.file.mode = mode;
         }},
    };
    for (const Key<TextExpectation>& key : TextExpectation::keys()) {
      result.push_back({key.name, key.help, key.schema, [name = key.name](FileKeys& into, const Node& value) {
                          into.content.push_back({name, value.at(), value});
                        }});
    }
    return result;
  }();
  return keys;
}

FileExpectation read_expectation(const Node::Entry& entry) {
  const std::string& path = entry.key;
  const fs::path inner{path.starts_with("~/") ? path.substr(2) : path};
  if (inner.empty() || inner.is_absolute() || std::ranges::find(inner, "..") != inner.end()) {
    throw InputError{entry.key_at, "\"" + path + "\" is outside of the sandbox",
                     "paths start in the working directory, or with ~/"};
  }
  FileExpectation result{.at = entry.value.at(), .path = path};
  if (entry.value.is(Node::Kind::kNull)) {
    result.at = entry.key_at;
    result.absent = true;
  } else if (entry.value.is(Node::Kind::kMap)) {
    FileKeys keys{result, {}};
    read_map(entry.value, file_keys(), keys, "an expectation on a file");
    result = keys.file;
    if (!keys.content.empty()) result.content = TextExpectation::parse(Node::map(entry.value.at(), keys.content));
    if (result.absent && (result.mode || result.content))
      throw InputError{entry.value.at(), "a file that is absent has neither mode nor content"};
  } else {
    result.content = TextExpectation::parse(entry.value);
  }
  return result;
}

std::vector<fs::path> files_that_match(const fs::path& root, const std::string& pattern) {
  std::error_code ignored;
  if (pattern.find('*') == std::string::npos) {
    return fs::exists(fs::symlink_status(root / pattern, ignored)) ? std::vector{root / pattern}
                                                                   : std::vector<fs::path>{};
  }
  std::vector<fs::path> result;
  const auto options = fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator{root, options, ignored};
       entry != fs::recursive_directory_iterator{}; entry.increment(ignored)) {
    if (ignored) break;
    if (path_matches("/" + pattern, "/" + entry->path().lexically_relative(root).string()))
      result.push_back(entry->path());
  }
  std::ranges::sort(result);
  return result;
}

std::optional<std::string> content_of(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return std::nullopt;
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return std::nullopt;
  std::string text(std::min<std::size_t>(fs::file_size(file, ignored), kLargestFile), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

class FilesCheck final : public Check {
public:
  explicit FilesCheck(const Node& value) {
    for (const Node::Entry& entry : value.entries()) files_.push_back(read_expectation(entry));
    if (files_.empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    for (const FileExpectation& file : files_) std::ranges::move(judge(file, evidence), std::back_inserter(failures));
    return failures;
  }

private:
  static std::vector<Failure> judge(const FileExpectation& file, const StepEvidence& evidence) {
    const std::string subject = "files " + file.path;
    const std::string path = substitute(file.path, evidence.variables);
    const bool in_home = path.starts_with("~/");
    const fs::path& root = in_home ? evidence.home : evidence.work;
    const std::vector<fs::path> found = files_that_match(root, in_home ? path.substr(2) : path);
    const auto failure = [&](std::string expected, std::string actual) {
      return std::vector<Failure>{
          {.at = file.at, .subject = subject, .expected = std::move(expected), .actual = std::move(actual)}};
    };
    if (file.absent)
      return found.empty() ? std::vector<Failure>{}
                           : failure("absent", "there: " + found[0].lexically_relative(root).string());
    if (found.empty()) return failure("a file", "absent" + siblings(root, path, in_home));
    std::vector<Failure> first;
    for (const fs::path& candidate : found) {  // of several that match the path, one has to be as expected
      std::vector<Failure> failures = judge_file(file, candidate, subject, evidence);
      if (failures.empty()) return {};
      if (first.empty()) first = std::move(failures);
    }
    return first;
  }

  static std::vector<Failure> judge_file(const FileExpectation& file, const fs::path& path, const std::string& subject,
                                         const StepEvidence& evidence) {
    std::vector<Failure> failures;
    struct stat status {};
    if (file.mode && ::stat(path.c_str(), &status) == 0 && (status.st_mode & 07777U) != *file.mode) {
      failures.push_back({.at = file.at,
                          .subject = subject,
                          .expected = fmt::format("mode {:04o}", *file.mode),
                          .actual = fmt::format("mode {:04o}", status.st_mode & 07777U)});
    }
    if (!file.content) return failures;
    const std::optional<std::string> text = content_of(path);
    if (!text) {
      failures.push_back(
          {.at = file.at, .subject = subject, .expected = "a file", .actual = "it cannot be read as one"});
    } else {
      const std::string shown = evidence.cover ? evidence.cover(*text) : *text;
      std::ranges::move(file.content->judge(shown, subject, evidence.variables), std::back_inserter(failures));
    }
    return failures;
  }

  /// "; its folder holds a, b": most often the name is just a little different.
  static std::string siblings(const fs::path& root, const std::string& path, bool in_home) {
    std::error_code ignored;
    const fs::path folder = (root / (in_home ? path.substr(2) : path)).parent_path();
    std::vector<std::string> names;
    for (auto entry = fs::directory_iterator{folder, ignored}; entry != fs::directory_iterator{};
         entry.increment(ignored)) {
      if (ignored) break;
      names.push_back(entry->path().filename().string());
    }
    if (names.empty()) return "";
    std::ranges::sort(names);
    if (names.size() > 8) names.resize(8);
    return fmt::format("; its folder holds {}", fmt::join(names, ", "));
  }

  std::vector<FileExpectation> files_;
};

}  // namespace

Checks parse_files(const Node& value) { return {std::make_shared<const FilesCheck>(value)}; }

json files_schema() {
  json map = schema_of(file_keys());
  map["minProperties"] = 1;
  const json text{{"type", json::array({"string", "number", "boolean", "null"})}};
  const json texts{{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}};
  return {
      {"type", "object"}, {"minProperties", 1}, {"additionalProperties", {{"anyOf", json::array({text, texts, map})}}}};
}

}  // namespace understudy
