#include "run/sandbox.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "harness/pool.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& file) {
  std::error_code missing;
  return fs::is_regular_file(file, missing) && ::access(file.c_str(), X_OK) == 0;
}

fs::path find_in(std::string_view path_list, const std::string& name) {
  while (!path_list.empty()) {
    const std::size_t end = std::min(path_list.find(':'), path_list.size());
    fs::path candidate = fs::path{path_list.substr(0, end)} / name;
    if (candidate.is_absolute() && is_program(candidate)) return candidate;
    path_list.remove_prefix(std::min(end + 1, path_list.size()));
  }
  return {};
}

}  // namespace

Sandbox::Sandbox(const fs::path& folder) {
  std::string path = (fs::canonical(folder) / "s-XXXXXX").string();  // canonical: as programs in it will name it
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::runtime_error{
        fmt::format("cannot make a sandbox in {}: {}", folder.string(), std::generic_category().message(errno))};
  }
  path_ = path;
  for (const fs::path& part : {home(), work(), bin(), tmp()}) fs::create_directory(part);
}

Sandbox::~Sandbox() {
  if (!kept_) remove_tree(path_);
}

void Sandbox::write(const GivenFile& file) const {
  const fs::path target = work() / file.path;
  fs::create_directories(target.parent_path());
  std::ofstream out{target, std::ios::binary};
  out << file.content;
  out.close();
  if (!out) throw std::runtime_error{fmt::format("cannot write {}", target.string())};
  if (file.executable)
    fs::permissions(target, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add);
}

void Sandbox::link(const std::string& name, const fs::path& program) const {
  fs::remove(bin() / name);
  fs::create_symlink(program, bin() / name);
}

void Sandbox::link_tool(const std::string& name) const {
  const fs::path program = name == "browser" ? fs::read_symlink("/proc/self/exe") : find_on_machine(name);
  if (program.empty()) {
    throw std::runtime_error{fmt::format(
        "tools: {} is not on this machine; install it, or skip the scenario with only-if: has {}", name, name)};
  }
  link(name, program);
}

fs::path find_on_machine(const std::string& name) {
  const char* const path = std::getenv("PATH");
  return find_in(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, name);
}

fs::path find_program(const std::string& word, const Env& env, const fs::path& work) {
  if (word.find('/') == std::string::npos) {
    const auto path = env.find("PATH");
    return path == env.end() ? fs::path{} : find_in(path->second, word);
  }
  const fs::path program = work / word;  // an absolute one stays as it is
  return is_program(program) ? program : fs::path{};
}

std::string shell_quoted(const std::string& text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{"_-./:=,@%+"}.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return quoted + "'";
}

}  // namespace understudy
