#include "offline/exec.hpp"

#include <fmt/format.h>

#include <mutex>

#include "harness/report.hpp"
#include "mock_server/mock_server.hpp"
#include "offline/persons_command.hpp"
#include "process/foreground.hpp"
#include "run/environment.hpp"
#include "run/places.hpp"
#include "run/refusing_proxy.hpp"
#include "run/step_report.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// One run, from the fake's start to its end.
class Execution {
public:
  explicit Execution(const ExecOptions& options)
      : options_{options},
        words_{command_or_shell(options.command)},
        place_{options.place},
        server_{{.world = place_.world(),
                 .seed = options.seed,
                 .player = options.player,
                 .stream_speed = options.stream_speed}},
        world_began_{server_.now()},
        env_{place_.env(server_.base_url(), proxy_.url(), somebody_is_there())} {
    server_.on_deadlock([this](const std::string& reason) { would_wait_for_ever(reason); });
    places_.add_server(server_.base_url(), "[API]");
    places_.add_server(proxy_.url(), "[PROXY]");
    places_.add(place_.sandbox().home().string(), "[HOME]");
    places_.add(place_.sandbox().path().string(), "[SANDBOX]");
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution() { server_.on_deadlock({}); }

  Executed carry_out() {
    if (is_shell() && somebody_is_there())
      say(fmt::format("a shell with the fake of \"{}\" at {}; exit ends both", options_.place.world,
                      server_.base_url()));
    const PersonsEnd end = run_in_foreground(foreground_, words_, env_, &server_, place_.client().profile.name);
    report_ = end.report;
    Executed executed{.exit_code = end.exit_code};
    executed.result = result(executed.exit_code);
    executed.secrets = server_.secrets().all();
    if (options_.keep) keep();
    return executed;
  }

private:
  [[nodiscard]] bool is_shell() const { return options_.command.empty(); }

  /// In a shell the person decides.
  void would_wait_for_ever(const std::string& reason) {
    const std::string covered = server_.secrets().cover(reason);
    if (is_shell()) return say(fmt::format("the client {}; Ctrl-C ends it", covered));
    say(fmt::format("the command was ended: it {}", covered));
    foreground_.stop();
  }

  [[nodiscard]] ScenarioResult result(int exit_code) {
    std::vector<Exchange> exchanges;
    for (Exchange& exchange : server_.journal().entries()) exchanges.push_back(places_.hide(std::move(exchange)));
    StepResult step{.command = fmt::format("{}", fmt::join(words_, " ")),
                    .exit_code = exit_code,
                    .requests = request_lines(exchanges, {}, world_began_),
                    .platform_time = report_.platform_time,
                    .blocked_on = describe_waits(report_)};
    if (options_.exchanges) step.exchanges = whole_exchanges(exchanges, world_began_);
    for (const RefusingProxy::Contact& contact : proxy_.take_contacts())
      step.remarks.push_back(fmt::format("foreign host contacted: {} {}", contact.method, contact.host));
    ScenarioResult result{.id = "exec", .client = place_.client().profile.name};
    result.steps.push_back(std::move(step));
    return edit_texts(result, [this](const std::string& text, bool) { return server_.secrets().cover(text); });
  }

  void keep() {
    place_.keep();
    const fs::path script = place_.sandbox().path() / "env";
    write_file_atomically(script, env_script(env_, server_.secrets()));
    fs::permissions(script, fs::perms::owner_read | fs::perms::owner_write);
    say("kept " + place_.sandbox().path().string());
  }

  const ExecOptions& options_;
  std::vector<std::string> words_;
  OfflineSandbox place_;
  Foreground foreground_;  // after the client was made ready, before the threads of the fake
  RefusingProxy proxy_;
  MockServer server_;
  Time world_began_;
  Env env_;
  Places places_;
  ClientReport report_{};
};

}  // namespace

Executed execute(const ExecOptions& options) { return Execution{options}.carry_out(); }

}  // namespace understudy
