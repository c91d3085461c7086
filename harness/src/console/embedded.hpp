#pragma once
/// The files of harness/console as the build has put them into the program.

#include <cstddef>
#include <span>
#include <string_view>

namespace understudy {

struct EmbeddedFile {
  std::string_view path{};  ///< below harness/console: "lib/dom.js"
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_console();

}  // namespace understudy
