#include "cli/pausing.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <ostream>

#include "cli/settings.hpp"
#include "harness/cli.hpp"
#include "harness/console.hpp"
#include "mock_server/service.hpp"
#include "run/left_platform.hpp"
#include "run/sandbox.hpp"

namespace understudy {
namespace {

/// Signals wait, while this lives, until `wait_for_enter` waits for them; threads that are started meanwhile get none.
class SignalsLater {
public:
  SignalsLater() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  SignalsLater(const SignalsLater&) = delete;
  SignalsLater& operator=(const SignalsLater&) = delete;
  ~SignalsLater() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// Returns after a line, at the end of standard input, or when a signal came.
  void wait_for_enter() const {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (::ppoll(&input, 1, nullptr, &before_) > 0) {
      std::array<char, 256> bytes{};
      const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
      if (count <= 0) return;
      if (std::string_view{bytes.data(), static_cast<std::size_t>(count)}.find('\n') != std::string_view::npos) return;
    }
  }

private:
  sigset_t before_{};
};

std::unique_ptr<Service> serve(const LeftPlatform& left, const ScenarioResult& result) {
  auto service =
      std::make_unique<Service>(ServiceOptions{.world = World::from_text(left.snapshot.head.world, result.id),
                                               .world_name = result.id,
                                               .seed = left.snapshot.head.seed,
                                               .speed = 0,
                                               .control_token = drawn_control_token(),
                                               .version = UNDERSTUDY_VERSION,
                                               .client = result.client,
                                               .started_at = parse_time(current_timestamp()).value_or(Time{}),
                                               .console = console_files()});
  service->load(left.snapshot, result.id);
  for (const Exchange& exchange : left.exchanges) service->journal().begin(exchange);
  return service;
}

/// Where a client of the scenario finds the platform now, and its token: a secret, so not for the kept sandbox.
void write_env(const std::filesystem::path& file, const std::string& prefix, const std::string& url,
               const std::string& token) {
  std::string script = fmt::format("export {0}API_URL={1} {0}AUTH_URL={1}\n", prefix, url);
  if (!token.empty()) script += fmt::format("export {}TOKEN={}\n", prefix, shell_quoted(token));
  write_file_atomically(file, script);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace

void prepare_pausing(RunOptions& options, const std::filesystem::path& folder) {
  if (options.jobs != "auto" && options.jobs != "1")
    throw UsageError{"--pause-on-failure runs one scenario at a time: leave --jobs out"};
  options.jobs = "1";
  if (options.keep.empty()) options.keep = "failed";
  std::filesystem::create_directories(folder);
  options.platform_folder = folder.string();
}

void Pausing::on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) {
  reports_.on_scenario_finished(scenario, result);
  if (!is_broken(result.verdict)) return;
  if (!result.platform.empty()) return pause(result);
  out_ << fmt::format(
      "understudy: no pause for {}: {}\n", result.id,
      result.steps.empty() ? "it did not start" : "what containers or a recording did cannot be carried out again");
  out_.flush();
}

void Pausing::pause(const ScenarioResult& result) {
  const LeftPlatform left = read_left_platform(result.platform);
  std::filesystem::remove(result.platform);
  const SignalsLater signals;
  const std::unique_ptr<Service> service = serve(left, result);
  const ClientProfile profile =
      run_settings(settings_json(options_), {}).clients.find(result.client, {"--client", 0, 0});
  const std::filesystem::path env = std::filesystem::path{options_.platform_folder} / "env";
  write_env(env, profile.env_prefix, service->base_url(), left.token);
  out_ << fmt::format(
      "paused  {}: its platform is at {}, and its time stands still\n"
      "  console  {}\n  by hand  cd {}/work && . ../env && . {}\n  Enter goes on\n",
      result.id, service->base_url(), service->console_url(), result.sandbox, env.string());
  out_.flush();
  signals.wait_for_enter();
  std::filesystem::remove(env);
}

}  // namespace understudy
