#include "serve/serve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <mutex>
#include <system_error>

#include "container/installer.hpp"
#include "harness/report.hpp"
#include "mock_server/ledger.hpp"
#include "run/environment.hpp"
#include "run/refusing_proxy.hpp"
#include "run/signal_watch.hpp"
#include "serve/claim.hpp"
#include "serve/file_watch.hpp"
#include "serve/shell_env.hpp"
#include "state/state_file.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr double kFastest = 1000;
constexpr int kEndLimitMs = 30'000;  // of a server that was asked to end
constexpr int kSettleMs = 50;        // editors write more than once
constexpr const char* kInstaller = "cli.webpaas.ovhcloud.com/installer";

// What a person's own shell knows better.
constexpr const char* kOfTheShell[] = {"PATH",  "SHELL", "USER", "LOGNAME",   "EDITOR",   "VISUAL",
                                       "PAGER", "TERM",  "PWD",  "COLORTERM", "TERMINFO", "COLUMNS"};

void say(const std::string& text) { std::cerr << "understudy: " << text << std::endl; }

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
  return address == "localhost" || address == "::1";
}

void check(const ServeOptions& options) {
  if (options.speed < 0 || options.speed > kFastest)
    throw InputError{{"--speed", 0, 0}, fmt::format("expected a number from 0 to {}", kFastest)};
  if (options.port < 0 || options.port > 65535) throw InputError{{"--port", 0, 0}, "expected a number from 0 to 65535"};
  if (!is_loopback(options.bind) && !options.allow_remote)
    throw InputError{{"--bind", 0, 0},
                     options.bind + " is not this machine's own: whoever reaches it could use the fake",
                     "add --allow-remote if that is what you want; see --help"};
}

/// A platform that was kept knows its world and its seed.
ServeOptions with_what_is_kept(ServeOptions options) {
  if (options.state.empty()) return options;
  const std::optional<LedgerHead> kept = head_of_state_file(options.state);
  if (!kept) return options;
  if (!options.seed_is_given) options.seed = kept->seed;
  if (options.world_is_given) return options;
  options.place.world = options.state.string();
  options.place.ready = World::from_text(kept->world, options.state.string());
  return options;
}

class Serving {
public:
  explicit Serving(const ServeOptions& options)
      : claim_{options.folder},
        options_{with_what_is_kept(options)},
        place_{options_.place},
        proxy_{{.answer = [this](const std::string& url) { return installer(url); },
                .tell =
                    [](const RefusingProxy::Contact& contact) {
                      say(fmt::format("refused to lead {} to {}", contact.method, printable(contact.host)));
                    }}},
        service_{service_options()} {
    give(place_.token(), place_.world());
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  int carry_out() {
    introduce();
    files_.watch(watched_);
    for (;;) {
      std::array<pollfd, 2> sources{{{signals_.descriptor(), POLLIN, 0}, {files_.descriptor(), POLLIN, 0}}};
      if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR)
        throw std::system_error{errno, std::generic_category(), "cannot wait for signals"};
      if (signals_.take() != 0) return 0;
      if (sources[1].revents != 0 && files_.take()) reload();
    }
  }

private:
  [[nodiscard]] std::string installer(const std::string& url) const {
    const std::string program =
        fmt::format("#!/bin/sh\nexec {} \"$@\"\n", shell_quoted(place_.client().binary.string()));
    return installer_of(url, place_.client().profile.executable, program);
  }

  [[nodiscard]] ServiceOptions service_options() {
    return {.world = place_.world(),
            .world_name = options_.place.world,
            .seed = options_.seed,
            .speed = options_.speed,
            .bind = options_.bind,
            .port = options_.port,
            .is_remote = options_.allow_remote,
            .control_token = control_token_,
            .version = options_.version,
            .client = place_.client().profile.name,
            .started_at = parse_time(current_timestamp()).value_or(Time{}),
            .journal_bytes = options_.journal_bytes,
            .console = options_.console,
            .archive = archive(),
            .find_world = [](const std::string& name) { return offline_world(name); },
            .library = offline_library(),
            .elsewhere = [this](const std::string& url) { return installer(url); },
            .token_is_gone = [this](const World& world) { give_another(world); }};
  }

  [[nodiscard]] std::shared_ptr<Archive> archive() const {
    if (options_.state.empty()) return nullptr;
    return state_archive(options_.state, [file = options_.state](const fs::path& kept) {
      say(fmt::format("what {} held is in {}", file.string(), kept.string()));
    });
  }

  /// Of a world that was loaded, where that of before is of no use.
  void give_another(const World& world) {
    const std::vector<World::Token>& tokens = world.tokens();
    const auto same = std::ranges::find(tokens, options_.place.token, &World::Token::name);
    give(same != tokens.end() ? std::optional{*same} : offline_token(world, ""), world);
    say(
        fmt::format("the token that other shells have is of no use in the world that was loaded; in each: "
                    "eval \"$({} serve --env)\"",
                    options_.program));
  }

  /// For `--env`: `wanted`, if a client can log in with it; else another one of its user, or of somebody who is there.
  void give(const std::optional<World::Token>& wanted, const World& world) {
    if (!wanted) return note({});
    std::vector<World::Token> tokens = world.tokens();
    tokens.insert(tokens.begin(), *wanted);
    std::optional<World::Token> usable;
    try {
      usable = service_.usable_token(tokens);
    } catch (const LedgerFailure& failure) {
      say(fmt::format("no token can be issued: {}", failure.what()));
    }
    if (usable && usable->value != wanted->value)
      say(fmt::format("the token \"{}\" is of no use any more; serve --env gives \"{}\" of {}", wanted->name,
                      usable->name, usable->user));
    note(std::move(usable));
  }

