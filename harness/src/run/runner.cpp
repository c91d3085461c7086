#include "harness/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "check/check_exposures.hpp"
#include "harness/check.hpp"
#include "harness/report.hpp"
#include "harness/stopwatch.hpp"
#include "mock_server/mock_server.hpp"
#include "run/conditions.hpp"
#include "run/covered_checks.hpp"
#include "run/environment.hpp"
#include "run/left_platform.hpp"
#include "run/login_turn.hpp"
#include "run/places.hpp"
#include "run/refusing_proxy.hpp"
#include "run/sandbox.hpp"
#include "run/scenario_clients.hpp"
#include "run/scenario_containers.hpp"
#include "run/scenario_recording.hpp"
#include "run/scenario_world.hpp"
#include "run/step_commands.hpp"
#include "run/step_hunt.hpp"
#include "run/step_report.hpp"
#include "scenario/values.hpp"

namespace understudy {
namespace {

/// Ends the command that runs now when the fake finds that it would wait for ever. Called from the fake's threads.
class DeadlockStop {
public:
  void watch(StopRequest* command) {
    const std::scoped_lock lock{mutex_};
    command_ = command;
  }
  void stop(const std::string& reason) {
    const std::scoped_lock lock{mutex_};
    if (command_ != nullptr) command_->stop("it would wait for ever: " + reason);
  }

private:
  std::mutex mutex_;
  StopRequest* command_ = nullptr;
};

constexpr const char* kUsualExecutable = "webpaas";

/// "ci" as it stands in $TOKEN_CI.
std::string variable_name(const std::string& name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    result += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return result;
}

/// A client may try again and again, as often as there is time for.
void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

/// One scenario from its world to its last step.
class ScenarioRun {
public:
  ScenarioRun(const Scenario& scenario, const RunSettings& settings, const Variables& secrets, ScenarioResult& result)
      : scenario_{scenario},
        settings_{settings},
        result_{result},
        clients_{scenario, settings},
        real_{secrets},
        player_{make_player(scenario, settings.root)},
        world_{read_world(scenario, with(secrets, scenario.variables), settings.worlds,
                          player_ ? player_->began() : std::nullopt)},
        token_{token_for(scenario, world_, player_.get())},
        sandbox_{settings.sandbox_folder},
        containers_{make_containers()},
        server_{{.world = world_,
                 .seed = settings.seed,
                 .jobs = containers_ ? &containers_->runner() : nullptr,
                 .ledger = kept_changes(),
                 .player = player_}},
        world_began_{server_.now()},
        hunt_{server_,
              {.sandbox = sandbox_.path(),
               .home = sandbox_.home(),
               .work = sandbox_.work(),
               .unpacked = clients_.usual().unpacked}} {
    for (const auto& [name, value] : secrets)
      server_.secrets().add({name, value, SecretKind::kOther, SecretOrigin::kWorld});
    server_.on_deadlock([this](const std::string& reason) { deadlock_.stop(reason); });
    if (std::ranges::find(scenario.tools, "browser") != scenario.tools.end())
      login_turn_.emplace(settings.cache_folder.empty() ? settings.sandbox_folder : settings.cache_folder);
    name_places();
    set_variables();
    furnish();
    hunt_.require_huntable(scenario.at);
  }
  ScenarioRun(const ScenarioRun&) = delete;
  ScenarioRun& operator=(const ScenarioRun&) = delete;
  ~ScenarioRun() { server_.on_deadlock({}); }

  /// Throws what kept it from running on, after the `finally` steps.
  void run() {
    std::exception_ptr broken;
    const auto attempt = [&](const Step& step) {
      try {
        return run_step(step);
      } catch (...) {
        if (broken == nullptr) broken = std::current_exception();
        return false;
      }
    };
    bool to_the_end = true;
    for (const Step& step : scenario_.steps) {
      to_the_end = attempt(step);
      if (!to_the_end) break;
    }
    if (to_the_end) require_known_findings();
    if (to_the_end && player_) require_recording_used();
    for (const Step& step : scenario_.finally) attempt(step);
    if (broken != nullptr) std::rethrow_exception(broken);
  }

  void give_platform() {
    if (settings_.take_platform) settings_.take_platform(server_);
  }

