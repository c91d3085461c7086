#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "harness/pool.hpp"
#include "run/run_folder.hpp"

namespace understudy {
namespace {

using nlohmann::json;

int terminate_pipe = -1;  // a signal handler has no other way to its object

void on_terminate(int) {
  const int saved = errno;
  [[maybe_unused]] const ssize_t written = ::write(terminate_pipe, "t", 1);
  errno = saved;
}

/// Messages from the front, in order. The watching thread fills it, the main thread empties it.
class Inbox {
public:
  void put(json message) {
    const std::lock_guard lock{mutex_};
    messages_.push_back(std::move(message));
    changed_.notify_one();
  }
  json take() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return !messages_.empty(); });
    json message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<json> messages_;
};

/// The folder is told by the front, and needed by the thread that cleans up.
class Folder {
public:
  void set(std::filesystem::path path) {
    const std::lock_guard lock{mutex_};
    path_ = std::move(path);
  }
  void keep(std::filesystem::path path) {
    const std::lock_guard lock{mutex_};
    keep_.insert(std::move(path));
  }
  void remove() {
    const std::lock_guard lock{mutex_};
    if (!path_.empty()) remove_tree(path_, keep_);
  }
  /// The run's folder, if this is the last worker in it. Only for when the front cannot do it.
  void remove_run_folder() {
    const std::lock_guard lock{mutex_};
    if (path_.empty() || has_folders(path_.parent_path())) return;
    release_folder(path_.parent_path());
    ::rmdir(path_.parent_path().c_str());
  }

private:
  static bool has_folders(const std::filesystem::path& folder) {
    std::error_code gone;
    const std::filesystem::directory_iterator entries{folder, gone};
    return std::any_of(begin(entries), end(entries), [](const auto& entry) { return entry.is_directory(); });
  }

  std::mutex mutex_;
  std::filesystem::path path_;
  std::set<std::filesystem::path> keep_;
};

class Worker {
public:
  explicit Worker(const WorkerHooks& hooks) : hooks_{hooks} {
    take_over_socket();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    listen_for_terminate();
  }

  int run() {
    std::jthread watcher{[this] { watch(); }};
    for (;;) {
      const json message = inbox_.take();
      if (message.contains("end")) break;
      if (message.contains("settings")) prepare(message);
      if (message.contains("job")) run_job(job_from_json(message.at("job")));
    }
    watcher.join();  // it has read the same "end"
    folder_.remove();
    return 0;
  }

private:
  /// The socket becomes ours alone: no client may inherit it, or its end would never be seen, and nothing that prints
  /// may disturb it.
  void take_over_socket() {
    socket_ = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (socket_ < 0 || nothing < 0) throw std::runtime_error{"worker: no socket to the front on standard input"};
    ::dup2(nothing, STDIN_FILENO);
    ::close(nothing);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }

  void listen_for_terminate() {
    if (::pipe2(terminate_.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error{"worker: no pipe"};
    terminate_pipe = terminate_[1];
    struct sigaction action {};
    action.sa_handler = on_terminate;  // a handler, not a mask: clients do not inherit handlers
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(number, &action, nullptr);
  }

  /// Runs while the main thread is busy with a scenario. Ends with the "end" message, or with the process.
  void watch() {
    std::string buffer;
    for (;;) {
      std::array<pollfd, 2> sources{{{socket_, POLLIN, 0}, {terminate_[0], POLLIN, 0}}};
      if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) abandon();
      if ((sources[1].revents & POLLIN) != 0) abandon();
      if (sources[0].revents == 0) continue;
      std::array<char, 16384> chunk;
      const ssize_t count = ::recv(socket_, chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) abandon();
      buffer.append(chunk.data(), static_cast<std::size_t>(count));
      if (deliver(buffer)) return;
    }
  }

  /// True after the last message.
  bool deliver(std::string& buffer) {
    bool last = false;
    for (std::size_t end = 0; (end = buffer.find('\n')) != std::string::npos;) {
      json message = json::parse(buffer.substr(0, end));
      buffer.erase(0, end + 1);
      last = last || message.contains("end");
      inbox_.put(std::move(message));
    }
    return last;
  }

  /// The front is gone or wants us gone. The main thread may be anywhere, so nothing of it is waited for.
  [[noreturn]] void abandon() {
    end_orphans({});
    folder_.remove();
    end_orphans({});  // what the main thread may have begun meanwhile; what it begins still later dies with its parent
    folder_.remove();
    folder_.remove_run_folder();
    ::_exit(1);
  }

  void prepare(const json& message) {
    const std::filesystem::path folder = message.at("folder").get<std::string>();
    std::filesystem::create_directories(folder);
    folder_.set(folder);
    try {
      send({{"ready", hooks_.prepare(message.at("settings"), folder)}});
    } catch (const std::exception& error) {
      send({{"fatal", error.what()}});
    }
  }

  void run_job(const PoolJob& job) {
    ScenarioResult result;
    try {
      result = hooks_.run(job);
    } catch (const InputError& error) {
      result = {.verdict = Verdict::kError, .reason = error.what(), .bad_input = true};
    } catch (const std::exception& error) {
      result = {.verdict = Verdict::kError, .reason = error.what()};
    }
    result.id = job.scenario.id;
    result.file = job.scenario.file;
    result.line = job.scenario.line;
    if (result.name.empty()) result.name = job.scenario.name;
    result.repeat = job.scenario.repeat;
    if (!result.sandbox.empty()) folder_.keep(result.sandbox);
    send({{"result", to_json(result)}});
  }

  void send(const json& message) const {
    const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return;  // the front is gone: the watcher sees it too, and ends us
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  const WorkerHooks& hooks_;
  int socket_ = -1;
  std::array<int, 2> terminate_{-1, -1};
  Inbox inbox_;
  Folder folder_;
};

}  // namespace

int worker_main(const WorkerHooks& hooks) { return Worker{hooks}.run(); }

}  // namespace understudy
