#pragma once
/// Looks for secrets in everything that a step wrote, sent and started.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/exposure.hpp"
#include "harness/process.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {

/// A request to a host that is not the platform, as far as it came.
struct ForeignRequest {
  std::string method{};
  std::string url{};   ///< "http://example.org/x"; of a tunnel "example.org:443"
  std::string head{};  ///< lines of the head, the first one left out
  std::string body{};
  bool is_cut = false;  ///< there was more of it
};

/// A text of the platform's: what a cron wrote, what an activity says.
struct PlatformText {
  std::string place{};  ///< "output of cron backup"
  std::string text{};
};

/// What a step left behind, as it was: nothing replaced.
struct StepTraces {
  std::string subcommand{};  ///< of the client: "auth:token"
  std::string stdout_text{};
  std::string stderr_text{};
  bool terminal = false;
  std::vector<SeenProcess> processes{};
  std::vector<SeenProcess> container_processes{};
  std::vector<Exchange> exchanges{};
  std::vector<ForeignRequest> foreign{};
  std::vector<PlatformText> platform{};
  /// What the scenario itself handed to the step: words of the command, values of environment variables, files. Where
  /// one of these holds a secret, the same secret may be in an argument, a variable, a file like it.
  std::vector<std::string> given_arguments{};
  std::vector<std::string> given_environment{};
  std::map<std::string, std::string> given_files{};  ///< contents by places: "file a.txt"
  std::vector<std::string> wanted_output{};          ///< values that a capture takes from stdout
};

class Spotter;

/// One for a scenario: files that have not changed are not read again.
class Hunt {
public:
  struct Folders {
    std::filesystem::path sandbox;
    std::filesystem::path home;
    std::filesystem::path work;
    std::filesystem::path unpacked;  ///< the client, unpacked: copies of its files are not looked into
  };
  explicit Hunt(Folders folders) : folders_{std::move(folders)} {}

  /// Everything that shows, in the order of places; what the table allows has its reason.
  [[nodiscard]] std::vector<Exposure> look(const StepTraces& traces, const SecretHunter& hunter);

  /// Private keys in files of the sandbox that have come since the last look. The next one takes the files as they are
  /// now, so that the folders are read once.
  [[nodiscard]] std::vector<Secret> take_private_keys();

private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;
    std::uint32_t mode = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct Known {
    Stamp stamp{};
    std::size_t secrets = 0;  ///< as many were known then
    std::vector<Exposure> exposures{};
    std::optional<bool> is_of_client{};  ///< a copy of a file of the client, nullopt: not looked at yet
  };
  struct Listed {
    std::filesystem::path path{};
    Stamp stamp{};
    std::uint32_t owner = 0;
  };
  struct Listing {
    std::vector<Listed> files{};
    std::vector<std::pair<std::filesystem::path, std::string>> unread{};  ///< with the reason
  };
  [[nodiscard]] Listing list_files() const;
  void look_into_file(const Listed& file, const Spotter& spotter, Known& known) const;
  void look_into_files(const SecretHunter& hunter, std::vector<Exposure>& into);
  [[nodiscard]] std::string name_of(const std::filesystem::path& path) const;
  [[nodiscard]] bool is_copy_of_client(const std::filesystem::path& path, std::int64_t size) const;

  Folders folders_;
  std::map<std::string, Known> files_;
  std::optional<Listing> listed_;  ///< by take_private_keys, for the next look
};

/// That something was not looked into, whatever is in there; `why` is "Permission denied".
[[nodiscard]] Exposure unsearched(const std::string& place, const std::string& why);

/// The rows of a terminal, `columns` wide, after all of `text` was written to it: with cursor movements carried out.
[[nodiscard]] std::string rendered_screen(std::string_view text, std::size_t columns);

}  // namespace understudy