  /// To be called when the verdict is known.
  void leave_platform_if_wanted() {
    if (!ledger_ || !is_broken(result_.verdict)) return;
    const std::filesystem::path file = settings_.platform_folder / (sandbox_.path().filename().string() + ".platform");
    write_left_platform(file, ledger_->snapshot(server_.now()), server_.journal().entries(),
                        token_ ? token_->value : "");
    result_.platform = file.string();
  }

  void keep_if_wanted() {
    if (settings_.keep == Keep::kNone || (settings_.keep == Keep::kFailed && !is_broken(result_.verdict))) return;
    sandbox_.keep();
    if (containers_) containers_->runner().keep();
    result_.sandbox = sandbox_.path().string();
    const std::filesystem::path script = sandbox_.path() / "env";
    write_file_atomically(script, env_script(commands_.usual_env(), server_.secrets()));
    std::filesystem::permissions(script, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    for (std::size_t i = 0; i < result_.steps.size(); ++i) result_.steps[i].by_hand = by_hand_[i];
  }

  /// What happened on the platform so far, and what the clients of steps waited for.
  [[nodiscard]] Timeline timeline() const {
    Timeline result = server_.timeline();
    add_client_spans(result, waits_);
    return result;
  }

  /// Names for places, and no secrets.
  [[nodiscard]] ScenarioResult presentable() {
    ScenarioResult shown = edit_texts(result_, [this](const std::string& text, bool is_path) {
      return server_.secrets().cover(is_path ? text : hide_what_varies(places_.hide(text)));
    });
    // Whatever a report is made of has been hunted itself.
    const std::shared_ptr<const SecretHunter> hunter = server_.secrets().hunter();
    for (const Sighting& sighting :
         hunter->find(to_json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))) {
      if (sighting.extent == Sighting::Extent::kFingerprint) continue;
      throw std::logic_error{fmt::format("the report of this scenario would show {} ({}): it is withheld",
                                         hunter->secrets()[sighting.secret].name, sighting.shape)};
    }
    return shown;
  }

private:
  static Variables with(Variables variables, const Variables& more) {
    for (const auto& [name, value] : more) variables.insert_or_assign(name, value);
    return variables;
  }

  /// What a process does in a container cannot be carried out again, and what a recording answers changes nothing.
  [[nodiscard]] Ledger* kept_changes() {
    if (settings_.platform_folder.empty() || containers_ || player_) return nullptr;
    constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
    ledger_.emplace(memory_store({.world = world_.text(), .seed = settings_.seed}, kMostBytes));
    return &*ledger_;
  }

  [[nodiscard]] std::unique_ptr<ScenarioContainers> make_containers() const {
    if (!scenario_.containers) return nullptr;
    return std::make_unique<ScenarioContainers>(
        ScenarioContainers::Parts{.spec = *scenario_.containers,
                                  .sandbox = sandbox_,
                                  .client = clients_.usual(),
                                  .alias = kUsualExecutable,
                                  .world = world_,
                                  .real_time_limit = scenario_.timeout.value_or(settings_.timeout),
                                  .program = settings_.program});
  }

  void name_places() {
    places_.add_server(server_.base_url(), "[API]");
    places_.add_server(proxy_.url(), "[PROXY]");
    if (containers_) places_.add_port(containers_->proxy_url(), "[PROXY]");
    places_.add(sandbox_.work().string(), "[WORK]");
    places_.add(sandbox_.home().string(), "[HOME]");
    places_.add(sandbox_.path().string(), "[SANDBOX]");
    for (const auto& [name, client] : clients_.all()) places_.add(client.unpacked.string(), "[CLIENT]");
  }

  void set_variables() {
    for (const World::Token& token : world_.tokens()) real_["TOKEN_" + variable_name(token.name)] = token.value;
    if (token_) real_["TOKEN"] = token_->value;
    if (!token_ && !world_.tokens().empty()) real_["TOKEN"] = world_.tokens().front().value;  // to be typed
    real_["API_URL"] = server_.base_url();
    real_["CLIENT"] = clients_.usual().profile.executable;
    real_["HOME"] = sandbox_.home().string();
    real_["WORK"] = sandbox_.work().string();
    real_ = with(std::move(real_), scenario_.variables);
  }

  void furnish() {
    for (const auto& [name, client] : clients_.all()) {
      write_file_atomically(config_file(sandbox_, client.profile), client.profile.config.dump());
      sandbox_.link(client.profile.executable, client.binary);
    }
    // Scenarios are written for the usual brand; under another one the same word runs that one's client.
    sandbox_.link(kUsualExecutable, clients_.usual().binary);
    for (const std::string& tool : scenario_.tools) sandbox_.link_tool(tool);
    write_files(scenario_.files);
  }

