#include "cli/apart.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "harness/cli.hpp"
#include "harness/pool.hpp"
#include "process/handles.hpp"
#include "run/run_folder.hpp"
#include "run/signal_watch.hpp"

namespace understudy {
namespace {

using nlohmann::json;
constexpr char kEnd = '\n';  // of an answer; the end of the pipe may wait for whoever else holds it

using Work = std::function<json(const std::filesystem::path& folder)>;

std::string attempt(const Work& work, const std::filesystem::path& folder) {
  json answer;
  try {
    std::filesystem::create_directories(folder);
    answer["result"] = work(folder);
  } catch (const InputError& error) {
    answer["usage"] = error.what();
  } catch (const UsageError& error) {
    answer["usage"] = error.what();
  } catch (const std::exception& error) {
    answer["fatal"] = error.what();
  }
  return answer.dump(-1, ' ', false, json::error_handler_t::replace) + kEnd;
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;  // nobody is there to hear it
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Between the command and the work stands a guardian: if the command is killed, nobody else is there to end what the
/// work has started. It has a session of its own, so that a terminal's Ctrl-C reaches only the command.
[[noreturn]] void live_apart(const Work& work, const std::filesystem::path& folder, Handle answer, Handle command) {
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t worker = ::fork();
  if (worker == 0) {
    command.close();
    write_all(answer.get(), attempt(work, folder));
    ::_exit(0);
  }
  answer.close();  // or the command would not see its end
  char nothing = 0;
  while (::read(command.get(), &nothing, 1) < 0 && errno == EINTR) {
  }
  end_orphans({});  // the work first, so that it does not run on while the rest is ended
  remove_tree(folder.parent_path());
  ::_exit(1);
}

/// All that the child says, or nullopt when a signal came first.
std::optional<std::string> listen_to(const Handle& answer, const SignalWatch& signals, int& interrupted_by) {
  std::string text;
  std::array<char, 65536> chunk;
  for (;;) {
    std::array<pollfd, 2> sources{pollfd{signals.descriptor(), POLLIN, 0}, pollfd{answer.get(), POLLIN, 0}};
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;  // a signal, which is in its pipe by now
    if (sources[0].revents != 0) {
      interrupted_by = signals.take();
      return std::nullopt;
    }
    const ssize_t count = ::read(answer.get(), chunk.data(), chunk.size());
    if (count > 0) text.append(chunk.data(), static_cast<std::size_t>(count));
    if (count == 0 || (!text.empty() && text.back() == kEnd)) return text;
  }
}

/// The folder, what works in it, and the end of both in the right order.
class Household {
public:
  explicit Household(const Work& work) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    Pipe answer = open_pipe();
    Pipe lifeline = open_pipe();
    std::cout << std::flush;
    std::cerr << std::flush;
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error{errno, std::generic_category(), "cannot start a process"};
    if (child == 0) {
      signals_.restore();
      answer.source.close();
      lifeline.sink.close();
      live_apart(work, folder_.of_worker(0), std::move(answer.sink), std::move(lifeline.source));
    }
    answer_ = std::move(answer.source);
    lifeline_ = std::move(lifeline.sink);
  }
  ~Household() { end_orphans({}); }
  Household(const Household&) = delete;
  Household& operator=(const Household&) = delete;

  [[nodiscard]] std::optional<std::string> listen(int& interrupted_by) const {
    return listen_to(answer_, signals_, interrupted_by);
  }

private:
  SignalWatch signals_;
  RunFolder folder_;  // removed after whatever writes in it has ended
  Handle answer_;
  Handle lifeline_;  // closed by the kernel when this process ends, however it does
};

}  // namespace

Apart do_apart(const Work& work) {
  Apart apart;
  std::optional<std::string> text;
  {
    const Household household{work};
    text = household.listen(apart.interrupted_by);
  }
  if (!text) return apart;
  if (text->empty() || text->back() != kEnd) throw std::runtime_error{"the process that did the work died"};
  const json answer = json::parse(*text);
  if (const auto usage = answer.find("usage"); usage != answer.end()) throw UsageError{usage->get<std::string>()};
  if (const auto fatal = answer.find("fatal"); fatal != answer.end())
    throw std::runtime_error{fatal->get<std::string>()};
  apart.result = answer.at("result");
  return apart;
}

}  // namespace understudy
