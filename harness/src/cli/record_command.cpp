// `understudy record`: from the arguments to a file.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "record/record.hpp"
#include "record/record_scenario.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

struct RecordArguments {
  RecordOptions options{};
  std::string out{};
  std::string world{};
  std::string listen{};
  std::vector<std::string> scenarios{};
  bool force = false;
  std::vector<std::string> command{};
};

constexpr const char* kUsualFile = "recording.har";

void require_new(const std::string& file, bool force) {
  require_writable("--out", file);
  if (!force && fs::exists(file) && fs::is_regular_file(file))
    throw UsageError{fmt::format("--out {}: there is such a file already; --force replaces it", file)};
}

std::uint16_t read_port(const std::string& text) {
  if (text == "any") return 0;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text.size() <= 5;
  const int port = digits ? std::stoi(text) : -1;
  if (port < 1 || port > 65535) throw UsageError{fmt::format("--listen: \"{}\" is no port", text)};
  return static_cast<std::uint16_t>(port);
}

int finish(const std::string& file, const Recorded& recorded) {
  for (const std::string& remark : recorded.remarks) std::cerr << "understudy: " << printable(remark) << '\n';
  write_recording(file, recorded.redacted);
  const Recording& recording = recorded.redacted.recording;
  std::cerr << fmt::format("understudy: {} in {}, {} taken out\n", counted(recording.exchanges.size(), "request"), file,
                           counted(recording.placeholders.size(), "secret"));
  return recorded.exit_code;
}

void check(const RecordArguments& arguments) {
  const RecordOptions& options = arguments.options;
  const bool is_real = !options.upstream.empty();
  if (!is_real && (!options.auth.empty() || !options.others.empty() || !options.authorities.empty()))
    throw UsageError{"--auth, --also and --ca are about a real API: name it with --upstream"};
  if (is_real && !options.place.token.empty())
    throw UsageError{
        "--token names one of a world; for --upstream set the client's own variable, "
        "like OVHCLOUD_WEBPAAS_CLI_TOKEN"};
  if (is_real && !arguments.world.empty())
    throw UsageError{
        "--upstream and --world: one of them answers the requests; leave --world out to record a real API"};
  if (!arguments.listen.empty() && !arguments.command.empty())
    throw UsageError{"--listen is for clients elsewhere: it runs no command"};
  if (arguments.scenarios.empty()) return;
  if (is_real || !arguments.listen.empty() || !arguments.command.empty() || !options.place.token.empty() ||
      !arguments.world.empty())
    throw UsageError{
        "--scenario says what is run, in which world and with which token: no command, --world, --token, --upstream "
        "or --listen beside it"};
  if (arguments.out.empty()) throw UsageError{"--scenario needs --out FOLDER: there is a file for each"};
  if (fs::exists(arguments.out) && !fs::is_directory(arguments.out))
    throw UsageError{fmt::format("--out {}: it is no folder", arguments.out)};
}

/// "expiry-32.har" for scenarios/auth/expiry.yaml:32, one file for each.
std::string file_of(const Scenario& scenario, const std::string& folder) {
  return (fs::path{folder} / fmt::format("{}-{}.har", fs::path{scenario.file}.stem().string(), scenario.at.line))
      .string();
}

int record_scenarios(const RecordArguments& arguments) {
  const std::vector<Candidate> found = find_scenarios(arguments.scenarios);
  for (const Candidate& each : found) require_new(file_of(each.scenario, arguments.out), arguments.force);
  ScenarioRecorder recorder{arguments.options};
  int exit_code = 0;
  for (const Candidate& each : found) {
    const RecordedScenario recorded = recorder.record(each.scenario);
    const std::string name = fmt::format("{} {}", recorded.result.id, recorded.result.name);
    std::cerr << fmt::format("understudy: {}: {}{}{}\n", printable(name), to_string(recorded.result.verdict),
                             recorded.result.reason.empty() ? "" : ", ", printable(recorded.result.reason));
    if (is_broken(recorded.result.verdict)) exit_code = std::max(exit_code, recorded.result.bad_input ? 2 : 1);
    if (recorded.redacted) finish(file_of(each.scenario, arguments.out), {.redacted = *recorded.redacted});
  }
  return exit_code;
}

int record_command(const RecordArguments& arguments) {
  check(arguments);
  if (!arguments.scenarios.empty()) return record_scenarios(arguments);
  const std::string file = arguments.out.empty() ? kUsualFile : arguments.out;
  require_new(file, arguments.force);
  RecordOptions options = arguments.options;
  if (!arguments.world.empty()) options.place.world = arguments.world;
  options.command = command_words(arguments.command);
  if (!arguments.listen.empty()) options.listen = read_port(arguments.listen);
  const Recorded recorded = record(options);
  require_new(file, arguments.force);  // somebody else may have been quicker
  return finish(file, recorded);
}

}  // namespace

Action declare_record(CLI::App& app) {
  auto arguments = std::make_shared<RecordArguments>();
  RecordOptions& options = arguments->options;
  app.add_option("--out", arguments->out, "the file to write, recording.har if not given; with --scenario a folder")
      ->option_text("FILE.har");
  app.add_option("--scenario", arguments->scenarios,
                 "run a scenario (FILE, FILE:LINE, or a folder of them) and record each to a file of its own")
      ->option_text("FILE")
      ->allow_extra_args(false);
  app.add_flag("--force", arguments->force, "replace it if it is there");
  app.add_option("--upstream", options.upstream, "URL of a real API; a fresh fake if not given")->option_text("URL");
  app.add_option("--auth", options.auth, "URL of its OAuth 2 endpoints and certifier; the API's if not given")
      ->option_text("URL");
  app.add_option("--also", options.others, "URL of another host that its answers lead to; may be repeated")
      ->option_text("URL")
      ->allow_extra_args(false);
  app.add_option("--ca", options.authorities, "certificates (PEM) to believe beside the system's")->option_text("FILE");
  app.add_flag("--listen{any}", arguments->listen,
               "serve clients elsewhere until SIGINT or SIGTERM; --listen=PORT: on this port of 127.0.0.1");
  app.add_flag("--anonymize", options.anonymize, "replace e-mail addresses, names of people and host names, too");
  app.add_option("--secret", options.fields, "a header, parameter or JSON key that holds secrets; may be repeated")
      ->option_text("NAME")
      ->allow_extra_args(false);
  app.add_option("--world", arguments->world, "of the fake: a world of the project, or a file; demo if not given")
      ->option_text("WORLD");
  app.add_option("--token", options.place.token, "the world's token that the client has; its first if not given")
      ->option_text("NAME");
  app.add_option("--client", options.place.client, "client profile: webpaas, upsun or platform")->option_text("NAME");
  app.add_option("--seed", options.seed, "what the fake draws ids and tokens from; 1 if not given")->option_text("N");
  declare_command(app, arguments->command);
  return [arguments](const std::string&) { return record_command(*arguments); };
}

}  // namespace understudy
