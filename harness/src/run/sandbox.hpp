#pragma once
/// Where one scenario's programs live (design.md, section 6): a fresh home, a working directory, a PATH of their own.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario.hpp"

namespace understudy {

using Env = std::map<std::string, std::string>;

/// A folder (mode 0700) that is gone when this is, unless it is to be kept.
class Sandbox {
public:
  explicit Sandbox(const std::filesystem::path& folder);  ///< below `folder`; throws std::runtime_error
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path home() const { return path_ / "home"; }
  [[nodiscard]] std::filesystem::path work() const { return path_ / "work"; }
  [[nodiscard]] std::filesystem::path bin() const { return path_ / "bin"; }
  [[nodiscard]] std::filesystem::path tmp() const { return path_ / "tmp"; }

  void write(const GivenFile& file) const;  ///< into the working directory
  /// Puts `program` on the PATH under `name`; what was there under that name gives way.
  void link(const std::string& name, const std::filesystem::path& program) const;
  /// Puts a program of this machine there, or our own browser. Throws std::runtime_error if it is not installed.
  void link_tool(const std::string& name) const;

  void keep() { kept_ = true; }
  [[nodiscard]] bool is_kept() const { return kept_; }

private:
  std::filesystem::path path_;
  bool kept_ = false;
};

/// Where the machine has `name`, by our own PATH; "" if nowhere.
[[nodiscard]] std::filesystem::path find_on_machine(const std::string& name);
/// Where a command line that begins with `word` leads, by the sandbox's `env`; "" if nowhere.
[[nodiscard]] std::filesystem::path find_program(const std::string& word, const Env& env,
                                                 const std::filesystem::path& work);

/// 'it'\''s' for a POSIX shell.
[[nodiscard]] std::string shell_quoted(const std::string& text);

}  // namespace understudy
