#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <string_view>

#include "harness/process.hpp"
#include "harness/stopwatch.hpp"
#include "process/conversation.hpp"
#include "process/descendants.hpp"
#include "process/exec_watch.hpp"
#include "process/handles.hpp"
#include "process/no_broken_pipe.hpp"
#include "process/spawn.hpp"

namespace understudy {

struct StopRequest::Impl {
  std::mutex mutex;
  std::optional<std::string> reason;
  std::function<void(const std::string& reason)> tell;  ///< set while a command runs
};

StopRequest::StopRequest() : impl_{std::make_unique<Impl>()} {}
StopRequest::~StopRequest() = default;

void StopRequest::stop(std::string reason) {
  const std::scoped_lock lock{impl_->mutex};
  if (impl_->reason) return;
  impl_->reason = std::move(reason);
  if (impl_->tell) impl_->tell(*impl_->reason);
}

namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kPipeGrace{100};     // after the client's end, for what else holds its pipes
constexpr milliseconds kReaderInterval{3};  // between two looks whether somebody reads the terminal
constexpr milliseconds kReaderLimit{1000};  // then type anyway: it may wait by other means, or hide from us
constexpr int kTerminalRows = 24;

/// One stream of output, read to its end, kept up to a limit.
struct Stream {
  Stream(boost::asio::io_context& context, std::size_t limit) : descriptor{context}, limit_bytes{limit} {}

  boost::asio::posix::stream_descriptor descriptor;
  std::size_t limit_bytes;
  std::string name{};    ///< for people: "stdout"
  std::string behind{};  ///< as /proc names it
  std::string text{};
  std::size_t dropped_bytes = 0;
  std::array<char, 65536> buffer{};

  std::string_view keep(std::size_t size) {
    const std::string_view piece{buffer.data(), size};
    const std::size_t kept = std::min(size, limit_bytes - std::min(limit_bytes, text.size()));
    text += piece.substr(0, kept);
    dropped_bytes += size - kept;
    return piece;
  }
};

/// Blocking calls of other threads (a server's accept) go on when a child's end interrupts them.
void restart_interrupted_calls(int signal) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  action.sa_flags |= SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

/// asio's signal handler writes to a pipe, which is closed with the last loop that takes signals, though the handler
/// may run in another thread at that moment. A loop that is never gone keeps the pipe.
void keep_signal_pipe_open() {
  static auto* const kLoop = new boost::asio::io_context;
  static auto* const kSignals = new boost::asio::signal_set{*kLoop};
  (void)kSignals;
}

/// One run. Everything happens in `context_`'s loop, in the calling thread.
class Run {
public:
  explicit Run(const Command& command)
      : command_{command},
        output_{context_, command.output_limit_bytes},
        error_{context_, command.output_limit_bytes},
        input_{context_},
        deadline_{context_},
        grace_{context_},
        reader_timer_{context_},
        children_{context_, SIGCHLD},
        conversation_{command.terminal.value_or(std::vector<TerminalTurn>{})} {
    if (command.watch_processes) watch_.emplace(descendants);
    keep_signal_pipe_open();
    restart_interrupted_calls(SIGCHLD);
  }

  void start() {
    if (command_.terminal) {
      start_on_terminal();
    } else {
      start_on_pipes();
    }
    deadline_.expires_after(command_.timeout);
    deadline_.async_wait([this](const error_code& error) {
      if (!error) end_client(TimedOut{command_.timeout});
    });
  }

  /// May be called from any thread while `finish` runs.
  void stop_soon(const std::string& reason) {
    boost::asio::post(context_, [this, reason] { end_client(Stopped{reason}); });
  }

  Finished finish() {
    context_.run();
    if (!ended_by_us_) note_leaks();
    end_all_descendants();
    context_.restart();
    context_.poll();                                              // what was still in the pipes
    while (conversation_.is_due()) (void)conversation_.answer();  // it did appear; nobody read any more
    Finished finished{.outcome = outcome_,
                      .stdout_text = std::move(output_.text),
                      .stderr_text = std::move(error_.text),
                      .dropped_bytes = output_.dropped_bytes + error_.dropped_bytes,
                      .leaks = std::move(leaks_),
                      .unmet_turn = conversation_.unmet(),
                      .wall_time = wall_time_};
    if (watch_) tell_processes(finished);
    return finished;
  }

private:
  void tell_processes(Finished& finished) {
    watch_->stop();
    Sightings seen = watch_->take();
    finished.processes = std::move(seen.processes);
    finished.unseen_processes = seen.unseen;
    finished.why_processes_unseen = std::move(seen.why_unseen);
  }