  void note(std::optional<World::Token> token) {
    const std::scoped_lock lock{mutex_};  // worlds are loaded by the control API, too
    token_ = std::move(token);
    if (token_) service_.hand_out(*token_);
    Env env = place_.env(service_.base_url(), proxy_.url(), true);
    const ClientProfile& profile = place_.client().profile;
    for (const char* const name : kOfTheShell) env.erase(name);
    if (token_)
      env[profile.env_prefix + "TOKEN"] = token_->value;
    else
      env.erase(profile.env_prefix + "TOKEN");
    env["UNDERSTUDY_INSTALLER_URL"] = service_.base_url() + "/.understudy/elsewhere/" + kInstaller;
    claim_.write({.url = service_.base_url(),
                  .console_url = service_.console_url(),
                  .control_token = control_token_,
                  .pid = ::getpid(),
                  .home = place_.sandbox().home().string(),
                  .bin = place_.sandbox().bin().string(),
                  .env = env,
                  .own_prefixes = {profile.env_prefix, profile.service_env_prefix},
                  .no_interaction = profile.env_prefix + "NO_INTERACTION"});
  }

  void introduce() const {
    const std::string pace = options_.speed == 0 ? "goes on by hand only"
                                                 : fmt::format("goes {} times as fast as real time", options_.speed);
    const std::string kept =
        options_.state.empty() ? "" : fmt::format("Its state is kept in {}.\n", options_.state.string());
    std::cout << fmt::format(
                     "The fake of \"{}\" is at {}; platform time {}.\n"
                     "{}Console: {}\n"
                     "In another shell, in this folder: eval \"$({} serve --env)\"\n"
                     "Ctrl-C ends it.",
                     options_.place.world, service_.base_url(), pace, kept, service_.console_url(), options_.program)
              << std::endl;
  }

  /// What an editor does is over when nothing happens for a moment.
  void settle() {
    pollfd source{files_.descriptor(), POLLIN, 0};
    while (::poll(&source, 1, kSettleMs) > 0) (void)files_.take();
  }

  void reload() {
    settle();
    const std::string& name = options_.place.world;
    if (service_.world_name() != name) return;  // another one was loaded since
    if (!options_.state.empty()) {
      return say(fmt::format("the world \"{}\" has changed; {} goes on with it as it was, until it is loaded", name,
                             options_.state.string()));
    }
    try {
      const World world = offline_world(name);
      const std::optional<World::Token> token = offline_token(world, options_.place.token);
      service_.load(world, name);
      give(token, world);
      say(fmt::format("the world \"{}\" has changed: the platform begins anew", name));
    } catch (const InputError& error) {
      say(fmt::format("{}; the world stays as it was", service_.secrets().cover(error.what())));
    }
    files_.watch(offline_files());
  }

  [[nodiscard]] std::vector<fs::path> offline_files() {
    try {
      watched_ = offline_world_files(options_.place.world);
    } catch (const InputError&) {  // between two writes of an editor: it comes back
    }
    return watched_;
  }

  Claim claim_;
  const ServeOptions options_;
  OfflineSandbox place_;
  std::mutex mutex_;
  std::optional<World::Token> token_;
  SignalWatch signals_;
  FileWatch files_;
  std::vector<fs::path> watched_ =
      options_.place.ready ? std::vector<fs::path>{} : offline_world_files(options_.place.world);
  const std::string control_token_ = drawn_control_token();
  RefusingProxy proxy_;
  Service service_;
};

}  // namespace

int serve(const ServeOptions& options) {
  check(options);
  ::umask(077);  // what we write holds tokens
  // Before there are threads: else each has a heap of its own, and what one of them lets go of, of the journal say, is
  // no use to the others. They would grow one after the other.
  ::mallopt(M_ARENA_MAX, 1);
  try {
    return Serving{options}.carry_out();
  } catch (const LedgerMismatch& mismatch) {
    throw InputError{{options.state.string(), 0, 0},
                     mismatch.what(),
                     "it was left as it is; go on with it by that version, or point --state to another file"};
  }
}

int print_env(const fs::path& folder) {
  const std::optional<ServerNote> server = running_server(folder);
  if (!server) {
    std::cout << "false\n";
    say("no server runs in this folder; start one with understudy serve");
    return 2;
  }
  std::cout << shell_lines(*server, shell_state());
  return 0;
}

int stop_server(const fs::path& folder) {
  const std::optional<ServerNote> server = running_server(folder);
  if (!server) throw InputError{{"serve --stop", 0, 0}, "no server runs in this folder"};
  const Handle process = open_process(server->pid);
  // Once more, now that the number means one process for sure.
  const std::optional<ServerNote> still = running_server(folder);
  if (!still || still->pid != server->pid || process.get() < 0) return 0;
  if (::kill(server->pid, SIGTERM) != 0 || !wait_readable(process, kEndLimitMs))
    throw std::runtime_error{fmt::format("the server (process {}) does not end", server->pid)};
  return 0;
}

}  // namespace understudy
