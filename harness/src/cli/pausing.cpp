#include "cli/pausing.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>

#include "cli/settings.hpp"
#include "harness/cli.hpp"
#include "harness/console.hpp"
#include "mock_server/service.hpp"
#include "run/left_platform.hpp"

namespace understudy {
namespace {

/// Returns after a line, at the end of standard input, or when a signal came.
void wait_for_enter() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, -1) > 0) {
    std::array<char, 256> bytes{};
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0 ||
        std::string_view{bytes.data(), static_cast<std::size_t>(count)}.find('\n') != std::string_view::npos)
      return;
  }
}

/// How the scenario's last command is run again, against the platform as it is now.
std::string by_hand(const ScenarioResult& result, const RunOptions& options, const std::string& url) {
  if (result.sandbox.empty()) return {};
  const ClientProfile profile =
      run_settings(settings_json(options), {}).clients.find(result.client, {"--client", 0, 0});
  return fmt::format("cd {0}/work && . ../env && export {1}API_URL={2} {1}AUTH_URL={2}", result.sandbox,
                     profile.env_prefix, url);
}

}  // namespace

void prepare_pausing(RunOptions& options, const std::filesystem::path& folder) {
  if (options.jobs != "auto" && options.jobs != "1")
    throw UsageError{"--pause-on-failure runs one scenario at a time: leave --jobs out"};
  options.jobs = "1";
  if (options.keep.empty()) options.keep = "failed";
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
  Service service{{.world = World::from_text(left.snapshot.head.world, result.id),
                   .world_name = result.id,
                   .seed = left.snapshot.head.seed,
                   .speed = 0,
                   .control_token = drawn_control_token(),
                   .version = UNDERSTUDY_VERSION,
                   .client = result.client,
                   .started_at = parse_time(current_timestamp()).value_or(Time{}),
                   .console = console_files()}};
  service.load(left.snapshot, result.id);
  for (const Exchange& exchange : left.exchanges) service.journal().begin(exchange);
  out_ << fmt::format("paused  {}: its platform is at {}, and its time stands still\n  console  {}\n", result.id,
                      service.base_url(), service.console_url());
  if (const std::string line = by_hand(result, options_, service.base_url()); !line.empty())
    out_ << "  by hand  " << line << '\n';
  out_ << "  Enter goes on\n";
  out_.flush();
  wait_for_enter();
}

}  // namespace understudy