  void write_files(const std::vector<GivenFile>& files) {
    for (GivenFile file : files) {
      file.path = substitute(file.path, real_);
      file.content = substitute(file.content, real_);
      sandbox_.write(file);
      hunt_.give_file(file);
    }
  }

  /// True if every expectation held.
  bool run_step(const Step& step) {
    StepResult& result = result_.steps.emplace_back();
    result.at = step.at;
    result.command = step.kind == Step::Kind::kRun ? substitute(step.command, real_) : step.command;
    by_hand_.push_back(commands_.by_hand(step));
    const std::size_t first = server_.journal().size();
    StepEvidence evidence =
        step.kind == Step::Kind::kAdvance ? advance(step, first, result) : execute(step, first, result);
    if (containers_) report_jobs(evidence.history, result);
    hunt_.require_huntable(step.at);
    look_for_secrets(step, first, evidence, result);
    CoveredChecks checks{evidence, [this](const std::string& text) { return server_.secrets().cover(text); }};
    for (const auto& check : step.checks)
      std::ranges::move(checks.evaluate(*check), std::back_inserter(result.failures));
    for (const Capture& capture : step.captures) take(capture, evidence, result);
    return result.failures.empty();
  }

  /// Those that stand at the scenario and not at a step of it.
  void require_known_findings() {
    for (const ExposureLine& line : scenario_.exposure_lines) {
      const bool shown = std::ranges::any_of(exposures_, [&](const Exposure& exposure) { return line.fits(exposure); });
      if (line.known && line.somewhere && !shown) result_.steps.back().failures.push_back(known_finding_gone(line));
    }
  }

  void require_recording_used() {
    if (std::optional<Failure> failure = never_asked_failure(*scenario_.recording, *player_))
      result_.steps.back().failures.push_back(std::move(*failure));
  }

  void look_for_secrets(const Step& step, std::size_t first, StepEvidence& evidence, StepResult& result) {
    std::vector<std::string> wanted;
    for (const Capture& capture : step.captures) {
      const auto taken = read_capture(capture, evidence);
      if (const auto* const text = std::get_if<std::string>(&taken)) wanted.push_back(places_.reveal(*text));
    }
    if (containers_) {
      const std::vector<JobProcesses> jobs = containers_->runner().take_processes();
      hunt_.add(jobs);
      std::ranges::move(remarks_on(jobs), std::back_inserter(result.remarks));
    }
    evidence.exposures = hunt_.look(raw_, result.subcommand, first, std::move(wanted));
    raw_ = {};
    std::ranges::copy_if(evidence.exposures, std::back_inserter(exposures_), [&](const Exposure& exposure) {
      return std::ranges::any_of(scenario_.exposure_lines,
                                 [&](const ExposureLine& line) { return line.fits(exposure); });
    });
    std::ranges::move(remarks_on(evidence.exposures, step.exposure_lines), std::back_inserter(result.remarks));
  }

  void report_jobs(const History& history, StepResult& result) {
    for (const RefusingProxy::Contact& contact : containers_->take_contacts()) {
      hunt_.add(contact);
      add_once(result.remarks,
               fmt::format("foreign host contacted from a container: {} {}", contact.method, contact.host));
    }
    result.jobs = job_lines_.since_last(history, server_.now(),
                                        [this](const std::string& text) { return server_.secrets().cover(text); });
  }

  StepEvidence advance(const Step& step, std::size_t first, StepResult& result) {
    server_.advance(step.advance);
    result.outcome = format_duration(step.advance) + " of platform time passed";
    return evidence_since(first);
  }