  void spawn_client(int input, int output, int error) {
    child_ = spawn(command_,
                   {.input = input,
                    .output = output,
                    .error = error,
                    .terminal = command_.terminal.has_value(),
                    .exec_watch = watch_ ? watch_->childs_end() : -1},
                   context_, [this] { client_ended(); });
  }

  void start_on_pipes() {
    Pipe output = open_pipe();
    Pipe error = open_pipe();
    Pipe input;
    if (command_.stdin_text) {
      input = open_pipe();
    } else {
      input.source = open_null();
    }
    spawn_client(input.source.get(), output.sink.get(), error.sink.get());
    listen(output_, std::move(output.source), "stdout");
    listen(error_, std::move(error.source), "stderr");
    if (command_.stdin_text) {
      input_.assign(input.sink.release());
      type(*command_.stdin_text, [this] { input_.close(); });
    }
  }

  void start_on_terminal() {
    Terminal terminal = open_terminal(command_.columns, kTerminalRows);
    const int slave = terminal.slave.get();
    spawn_client(slave, slave, slave);
    terminal_name_ = terminal.name;
    Handle for_writing{::fcntl(terminal.master.get(), F_DUPFD_CLOEXEC, 0)};
    if (for_writing.get() < 0) throw std::runtime_error{"cannot duplicate a pseudo-terminal"};
    input_.assign(for_writing.release());
    listen(output_, std::move(terminal.master), "the terminal");
    output_.behind = terminal.name;
    talk();
  }

  void listen(Stream& stream, Handle source, std::string name) {
    stream.name = std::move(name);
    stream.behind = file_behind(::getpid(), source.get());
    stream.descriptor.assign(source.release());
    read(stream);
  }

  void read(Stream& stream) {
    stream.descriptor.async_read_some(boost::asio::buffer(stream.buffer),
                                      [this, &stream](const error_code& error, std::size_t size) {
                                        if (error == boost::asio::error::operation_aborted) return;
                                        const std::string_view piece = stream.keep(size);
                                        if (error) {  // end of file; EIO when nobody has the terminal open
                                          stream.descriptor.close();
                                          settle();
                                          return;
                                        }
                                        if (command_.terminal) hear(piece);
                                        read(stream);
                                      });
  }

  /// A client that does not read what it is given is no error.
  void type(std::string text, std::function<void()> then) {
    typed_ = std::move(text);
    boost::asio::async_write(input_, boost::asio::buffer(typed_),
                             [next = std::move(then)](const error_code& error, std::size_t) {
                               if (error != boost::asio::error::operation_aborted) next();
                             });
  }

  void hear(std::string_view piece) {
    conversation_.show(piece);
    talk();
  }

  void talk() {
    if (talking_ || exited_ || !conversation_.is_due()) return;
    talking_ = true;
    due_since_ = Stopwatch{};
    type_when_read();
  }

  /// A program shows its question first and then turns the echo off. Only when it reads is it ready: typed earlier, a
  /// password would be shown. No event tells of that, so this looks, but only between question and answer.
  void type_when_read() {
    if (!somebody_reads_terminal() && due_since_.elapsed() < kReaderLimit) {
      reader_timer_.expires_after(kReaderInterval);
      reader_timer_.async_wait([this](const error_code& error) {
        if (!error) type_when_read();
      });
      return;
    }
    type(conversation_.answer(), [this] {
      talking_ = false;
      talk();
    });
  }

  [[nodiscard]] bool somebody_reads_terminal() const {
    return std::ranges::any_of(descendants(), [&](pid_t process) {
      return waits_for_input(process, terminal_name_) || waits_for_input(process, "/dev/tty");
    });
  }

