#include "container/shim.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <tuple>

#include "container/keeper.hpp"
#include "container/word_block.hpp"
#include "harness/shim.hpp"

namespace understudy {
namespace {

constexpr std::string_view kFlag = "--shim";
constexpr std::int64_t kForEver = 1000LL * 60 * 60 * 24 * 365 * 100;  // ms; a platform does not live longer

using Main = int (*)(const ShimCall& call);

const std::map<std::string, Main, std::less<>>& kinds() {
  static const std::map<std::string, Main, std::less<>> kTable{{"sleep", sleep_shim},
                                                               {"stand-in", stand_in_shim},
                                                               {"php", php_shim},
                                                               {"fetch", fetch_shim},
                                                               {"client", client_shim}};
  return kTable;
}

std::string comment_line(std::istream& in) {
  std::string line;
  std::getline(in, line);
  return line.starts_with("# ") ? line.substr(2) : "";
}

bool is_pipe(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
}

int ask_for(const nlohmann::json& message, const std::string& name) {
  LineChannel channel = connect_to_container();
  channel.send(message);
  const auto answer = channel.receive();
  if (answer) return answer->value("exit", 1);
  std::cerr << name << ": the container is being stopped\n";
  return 1;
}

int run_shim(int argc, char** argv) {
  if (argv[2] == kKeeper) return keeper_main(argc - 3, argv + 3);
  ShimCall call{.name = std::filesystem::path{argv[2]}.filename().string(),
                .path = argv[2],
                .words = {argv + 3, argv + argc},
                .file = read_shim(argv[2])};
  const auto kind = kinds().find(call.file.kind);
  if (kind == kinds().end()) throw std::runtime_error{"not a program that Understudy made"};
  return kind->second(call);
}

}  // namespace

bool is_shim_call(int argc, char** argv) { return argc > 2 && argv[1] == kFlag; }

std::filesystem::path shim_program() {
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  std::filesystem::path beside = self.parent_path() / "understudy_shim";
  return ::access(beside.c_str(), X_OK) == 0 ? beside : self;
}

int shim_main(int argc, char** argv) {
  try {
    return run_shim(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << argv[2] << ": Understudy: " << error.what() << '\n';
    return 126;
  }
}

std::string shim_text(const std::filesystem::path& program, const ShimFile& file) {
  // The kernel reads 256 bytes of the first line.
  const std::string first = fmt::format("#!{} {}\n", program.string(), kFlag);
  if (first.size() > 255) throw std::runtime_error{fmt::format("the path is too long: {}", program.string())};
  return fmt::format("{}# {}\n# {}\n", first, file.kind, file.detail);
}

ShimFile read_shim(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::string first;
  std::getline(in, first);
  if (!first.starts_with("#!") || !first.ends_with(kFlag)) return {};
  ShimFile file{.kind = comment_line(in)};
  file.detail = comment_line(in);
  return file;
}

LineChannel connect_to_container() {
  const char* const path = std::getenv(kSocketVariable);
  if (path != nullptr) return LineChannel::connected_to(path);
  return LineChannel::connected_to(std::filesystem::path{kOurFolder} / "job" / "socket");
}

int become(const std::string& program, const std::vector<std::string>& argv) {
  WordBlock words{argv};
  ::execv(program.c_str(), words.get());
  const int error = errno;
  std::cerr << argv.front() << ": " << std::generic_category().message(error) << '\n';
  return error == ENOENT ? 127 : 126;
}

std::string read_all_input(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (ssize_t n = 0; (n = ::read(descriptor, buffer.data(), buffer.size())) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

std::int64_t parse_interval(const std::string& text) {
  static const std::map<char, double> kUnits{{'s', 1}, {'m', 60}, {'h', 60 * 60}, {'d', 24 * 60 * 60}};
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string suffix = end;
  const auto unit = suffix.empty() ? kUnits.find('s') : kUnits.find(suffix[0]);
  const bool blank = text.empty() || std::isspace(static_cast<unsigned char>(text[0])) != 0;
  if (end == text.c_str() || blank || suffix.size() > 1 || unit == kUnits.end() || !(number >= 0)) {
    throw std::invalid_argument{text};
  }
  const double milliseconds = std::ceil(number * unit->second * 1000);
  return milliseconds < static_cast<double>(kForEver) ? static_cast<std::int64_t>(milliseconds) : kForEver;
}

int sleep_shim(const ShimCall& call) {
  std::int64_t total = 0;
  int bad = 0;
  std::string what = "sleep";
  for (std::size_t i = 0; i < call.words.size(); ++i) {
    const std::string& word = call.words[i];
    if (i == 0 && word == "--") continue;
    what += ' ' + word;
    try {
      total = std::min(total + parse_interval(word), kForEver);
    } catch (const std::invalid_argument&) {
      std::cerr << call.name << ": invalid time interval '" << word << "'\n";
      ++bad;
    }
  }
  if (what == "sleep") std::cerr << call.name << ": missing operand\n";
  if (bad > 0 || what == "sleep") {
    std::cerr << "Try '" << call.name << " --help' for more information.\n";
    return 1;
  }
  return ask_for({{"kind", "spend"}, {"milliseconds", total}, {"what", what}}, call.name);
}

/// Whoever writes to it is read to the end: a dump into a client of a database that is not there must not break.
int stand_in_shim(const ShimCall& call) {
  if (is_pipe(STDIN_FILENO)) std::ignore = read_all_input();
  return ask_for({{"kind", "stand-in"}, {"name", call.path}, {"words", call.words}}, call.name);
}

}  // namespace understudy
