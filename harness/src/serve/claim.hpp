#pragma once
/// One server in a folder: who serves there, as those who come later find it.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "process/handles.hpp"

namespace understudy {

/// What a server writes down for `serve --env` and `serve --stop`. Holds secrets.
struct ServerNote {
  std::string url{};
  std::string console_url{};
  std::string control_token{};
  pid_t pid = 0;
  std::string home{};                        ///< of its client
  std::string bin{};                         ///< goes in front of PATH
  std::map<std::string, std::string> env{};  ///< of programs that shall find it, but for PATH
  std::vector<std::string> own_prefixes{};   ///< of variables that are the client's: others of them would lead it away
  std::string no_interaction{};              ///< variable that keeps the client from asking
};

/// The place of a server. As long as it lives, nobody else can have it.
class Claim {
public:
  /// .understudy/serve below `folder`. Throws InputError, which says where the other one is, if somebody serves there;
  /// std::runtime_error if the folder cannot be written.
  explicit Claim(const std::filesystem::path& folder);
  ~Claim();
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  void write(const ServerNote& note) const;  ///< for others of the same user only

private:
  std::filesystem::path place_;
  Handle lock_;
};

/// Of the server of this folder; none if none runs, or does not say yet where.
[[nodiscard]] std::optional<ServerNote> running_server(const std::filesystem::path& folder);

}  // namespace understudy
