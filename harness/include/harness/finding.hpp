#pragma once
/// What is wrong with an application, beside what a rehearsal shows.

#include <string>
#include <string_view>

#include "mock_server/document.hpp"

namespace understudy {

struct Finding {
  enum class Level {
    kError,    ///< it cannot work like this, or gives a secret away
    kWarning,  ///< it works, and probably not as it is meant
    kNote
  };
  Level level = Level::kWarning;
  std::string code{};  ///< "no-guard": stays the same when the text changes
  Position at{};
  std::string app{};   ///< name; "" = all of them
  std::string cron{};  ///< name; "" = not about a single one
  std::string text{};  ///< a sentence
  std::string hint{};  ///< what to do about it, a sentence; "" = nothing
};
[[nodiscard]] std::string_view name_of(Finding::Level level);  ///< "error", "warning", "note"

}  // namespace understudy
