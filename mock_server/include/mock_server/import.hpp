#pragma once
/// What browsers and proxies export holds more than what was asked of an API: pages, pictures, preflights, other hosts.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy {

struct ImportSettings {
  std::vector<std::string> hosts{};  ///< "api.example.com", "*.example.com"; none = those that answer like the API
  std::vector<std::string> paths{};  ///< "/projects" (and below), "/projects/*/activities/**"; none = all
  /// Servers that are to be called otherwise, also in bodies and headers: {"https://api.example.com",
  /// "https://api.example.org"}.
  std::vector<std::pair<std::string, std::string>> servers{};
};

/// Requests that were left out for one reason.
struct LeftOut {
  std::string reason{};
  std::size_t count = 0;
  Position first{};       ///< of them
  std::string example{};  ///< "GET https://www.example.com/app.js"
};

struct Imported {
  Recording recording{};  ///< in the order of time; headers that only tell of the browser are gone
  std::vector<LeftOut> left_out{};
};

/// Keeps what belongs to an API. Secrets are still in it.
[[nodiscard]] Imported keep_api(Recording recording, const ImportSettings& settings);

/// Does `text` match `pattern`, in which * stands for any characters but `separator`, and ** for any at all?
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text, char separator);

}  // namespace understudy
