// The client, with somebody beside it who tells when it begins and how it has ended. It is a child, not what this
// process becomes: so the platform knows of its end, and of its exit code, before the job goes on.

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <tuple>

#include "container/shim.hpp"

namespace understudy {
namespace {

sigset_t all_signals() {
  sigset_t all;
  sigfillset(&all);
  return all;
}

void set_environment(const nlohmann::json& answer) {
  for (const auto& [name, value] : answer.at("defaults").items()) {
    ::setenv(name.c_str(), value.get_ref<const std::string&>().c_str(), 0);
  }
  for (const auto& [name, value] : answer.at("set").items()) {
    ::setenv(name.c_str(), value.get_ref<const std::string&>().c_str(), 1);
  }
}

/// Signals that somebody sends to us are meant for it. Returns its status.
int watch(pid_t client) {
  const sigset_t all = all_signals();
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(client, &status, WNOHANG);
    if (ended == client || (ended < 0 && errno != EINTR)) return status;
    siginfo_t signal{};
    if (::sigwaitinfo(&all, &signal) < 0) continue;
    if (signal.si_signo != SIGCHLD) ::kill(client, signal.si_signo);
  }
}

int end_like(int status) {
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::raise(signal);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  return 128 + signal;
}

int run_client(const nlohmann::json& answer, const LineChannel& channel) {
  sigset_t before;
  const sigset_t all = all_signals();
  ::sigprocmask(SIG_SETMASK, &all, &before);  // until there is one to pass them on to
  const pid_t parent = ::getpid();
  const pid_t client = ::fork();
  if (client == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::_exit(become(answer.at("program"), answer.at("argv")));
  }
  const int status = watch(client);
  channel.send({{"exit", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)}});
  return status;
}

}  // namespace

int client_shim(const ShimCall& call) {
  std::vector<std::string> argv{call.name};
  argv.insert(argv.end(), call.words.begin(), call.words.end());
  LineChannel channel = connect_to_container();
  channel.send({{"kind", "client"}, {"argv", argv}});
  const auto answer = channel.receive();
  if (!answer || !answer->contains("program")) {
    std::cerr << call.name << ": the container is being stopped\n";
    return 1;
  }
  set_environment(*answer);
  const int status = run_client(*answer, channel);
  std::ignore = channel.receive();  // the platform knows
  return end_like(status);
}

}  // namespace understudy