  StepEvidence execute(const Step& step, std::size_t first, StepResult& result) {
    write_files(step.files);
    const Command command = commands_.of(step);
    result.subcommand = subcommand_of(command.argv, {clients_.of(step).profile.executable, kUsualExecutable});
    (void)proxy_.take_contacts();  // of what an earlier step left behind
    hunt_.give(command, step.kind == Step::Kind::kShell ? commands_.named_in_shell(step) : Variables{});
    const std::chrono::microseconds began = since_server_.elapsed();
    const Time before = server_.now();
    auto [finished, report] = run_attached(command, clients_.of(step).profile.name);

    raw_ = std::move(finished);
    StepEvidence evidence = evidence_since(first);
    evidence.finished = cut_to_be_shown(raw_);
    for (std::string* const text : {&evidence.finished.stdout_text, &evidence.finished.stderr_text})
      *text = places_.hide(*text);
    evidence.client = report;
    for (const RefusingProxy::Contact& contact : proxy_.take_contacts()) {
      hunt_.add(contact);
      add_once(evidence.foreign_hosts, contact.host);
      add_once(result.remarks, fmt::format("foreign host contacted: {} {}", contact.method, contact.host));
    }
    fill(result, evidence, began);
    if (settings_.timeline && result.platform_time.count() > 0) {
      waits_.push_back({.lane = "client " + clients_.of(step).profile.name,
                        .kind = Span::Kind::kBlocked,
                        .from = before,
                        .to = server_.now(),
                        .label = result.command,
                        .detail = "waited for " + result.blocked_on,
                        .failed = result.exit_code != 0});
    }
    return evidence;
  }

  std::pair<Finished, ClientReport> run_attached(const Command& command, const std::string& name) {
    const ClientSession session = server_.attach(name);
    StopRequest stop;
    struct Watch {
      Watch(DeadlockStop& watched, StopRequest* running) : deadlock{watched} { deadlock.watch(running); }
      Watch(const Watch&) = delete;
      Watch& operator=(const Watch&) = delete;
      ~Watch() { deadlock.watch(nullptr); }
      DeadlockStop& deadlock;
    } const watch{deadlock_, &stop};
    Finished finished = run_command(command, &stop);
    return {std::move(finished), session.report()};
  }

  StepEvidence evidence_since(std::size_t first) {
    StepEvidence evidence;
    evidence.work = sandbox_.work();
    evidence.home = sandbox_.home();
    if (containers_) evidence.history = containers_->named(server_.history(), places_);
    for (Exchange& exchange : server_.journal().entries(first)) {
      if (exchange.client_id != 0) continue;  // of a client in a container
      evidence.exchanges.push_back(places_.hide(std::move(exchange)));
    }
    evidence.activities = server_.activities();
    for (const LiveGrant& grant : server_.live_grants()) evidence.live_tokens.push_back(grant.name);
    if (player_) evidence.misses = player_->misses(std::exchange(misses_seen_, player_->misses().size()));
    evidence.inspect = [this](const std::string& path) { return server_.inspect(path); };
    for (const auto& [name, value] : real_) evidence.variables[name] = places_.hide(value);
    return evidence;
  }

  void fill(StepResult& result, const StepEvidence& evidence, std::chrono::microseconds began) const {
    result.outcome = describe(evidence.finished.outcome);
    if (const auto* const exited = std::get_if<Exited>(&evidence.finished.outcome)) result.exit_code = exited->code;
    if (settings_.exchanges) result.exchanges = whole_exchanges(evidence.exchanges, world_began_);
    result.stdout_text = evidence.finished.stdout_text;
    result.stderr_text = evidence.finished.stderr_text;
    result.requests = request_lines(evidence.exchanges, began, world_began_);
    std::ranges::move(remarks_on(evidence.finished), std::back_inserter(result.remarks));
    result.platform_time = evidence.client.platform_time;
    result.blocked_on = describe_waits(evidence.client);
    result.wall_time = evidence.finished.wall_time;
  }

  void take(const Capture& capture, const StepEvidence& evidence, StepResult& result) {
    auto taken = read_capture(capture, evidence);
    if (auto* const failure = std::get_if<Failure>(&taken)) {
      result.failures.push_back(std::move(*failure));
    } else {
      real_[capture.name] = places_.reveal(std::get<std::string>(taken));
    }
  }

