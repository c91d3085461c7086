#include "harness/console.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "console/embedded.hpp"

namespace understudy {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
}};

std::string type_of(std::string_view path) {
  const auto type = std::ranges::find_if(kTypes, [&](const auto& row) { return path.ends_with(row.first); });
  if (type == kTypes.end()) throw std::logic_error{"the console has a file of an unknown type: " + std::string{path}};
  return std::string{type->second};
}

}  // namespace

std::vector<StaticFile> console_files() {
  std::vector<StaticFile> files;
  for (const EmbeddedFile& file : embedded_console()) {
    files.push_back({.path = std::string{file.path},
                     .content_type = type_of(file.path),
                     .bytes = std::string{file.bytes, file.bytes + file.size}});
  }
  return files;
}

}  // namespace understudy
