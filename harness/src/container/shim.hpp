#pragma once
/// Programs of a container that are this program under another name. One is a file of three lines:
///     #!/.understudy/understudy --shim
///     # KIND
///     # what that kind needs to know
/// so that it works wherever it is copied, and whatever its name.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "container/line_channel.hpp"

namespace understudy {

/// Where things are in a container that has namespaces.
inline constexpr std::string_view kAppFolder = "/app";
inline constexpr std::string_view kOurFolder = "/.understudy";
inline constexpr const char* kSocketVariable = "UNDERSTUDY_SOCKET";  ///< where it is otherwise
inline constexpr std::string_view kKeeper = ":keeper";               ///< instead of a file; see keeper.hpp

struct ShimFile {
  std::string kind{};    ///< "sleep", "stand-in", "php", "fetch", "client"
  std::string detail{};  ///< of "fetch": the client's name, a blank, the real program
};
[[nodiscard]] std::string shim_text(const std::filesystem::path& program, const ShimFile& file);
[[nodiscard]] ShimFile read_shim(const std::filesystem::path& path);  ///< kind "" if it is none

/// How a shim was called.
struct ShimCall {
  std::string name;                ///< "sleep"
  std::string path;                ///< of its file
  std::vector<std::string> words;  ///< arguments
  ShimFile file;
};
/// Each returns an exit code.
[[nodiscard]] int sleep_shim(const ShimCall& call);
[[nodiscard]] int stand_in_shim(const ShimCall& call);
[[nodiscard]] int php_shim(const ShimCall& call);     ///< a stand-in that also runs our installer
[[nodiscard]] int fetch_shim(const ShimCall& call);   ///< curl and wget
[[nodiscard]] int client_shim(const ShimCall& call);  ///< or dies of the client's signal

/// Throws std::system_error if there is nobody.
[[nodiscard]] LineChannel connect_to_container();
/// Becomes `program`; returns 126 or 127 if that fails, which it says on stderr.
[[nodiscard]] int become(const std::string& program, const std::vector<std::string>& argv);
[[nodiscard]] std::string read_all_input(int descriptor = 0);

/// "1.5", "2m", "inf" as sleep(1) reads them, in milliseconds; throws std::invalid_argument.
[[nodiscard]] std::int64_t parse_interval(const std::string& text);

}  // namespace understudy
