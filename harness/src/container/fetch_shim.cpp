// curl, wget and php, as far as the client's installers need them; what else is asked of curl and wget is left to the
// real ones, whose ways out of the container lead to the proxy that refuses.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "container/installer.hpp"
#include "container/shim.hpp"

namespace understudy {
namespace {

constexpr const char* kShell = "/bin/sh";

/// Where a script is to go: "" = standard output.
struct Target {
  std::string script;
  std::string file;
};

bool is_last_of_cluster(const std::string& word, char letter) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-' && word.back() == letter;
}

/// -o FILE and --output FILE of curl, -O FILE of wget, alone or at the end of letters (-qO -); curl's -O has no value.
Target find_target(const ShimCall& call, const std::string& client) {
  const bool wget = call.name == "wget";
  Target target;
  std::string url_name;
  bool named = false;
  for (std::size_t i = 0; i < call.words.size(); ++i) {
    const std::string& word = call.words[i];
    const std::string script =
        word.starts_with('-') ? "" : installer_at(word, client, std::filesystem::read_symlink("/proc/self/exe"));
    if (!script.empty()) {
      target.script = script;
      url_name = std::filesystem::path{word.substr(0, word.find('?'))}.filename();
    } else if (wget && word.starts_with("-qO") && word.size() > 3) {
      target.file = word.substr(3);
      named = true;
    } else if (i + 1 < call.words.size() &&
               (is_last_of_cluster(word, wget ? 'O' : 'o') || word == (wget ? "--output-document" : "--output"))) {
      target.file = call.words[++i];
      named = true;
    } else if (!wget && (word == "--remote-name" || is_last_of_cluster(word, 'O'))) {
      named = true;
    }
  }
  if (target.file == "-") {
    target.file = "";
  } else if (target.file.empty() && (wget || named)) {
    target.file = url_name;
  }
  return target;
}

std::string text_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

int run_installer(const std::string& script) { return become(kShell, {"sh", "-c", script}); }

/// The file that php is to run: "" = what it reads, "-" = none (it is given its program as an argument).
std::string script_of_php(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "-r" || word == "-v" || word == "-i" || word == "-m") return "-";
    if (!word.starts_with('-')) return word;
    if (word == "-" || word == "--") return "";
  }
  return "";
}

}  // namespace

int fetch_shim(const ShimCall& call) {
  const std::size_t blank = call.file.detail.find(' ');
  const Target target = find_target(call, call.file.detail.substr(0, blank));
  if (target.script.empty()) {
    std::vector<std::string> argv{call.name};
    argv.insert(argv.end(), call.words.begin(), call.words.end());
    return become(call.file.detail.substr(blank + 1), argv);
  }
  if (target.file.empty()) {
    std::cout << target.script << std::flush;
    return std::cout ? 0 : 1;
  }
  std::ofstream out{target.file, std::ios::binary};
  out << target.script;
  out.close();
  if (out) return 0;
  std::cerr << call.name << ": " << target.file << ": cannot be written\n";
  return 1;
}

int php_shim(const ShimCall& call) {
  const std::string file = script_of_php(call.words);
  struct stat status {};
  const bool piped = ::fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode);
  std::string script;
  if (file.empty() && piped) {
    script = read_all_input();
  } else if (!file.empty() && file != "-") {
    script = text_of(file);
  }
  if (script.find(kInstallerMark) != std::string::npos) return run_installer(script);
  return stand_in_shim(call);
}

}  // namespace understudy