  const Scenario& scenario_;
  const RunSettings& settings_;
  ScenarioResult& result_;
  std::optional<LoginTurn> login_turn_;  // where it may log in with a browser
  ScenarioClients clients_;
  Variables real_;                  // values as programs need them; checks see names instead of places
  std::shared_ptr<Player> player_;  // null without a recording
  std::size_t misses_seen_ = 0;
  World world_;
  std::optional<World::Token> token_;
  DeadlockStop deadlock_;
  Sandbox sandbox_;
  std::unique_ptr<ScenarioContainers> containers_;  // before the server that uses it
  std::optional<Ledger> ledger_;                    // likewise; where the platform may be left
  MockServer server_;
  Stopwatch since_server_;  // the journal's wall time, but for the microseconds between the two lines
  Time world_began_;
  StepHunt hunt_;
  std::vector<Exposure> exposures_;  // that some line at the scenario lets pass
  Finished raw_;                     // what the step's command wrote and started, as it was
  RefusingProxy proxy_;
  StepCommands commands_{{.scenario = scenario_,
                          .sandbox = sandbox_,
                          .clients = clients_,
                          .values = real_,
                          .api_url = server_.base_url(),
                          .proxy_url = proxy_.url(),
                          .token = token_ ? std::optional{token_->value} : std::nullopt,
                          .timeout = settings_.timeout}};
  Places places_;
  JobLines job_lines_;
  std::vector<std::string> by_hand_;
  std::vector<Span> waits_;  // of clients, for the timeline
};

ScenarioResult described(const Scenario& scenario, const RunSettings& settings) {
  return {.id = scenario.id(),
          .file = scenario.file,
          .line = scenario.at.line,
          .name = scenario.title(),
          .tags = scenario.tags,
          .client = scenario.client.empty() ? settings.client : scenario.client};
}

void set_verdict(ScenarioResult& result) {
  const bool failed = std::ranges::any_of(result.steps, [](const StepResult& step) { return !step.failures.empty(); });
  result.verdict = failed ? Verdict::kFailed : Verdict::kPassed;
}

/// Carries `work` out; what it throws is the scenario's error.
template <class Work>
void as_error_of(ScenarioResult& result, const Work& work) {
  const auto broken = [&](const std::exception& error, bool bad_input) {
    result.verdict = Verdict::kError;
    result.reason = error.what();
    result.bad_input = bad_input;
  };
  try {
    work();
  } catch (const InputError& error) {
    broken(error, true);
  } catch (const std::exception& error) {
    broken(error, false);
  }
}

std::string client_version(const Scenario& scenario, const RunSettings& settings) {
  return ScenarioClients{scenario, settings}.usual().version;
}

}  // namespace

RunSettings default_settings(const std::filesystem::path& sandbox_folder) {
  RunSettings settings{.root = project_root(), .sandbox_folder = sandbox_folder};
  settings.clients.folders = {settings.root / "fixtures/clients"};
  settings.worlds.folders = {settings.root / "fixtures/worlds"};
  settings.cache_folder = client_cache_folder(settings.root, sandbox_folder);
  return settings;
}

void prepare(RunSettings& settings) {
  const ClientProfile profile = settings.clients.find(settings.client, {"--client", 0, 0});
  const std::filesystem::path binary = find_client_binary(profile, settings.root);
  settings.warm.insert_or_assign(settings.client, warm_up(profile, binary, settings.cache_folder));
}

ScenarioResult run_scenario(const Scenario& scenario, const RunSettings& settings) {
  const Stopwatch stopwatch;
  ScenarioResult result = described(scenario, settings);
  SecretRegistry drawn;  // for complaints about a scenario that does not even start
  as_error_of(result, [&] {
    const Variables secrets = draw_secrets(scenario.secrets, settings.seed);
    for (const auto& [name, value] : secrets) drawn.add({name, value, SecretKind::kOther, SecretOrigin::kWorld});
    if (auto reason = reason_to_skip(scenario, [&] { return client_version(scenario, settings); })) {
      result.verdict = Verdict::kSkipped;
      result.reason = std::move(*reason);
      return;
    }
    ScenarioRun run{scenario, settings, secrets, result};
    set_verdict(result);
    as_error_of(result, [&] {
      run.run();
      set_verdict(result);
    });
    as_error_of(result, [&] { run.give_platform(); });
    as_error_of(result, [&] { run.leave_platform_if_wanted(); });
    as_error_of(result, [&] { run.keep_if_wanted(); });
    if (settings.timeline) result.timeline = run.timeline();
    try {
      result = run.presentable();
    } catch (...) {
      result.steps.clear();  // nobody knows what is in there
      result.timeline.reset();
      throw;
    }
  });
  for (std::string* const text : {&result.reason, &result.name}) *text = drawn.cover(*text);
  for (std::string& tag : result.tags) tag = drawn.cover(tag);
  result.wall_time = stopwatch.elapsed();
  return result;
}

}  // namespace understudy
