#include "container/keeper.hpp"

#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <tuple>

#include "container/shim.hpp"
#include "container/word_block.hpp"
#include "harness/process.hpp"

namespace understudy {
namespace {

/// Without namespaces, mode bits are what makes the app read-only, and they do not bind a root that has this.
void give_up_passing_over_modes() { ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE); }

/// In the child: becomes the shell.
[[noreturn]] void run_shell(const nlohmann::json& order) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setsid();
  const std::string program = order.at("argv").at(0);
  WordBlock argv{order.at("argv")};
  WordBlock env{WordBlock::of_env(order.at("env"))};
  {
    LineChannel channel = connect_to_container();
    channel.send({{"kind", "shell"}, {"name", order.at("name")}});
    std::ignore = channel.receive();
  }
  const std::string folder = order.at("folder");
  if (::chdir(folder.c_str()) == 0) ::execve(program.c_str(), argv.get(), env.get());
  std::cerr << program << ": cannot be run in " << folder << '\n';
  ::_exit(127);
}

class Keeper {
public:
  Keeper() : channel_{connect_to_container()} {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &children, nullptr);
    ended_ = Handle{::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK)};
    channel_.send({{"kind", "keeper"}});
  }

  void run() {
    while (true) {
      std::array<pollfd, 2> sources{{{channel_.descriptor(), POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
      if (::poll(sources.data(), sources.size(), -1) < 0) continue;
      if (sources[0].revents != 0 && !obey()) break;
      if (sources[1].revents != 0 && job_has_ended()) break;
    }
    end_all_descendants();
  }

private:
  bool obey() {
    const auto order = channel_.receive();
    if (!order) return false;
    const pid_t shell = ::fork();
    if (shell == 0) run_shell(*order);
    if (shell < 0) return false;
    if (order->at("name") == "job") job_ = shell;
    return true;
  }

  bool job_has_ended() {
    signalfd_siginfo info{};
    while (::read(ended_.get(), &info, sizeof info) > 0) continue;
    int status = 0;
    bool found = false;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != job_) continue;
      channel_.send({{"ended", status}});
      found = true;
    }
    return found;
  }

  LineChannel channel_;
  Handle ended_;
  pid_t job_ = -1;
};

}  // namespace

int keeper_main(int argc, char** argv) {
  const pid_t parent = argc > 0 ? std::atoi(argv[0]) : 0;
  if (parent != 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return 1;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    give_up_passing_over_modes();
  }
  ::umask(022);
  Keeper{}.run();
  return 0;
}

}  // namespace understudy
