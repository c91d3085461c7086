#include "cli/output_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "harness/cli.hpp"

namespace understudy {

namespace fs = std::filesystem;

void require_writable(const std::string& option, const std::string& file) {
  if (file.empty() || file == kStandardOutput) return;
  if (fs::is_directory(file)) throw UsageError{fmt::format("{} {}: it is a folder", option, file)};
  fs::path folder = fs::absolute(file).parent_path();
  while (!fs::exists(folder) && folder.has_relative_path()) folder = folder.parent_path();
  if (!fs::is_directory(folder))
    throw UsageError{fmt::format("{} {}: {} is no folder", option, file, folder.filename().string())};
  const fs::path target = fs::exists(file) ? fs::path{file} : folder;
  if (::access(target.c_str(), W_OK) != 0) {
    throw UsageError{fmt::format("{} {}: {}", option, file, std::strerror(errno))};
  }
}

void put(const std::string& file, const std::string& text) {
  if (file != kStandardOutput) return write_file_atomically(file, text);
  std::cout << text << std::flush;
}

bool wants_color(const std::string& choice, int descriptor) {
  const ColorChoice wanted = choice == "always"  ? ColorChoice::kAlways
                             : choice == "never" ? ColorChoice::kNever
                                                 : ColorChoice::kAuto;
  return use_color(
      wanted, [](const char* name) { return std::getenv(name); }, ::isatty(descriptor) == 1);
}

}  // namespace understudy
