#include "container/isolation.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <tuple>

#include "container/shim.hpp"
#include "container/word_block.hpp"
#include "process/child_signals.hpp"
#include "process/exec_filter.hpp"
#include "process/protected_child.hpp"
#include "process/spawn.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBubblewrap = "/usr/bin/bwrap";
constexpr const char* kCacheInside = "/mnt/cache";
/// Of the machine; where one is a link (merged /usr), so it is in the container.
constexpr const char* kSystemFolders[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc"};

using Words = std::vector<std::string>;

void add(Words& to, Words more) {
  for (std::string& word : more) to.push_back(std::move(word));
}

fs::path inside(std::string_view name) { return fs::path{kOurFolder} / name; }

Words namespaces() {
  Words words{kBubblewrap, "--die-with-parent", "--unshare-pid", "--as-pid-1", "--unshare-ipc", "--cap-drop", "ALL"};
  for (const char* const folder : kSystemFolders) {
    std::error_code missing;
    if (fs::is_symlink(folder, missing)) {
      add(words, {"--symlink", fs::read_symlink(folder).string(), folder});
    } else if (fs::is_directory(folder, missing)) {
      add(words, {"--ro-bind", folder, folder});
    }
  }
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  return words;
}

/// A command may name a program by its path: what takes platform time does so by any name.
void cover_system_programs(Words& words, const fs::path& bin) {
  for (const char* const name : {"sleep", "curl", "wget"}) {
    const fs::path real = fs::path{"/usr/bin"} / name;
    if (!fs::exists(real) || !fs::exists(bin / name)) continue;
    add(words, {"--ro-bind", real.string(), (inside("real") / name).string()});
    add(words, {"--ro-bind", (bin / name).string(), real.string()});
  }
}

int run_to_end(const Words& argv) {
  const Handle nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  ProtectedChild child{[&] { return start_program(argv, {}, nowhere); }};
  return child.wait();
}

std::string look_for_namespaces() {
  if (::access(kBubblewrap, X_OK) != 0) return "bubblewrap (bwrap) is not installed";
  Words argv = namespaces();
  add(argv, {"/bin/true"});
  return run_to_end(argv) == 0 ? "" : "this machine does not let bubblewrap (bwrap) make namespaces";
}

}  // namespace

std::string why_not_watched(const Words& keeper) {
  struct stat status {};
  const bool gains =
      ::stat(keeper.front().c_str(), &status) == 0 && (status.st_mode & S_ISUID) != 0 && ::geteuid() != 0;
  return gains ? keeper.front() + " is set-user-ID, which does not work under a seccomp filter" : "";
}

const std::string& why_no_namespaces() {
  static const std::string kReason = look_for_namespaces();
  return kReason;
}

ContainerPlaces places_in(const Box& box) {
  if (!box.isolated) {
    return {.app = box.app.tree.string(),
            .tmp = box.app.tmp.string(),
            .cache = box.app.cache.string(),
            .path = box.ours.bin.string() + ":" + (box.job / "bin").string(),
            .ours = box.ours,
            .socket = (box.job / "socket").string()};
  }
  return {.app = std::string{kAppFolder},
          .tmp = "/tmp",
          .cache = kCacheInside,
          .path = inside("bin").string() + ":" + inside("job/bin").string(),
          .ours = {.program = inside("understudy"),
                   .bin = inside("bin"),
                   .client = inside("client"),
                   .unpacked = inside("unpacked"),
                   .config = inside("config.yaml")}};
}

Words keeper_command(const Box& box) {
  if (!box.isolated) {
    return {box.ours.program.string(), "--shim", std::string{kKeeper}, std::to_string(::getpid())};
  }
  const ContainerPlaces places = places_in(box);
  Words words = namespaces();
  add(words, {box.app.writable ? "--bind" : "--ro-bind", box.app.tree.string(), places.app});
  for (const auto& [path, content] : box.app.mounts) {  // sorted: what is mounted within another comes later
    add(words, {"--bind", content.string(), (fs::path{places.app} / path).string()});
  }
  add(words, {"--bind", box.app.tmp.string(), places.tmp});
  if (box.app.writable) add(words, {"--bind", box.app.cache.string(), places.cache});
  add(words, {"--ro-bind", box.ours.program.string(), places.ours.program.string()});
  add(words, {"--ro-bind", box.ours.bin.string(), places.ours.bin.string()});
  add(words, {"--ro-bind", box.job.string(), inside("job").string()});
  if (!box.ours.client.empty()) {
    add(words, {"--ro-bind", box.ours.client.string(), places.ours.client.string()});
    add(words, {"--bind", box.ours.unpacked.string(), places.ours.unpacked.string()});
    add(words, {"--ro-bind", box.ours.config.string(), places.ours.config.string()});
  }
  cover_system_programs(words, box.ours.bin);
  add(words, {"--remount-ro", "/", "--chdir", "/", places.ours.program.string(), "--shim", std::string{kKeeper}, "0"});
  return words;
}

namespace {

struct Start {
  char** argv;
  char** env;
  int output;
  int exec_watch;
  int failure;  ///< where errno's value goes; closed by exec
};

/// In the child, which shares our memory until exec; system calls only. Returns if something failed, which errno tells.
void become_program(const Start& start) {
  if (::setsid() < 0) return;
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0 || ::dup2(input, STDIN_FILENO) < 0) return;
  if (::dup2(start.output, STDOUT_FILENO) < 0 || ::dup2(start.output, STDERR_FILENO) < 0) return;
  // Connections of the server's are not ours.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  reset_signals();
  if (start.exec_watch >= 0 && install_exec_filter(start.exec_watch) != nullptr) return;
  ::execve(start.argv[0], start.argv, start.env);
}

}  // namespace

pid_t start_program(const Words& argv, const std::map<std::string, std::string>& env, const Handle& output,
                    int exec_watch) {
  WordBlock words{argv};
  WordBlock variables{WordBlock::of_env(env)};
  Pipe failure = open_pipe();  // not by the memory that we share: a sanitizer makes a plain fork of a vfork
  const Start start{words.get(), variables.get(), output.get(), exec_watch, failure.sink.get()};
  prepare_to_close_on_exec();
  pid_t pid = -1;
  {
    const AllSignalsBlocked blocked;
    pid = ::vfork();
    if (pid == 0) {
      become_program(start);
      const int error = errno;
      std::ignore = ::write(start.failure, &error, sizeof error);
      ::_exit(127);
    }
  }
  int error = pid < 0 ? errno : 0;
  failure.sink.close();
  if (pid > 0 && ::read(failure.source.get(), &error, sizeof error) > 0) ::waitpid(pid, nullptr, 0);
  if (error != 0) throw std::system_error{error, std::generic_category(), "cannot start " + argv.front()};
  return pid;
}

}  // namespace understudy
