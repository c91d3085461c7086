// What the programs in a container ask for: each is served by a thread, which may wait as long as platform time stands
// still.

#include <fmt/format.h>
#include <unistd.h>

#include "container/running_job.hpp"
#include "container/shim.hpp"

namespace understudy {
namespace {

constexpr const char* kDash = "/bin/dash";

/// Sourced first, so it has the last word about the environment; then the command has a shell of its own, whose line
/// numbers are the command's.
constexpr const char* kWithEnvironmentFile =
    R"(if [ -f ./.environment ]; then . ./.environment; fi; exec "$0" -c "$1")";
constexpr const char* kPlain = R"(exec "$0" -c "$1")";

std::string words_of(const std::string& program, const std::vector<std::string>& words) {
  std::string text = std::filesystem::path{program}.filename();
  for (const std::string& word : words) text += ' ' + word;
  return text;
}

}  // namespace

nlohmann::json RunningJob::shell_order(const std::string& name, const std::string& command) const {
  const bool builds = job_.kind == JobKind::kBuildHook;  // no container of the app has started yet
  return {{"name", name},
          {"argv", {kDash, "-c", builds ? kPlain : kWithEnvironmentFile, kDash, command}},
          {"env", workshop_.shell_env(job_, places_)},
          {"folder", places_.app}};
}

void RunningJob::serve(LineChannel& channel) {
  const pid_t thread = ::gettid();
  {
    const std::scoped_lock lock{mutex_};
    threads_.insert(thread);
    --unborn_threads_;
  }
  try {
    if (const auto message = channel.receive()) serve_message(channel, *message);
  } catch (const std::exception& error) {
    fail(error.what());
    kill();
  }
  channel.hang_up();
  {
    const std::scoped_lock lock{mutex_};
    threads_.erase(thread);
  }
}

void RunningJob::serve_message(LineChannel& channel, const nlohmann::json& message) {
  const std::string kind = message.value("kind", "");
  if (kind == "keeper") {
    serve_keeper(channel);
  } else if (kind == "shell") {
    serve_shell(channel, message.value("name", ""));
  } else if (kind == "client") {
    serve_client(channel, message.at("argv"));
  } else if (kind == "spend") {
    serve_spender(channel, Milliseconds{message.at("milliseconds").get<std::int64_t>()}, message.at("what"), 0);
  } else if (kind == "stand-in") {
    const std::string name = message.at("name");
    const std::vector<std::string> words = message.at("words");
    const StandIn behaviour = workshop_.behaviour(name, words);
    serve_spender(channel, behaviour.takes, words_of(name, words), behaviour.exit_code);
  }
}

void RunningJob::serve_keeper(LineChannel& channel) {
  {
    const std::scoped_lock lock{mutex_};
    if (keeper_pid_ != 0) return;  // somebody in the container plays it
    keeper_pid_ = channel.peer();
    keeper_process_ = open_process(keeper_pid_);
    if (kill_wanted_) return kill_locked();
    keeper_ = &channel;
    channel.send(shell_order("job", job_.command));
  }
  while (const auto message = channel.receive()) {
    const std::scoped_lock lock{mutex_};
    if (message->contains("ended")) status_ = message->at("ended").get<int>();
    ++messages_;
  }
  const std::scoped_lock lock{mutex_};
  keeper_ = nullptr;
  keeper_heard_out_.notify_all();
}

void RunningJob::serve_shell(LineChannel& channel, const std::string& name) {
  {
    const std::scoped_lock lock{mutex_};
    ++messages_;
    if (name == "job" && shell_ == 0) {
      shell_ = channel.peer();
      if (stop_wanted_) stop_locked();
      if (kill_wanted_) kill_locked();
    }
  }
  channel.send(nlohmann::json::object());
}

void RunningJob::serve_spender(LineChannel& channel, Milliseconds duration, const std::string& what, int exit_code) {
  const pid_t shim = channel.peer();
  {
    const std::scoped_lock lock{mutex_};
    attached_.insert(shim);
    ++messages_;
  }
  const bool passed = host_.spend(job_.number, duration, what);
  {
    const std::scoped_lock lock{mutex_};  // before it knows: from now on it computes
    attached_.erase(shim);
    ++messages_;
  }
  if (passed) channel.send({{"exit", exit_code}});
}

void RunningJob::serve_client(LineChannel& channel, const std::vector<std::string>& argv) {
  const pid_t shim = channel.peer();
  const std::vector<std::string> cured = without_waiting(argv, workshop_.settings().add_no_wait);
  {
    const std::scoped_lock lock{mutex_};
    attached_.insert(shim);
    ++messages_;
  }
  const JobHost::Client client = host_.client_started(job_.number, cured);
  std::optional<nlohmann::json> ended;
  if (!client.base_url.empty()) {
    channel.send(workshop_.client_order(cured, client.base_url, places_));
    ended = channel.receive();
    host_.client_ended(client.id, ended ? ended->value("exit", -1) : -1);
  }
  {
    const std::scoped_lock lock{mutex_};
    attached_.erase(shim);
    ++messages_;
  }
  channel.send(nlohmann::json::object());
}

}  // namespace understudy