  void end_client(Outcome outcome) {
    if (exited_ || ended_by_us_) return;
    ended_by_us_ = true;
    outcome_ = std::move(outcome);  // now, not after the kill: whatever it then makes of its end does not count
    ::kill(-child_.id(), SIGKILL);
    kill_descendants();
  }

  void client_ended() {
    exited_ = true;
    wall_time_ = stopwatch_.elapsed();
    deadline_.cancel();
    reader_timer_.cancel();
    if (ended_by_us_) {
      end_all_descendants();  // then nobody holds the pipes
    } else {
      const int status = child_.native_exit_code();  // on_exit's own argument does not tell exits from signals
      outcome_ = WIFSIGNALED(status) ? Outcome{Signaled{WTERMSIG(status)}} : Outcome{Exited{WEXITSTATUS(status)}};
    }
    grace_.expires_after(kPipeGrace);
    grace_.async_wait([this](const error_code& error) {
      if (!error) context_.stop();
    });
    watch_children();
    settle();
  }

  void watch_children() {
    children_.async_wait([this](const error_code& error, int) {
      if (error) return;
      settle();
      watch_children();
    });
  }

  /// Done as soon as the client has ended, its pipes too, and no process of it is left.
  void settle() {
    if (exited_ && !output_.descriptor.is_open() && !error_.descriptor.is_open() && !reap_ended_children()) {
      context_.stop();
    }
  }

  void note_leaks() {
    for (const pid_t process : descendants()) {
      if (is_zombie(process)) continue;
      leaks_.push_back(fmt::format("pid {} \"{}\" {}", process, command_line(process), what_is_wrong_with(process)));
    }
  }

  [[nodiscard]] std::string what_is_wrong_with(pid_t process) const {
    for (const Stream* stream : {&output_, &error_}) {
      if (stream->descriptor.is_open() && holds_open(process, stream->behind)) return "still held " + stream->name;
    }
    return "outlived the client";
  }

  const Command& command_;
  boost::asio::io_context context_;
  Stream output_;
  Stream error_;
  boost::asio::posix::stream_descriptor input_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer grace_;
  boost::asio::steady_timer reader_timer_;
  boost::asio::signal_set children_;
  Conversation conversation_;
  Stopwatch stopwatch_;
  Stopwatch due_since_;
  std::optional<ExecWatch> watch_;
  boost::process::child child_;
  std::string terminal_name_;
  std::string typed_;
  bool talking_ = false;
  bool exited_ = false;
  bool ended_by_us_ = false;
  Outcome outcome_;
  std::vector<std::string> leaks_;
  std::chrono::microseconds wall_time_{};
};

/// The walk over descendants takes every child of the process for the client's, so there can be one run at a time.
class OnlyRun {
public:
  OnlyRun() {
    if (running_.exchange(true)) throw std::logic_error{"run_command is already running in this process"};
  }
  OnlyRun(const OnlyRun&) = delete;
  OnlyRun& operator=(const OnlyRun&) = delete;
  ~OnlyRun() { running_ = false; }

private:
  static inline std::atomic<bool> running_ = false;
};

}  // namespace

Finished run_command(const Command& command, StopRequest* stop) {
  if (command.argv.empty()) throw std::logic_error{"run_command: no program"};
  const OnlyRun only_run;
  const NoBrokenPipeSignal no_signal;  // a client that closes its stdin early must not end us
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans come to us instead of to init
  // Whatever happens here, nothing that was started stays.
  struct EndAll {
    EndAll() = default;
    EndAll(const EndAll&) = delete;
    EndAll& operator=(const EndAll&) = delete;
    ~EndAll() { end_all_descendants(); }
  } const end_all;
  Run run{command};
  run.start();
  if (stop == nullptr) return run.finish();

  StopRequest::Impl& request = *stop->impl_;
  {
    const std::scoped_lock lock{request.mutex};
    request.tell = [&run](const std::string& reason) { run.stop_soon(reason); };
    if (request.reason) request.tell(*request.reason);
  }
  const auto forget = [&request](const void*) {
    const std::scoped_lock lock{request.mutex};
    request.tell = nullptr;
  };
  const std::unique_ptr<const void, decltype(forget)> until_end{&run, forget};
  return run.finish();
}

}  // namespace understudy
