// The client unpacked once, and kept. One entry of the cache:
//   webpaas-1f2e3d4c/ready.json    what it was made from, the version, the files; written last
//   webpaas-1f2e3d4c/config.yaml   the configuration
//   webpaas-1f2e3d4c/tmp/          what {P}TMP is set to
// The client keeps a copy of its configuration below {P}TMP, so different ones must not share an entry (trap 28).

#include <fmt/format.h>
#include <re2/re2.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "harness/client_profile.hpp"
#include "harness/pool.hpp"
#include "harness/process.hpp"
#include "harness/report.hpp"
#include "mock_server/secrets.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::milliseconds kWarmUpLimit{120'000};

/// Changes whenever the binary or the configuration does. Hashing 54 MB would take longer than unpacking them.
std::string origin_of(const ClientProfile& profile, const fs::path& binary) {
  const fs::path real = fs::canonical(binary);
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) throw std::runtime_error{fmt::format("cannot look at {}", real.string())};
  return fmt::format("{} {} {} {}.{:09} {}", real.string(), status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec, profile.config.dump());
}

fs::path entry_of(const ClientProfile& profile, const std::string& origin, const fs::path& cache_folder) {
  return cache_folder / fmt::format("{}-{}", profile.name, fingerprint(origin));
}

json files_below(const fs::path& folder) {
  json files = json::object();
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = entry.file_size();
  }
  return files;
}

/// The version, if the entry is complete and made from `origin`.
std::optional<std::string> valid_version(const fs::path& entry, const std::string& origin) {
  std::ifstream in{entry / "ready.json"};
  if (!in) return std::nullopt;
  const json ready = json::parse(in, nullptr, false);
  if (!ready.is_object() || ready.value("origin", "") != origin || !ready.contains("files")) return std::nullopt;
  std::error_code missing;
  for (const auto& [name, size] : ready["files"].items()) {
    if (fs::file_size(entry / "tmp" / name, missing) != size || missing) return std::nullopt;
  }
  return ready.value("version", "");
}

Command client_command(const ClientProfile& profile, const fs::path& binary, const fs::path& entry,
                       std::vector<std::string> arguments) {
  const std::string& prefix = profile.env_prefix;
  Command command{.argv = {binary.string()},
                  .env = {{"HOME", (entry / "home").string()},
                          {prefix + "HOME", (entry / "home").string()},
                          {prefix + "TMP", (entry / "tmp").string()},
                          {prefix + "NO_INTERACTION", "1"},
                          {"CLI_CONFIG_FILE", (entry / "config.yaml").string()},
                          {"PATH", "/usr/bin:/bin"},
                          {"NO_COLOR", "1"},
                          {"LC_ALL", "C.UTF-8"}},
                  .working_directory = entry / "home",
                  .timeout = kWarmUpLimit,
                  .watch_processes = false};
  for (std::string& argument : arguments) command.argv.push_back(std::move(argument));
  return command;
}

Finished run_client(const Command& command) {
  Finished finished = run_command(command);
  const Exited* const exited = std::get_if<Exited>(&finished.outcome);
  if (exited == nullptr || exited->code != 0) {
    std::string words;
    for (std::size_t i = 1; i < command.argv.size(); ++i) words += ' ' + command.argv[i];
    throw std::runtime_error{fmt::format("the client does not work: {}{} {}\n{}", command.argv.front(), words,
                                         describe(finished.outcome), finished.stdout_text + finished.stderr_text)};
  }
  return finished;
}

std::string version_in(const std::string& text) {
  static const RE2 pattern{R"((\d+\.\d+(?:\.\d+)*))"};
  std::string version;
  if (!RE2::PartialMatch(text, pattern, &version)) {
    throw std::runtime_error{fmt::format("the client's --version shows no version: {}", text)};
  }
  return version;
}

/// A folder for an entry that is being made; gone unless it becomes one.
class Draft {
public:
  explicit Draft(const fs::path& cache_folder) {
    fs::create_directories(cache_folder);
    std::string path = (cache_folder / "making-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      throw std::runtime_error{
          fmt::format("cannot make a folder in {}: {}", cache_folder.string(), std::generic_category().message(errno))};
    }
    path_ = path;
    fs::create_directory(path_ / "home");
    fs::create_directory(path_ / "tmp");
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() { remove_tree(path_); }

  [[nodiscard]] const fs::path& path() const { return path_; }

  /// In one step, so that nobody sees half an entry. Whoever was faster has made the same.
  void become(const fs::path& entry, const std::string& origin) {
    remove_tree(path_ / "home");
    std::error_code failed;
    fs::rename(path_, entry, failed);
    if (!failed || valid_version(entry, origin)) return;
    const fs::path broken = path_.string() + "-old";
    fs::rename(entry, broken, failed);
    fs::rename(path_, entry);
    remove_tree(broken);
  }

private:
  fs::path path_;
};

std::string make_entry(const ClientProfile& profile, const fs::path& binary, const fs::path& entry,
                       const std::string& origin) {
  Draft draft{entry.parent_path()};
  write_file_atomically(draft.path() / "config.yaml", profile.config.dump());
  // `--version` is answered by the outer half alone; the help of a command comes from the half that is unpacked for it.
  const std::string version =
      version_in(run_client(client_command(profile, binary, draft.path(), {"--version"})).stdout_text);
  run_client(client_command(profile, binary, draft.path(), {"auth:info", "--help"}));
  const json ready{{"origin", origin}, {"version", version}, {"files", files_below(draft.path() / "tmp")}};
  write_file_atomically(draft.path() / "ready.json", ready.dump(2));
  draft.become(entry, origin);
  return version;
}

}  // namespace

WarmClient warm_up(const ClientProfile& profile, const fs::path& binary, const fs::path& cache_folder) {
  const std::string origin = origin_of(profile, binary);
  const fs::path entry = entry_of(profile, origin, cache_folder);
  std::optional<std::string> version = valid_version(entry, origin);
  if (!version) version = make_entry(profile, binary, entry, origin);
  if (compare_versions(*version, profile.minimal_version) < 0) {
    throw std::runtime_error{fmt::format("{} is version {}, and the client profile \"{}\" needs {}", binary.string(),
                                         *version, profile.name, profile.minimal_version)};
  }
  return {.profile = profile, .binary = binary, .unpacked = entry / "tmp", .version = *version};
}

std::string known_version(const ClientProfile& profile, const fs::path& binary, const fs::path& cache_folder) {
  const std::string origin = origin_of(profile, binary);
  return valid_version(entry_of(profile, origin, cache_folder), origin).value_or("");
}

}  // namespace understudy
