// `understudy verify`: do the requests of a recording still get such answers?

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "recordings/live.hpp"
#include "recordings/verify_report.hpp"

namespace understudy {
namespace {

struct VerifyArguments {
  std::string file{};
  std::string upstream{};
  std::string auth{};
  std::string authorities{};
  std::string world{};
  std::string token{};
  bool writes = false;
  bool strict = false;
  std::string json{};
  std::string max_age{};
  std::string timeout = "30s";
};

Milliseconds duration_of(const std::string& option, const std::string& text) {
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (!duration || duration->count() <= 0)
    throw UsageError{fmt::format("{} \"{}\": expected a time, for instance 90d or 12h", option, text)};
  return *duration;
}

std::string too_old(const VerifyArguments& arguments, const std::optional<Time>& recorded) {
  if (arguments.max_age.empty()) return {};
  const Milliseconds most = duration_of("--max-age", arguments.max_age);
  if (!recorded) return "the recording does not say when it was made; --max-age " + arguments.max_age;
  const Milliseconds age = parse_time(current_timestamp()).value() - *recorded;
  if (age <= most) return {};
  return fmt::format("the recording is too old: of {}, {} ago; --max-age {}", format_time(*recorded),
                     format_duration(std::chrono::floor<std::chrono::hours>(age)), arguments.max_age);
}

/// Writes the reports, with secrets covered; the exit code.
int tell(const VerifyArguments& arguments, const VerifyReport& report, const SecretRegistry& secrets) {
  const std::string json =
      verify_json(report).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  if (arguments.json != kStandardOutput) std::cout << secrets.cover(verify_text(report)) << std::flush;
  if (!arguments.json.empty()) put(arguments.json, secrets.cover(json));
  return has_drift(report) ? 1 : 0;
}

/// An API token must not be an argument: everybody on the machine can read those.
std::string token_from_environment(const std::string& name) {
  if (name.empty()) return {};
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0')
    throw UsageError{
        fmt::format("--token {}: with --upstream it is the variable that holds an API token, and that is "
                    "not set",
                    name)};
  return value;
}

int verify_file(const VerifyArguments& arguments) {
  if (!arguments.upstream.empty() && !arguments.world.empty())
    throw UsageError{"--upstream and --world: one of them answers the requests"};
  if (arguments.upstream.empty() && !(arguments.auth.empty() && arguments.authorities.empty()))
    throw UsageError{"--auth and --ca are about a real API: name it with --upstream"};
  require_writable("--json", arguments.json);
  const Recording recording = read_har(arguments.file);
  if (recording.exchanges.empty()) throw InputError{{arguments.file, 1, 1}, "there is no request in it"};
  const std::optional<Time> recorded = recorded_at(recording);
  const std::string age = too_old(arguments, recorded);
  const auto limit = std::chrono::ceil<std::chrono::seconds>(duration_of("--timeout", arguments.timeout));
  VerifySettings settings{.writes = arguments.writes, .strict = arguments.strict};
  SecretRegistry secrets;
  Verified verified;
  if (arguments.upstream.empty()) {
    const std::string world = arguments.world.empty() ? "demo" : arguments.world;
    verified = verify_with_world(recording, world, arguments.token, settings, limit, secrets);
  } else {
    settings.api_token = token_from_environment(arguments.token);
    verified = verify_with_upstream(
        recording, {.api = arguments.upstream, .auth = arguments.auth, .authorities = arguments.authorities}, settings,
        limit, secrets);
  }
  return tell(arguments,
              {.recording = recording,
               .verification = verified.verification,
               .against = verified.against,
               .too_old = age,
               .recorded = recorded},
              secrets);
}

}  // namespace

Action declare_verify(CLI::App& app) {
  auto arguments = std::make_shared<VerifyArguments>();
  app.add_option("file", arguments->file, "a recording")->required()->type_name("")->option_text("FILE.har");
  app.add_option("--world", arguments->world,
                 "name of a world, or a file, that the fake begins with; demo if not given")
      ->option_text("WORLD");
  app.add_option("--upstream", arguments->upstream, "ask this server instead of the fake")->option_text("URL");
  app.add_option("--auth", arguments->auth, "the server that /oauth2/ belongs to; that of --upstream if not given")
      ->option_text("URL");
  app.add_option("--ca", arguments->authorities, "certificates that are believed beside the system's, as PEM")
      ->option_text("FILE");
  app.add_option("--token", arguments->token,
                 "the world's token that is exchanged, its first if not given, none for none; with --upstream: the "
                 "environment variable that holds an API token")
      ->option_text("NAME");
  app.add_flag("--writes", arguments->writes, "send to --upstream what changes something there, too");
  app.add_flag("--strict", arguments->strict,
               "also what one pair of answers cannot prove: null that became a text, 1 that became 1.5, a field that "
               "only some items of a list had");
  app.add_option("--max-age", arguments->max_age, "exit code 1 if the newest request is older: 90d")
      ->option_text("TIME");
  app.add_option("--timeout", arguments->timeout, "that the other side may be silent; 30s if not given")
      ->option_text("TIME");
  app.add_flag("--json{-}", arguments->json, "print a document for programs; --json=FILE: write it there")
      ->option_text("[=FILE]");
  return [arguments](const std::string&) { return verify_file(*arguments); };
}

}  // namespace understudy
