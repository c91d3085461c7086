// `understudy serve`: from the arguments to the exit code.

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/console.hpp"
#include "serve/serve.hpp"

namespace understudy {
namespace {

struct ServeArguments {
  ServeOptions options{};
  std::string journal_limit{};
  std::string state{};
  bool env = false;
  bool stop = false;
  const CLI::Option* world_option = nullptr;
  const CLI::Option* seed_option = nullptr;
};

/// "64M", "512K", "1G"; a bare number is bytes.
std::size_t bytes_from(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  const std::size_t shift = unit == "K" || unit == "KiB"   ? 10
                            : unit == "M" || unit == "MiB" ? 20
                            : unit == "G" || unit == "GiB" ? 30
                            : unit.empty()                 ? 0
                                                           : 99;
  if (error != std::errc{} || shift == 99 || value == 0 || value > (std::size_t{1} << 40U))
    throw UsageError{fmt::format("--journal-limit \"{}\": expected a size, for instance 64M or 1G", text)};
  return value << shift;
}

int carry_out(ServeArguments& arguments, const std::string& program) {
  ServeOptions& options = arguments.options;
  options.folder = std::filesystem::current_path();
  options.program = program;
  options.version = UNDERSTUDY_VERSION;
  options.console = console_files();
  if (arguments.env && arguments.stop) throw UsageError{"--env and --stop exclude each other"};
  if (arguments.env) return print_env(options.folder);
  if (arguments.stop) return stop_server(options.folder);
  if (!arguments.journal_limit.empty()) options.journal_bytes = bytes_from(arguments.journal_limit);
  options.state = arguments.state;
  options.world_is_given = arguments.world_option->count() > 0;
  options.seed_is_given = arguments.seed_option->count() > 0;
  return serve(options);
}

}  // namespace

Action declare_serve(CLI::App& app) {
  auto arguments = std::make_shared<ServeArguments>();
  ServeOptions& options = arguments->options;
  arguments->world_option =
      app.add_option("--world", options.place.world, "name of a world of the project, or a file; demo if not given")
          ->option_text("WORLD");
  app.add_option(
         "--state", arguments->state,
         "keep the platform in FILE, and go on with what is there: nothing that was answered is lost, however the "
         "server ends. Holds tokens and passwords, so only you may read it (0600)")
      ->option_text("FILE");
  app.add_option("--token", options.place.token,
                 "the world's token that the client has; its first if not given, none for none")
      ->option_text("NAME");
  app.add_option("--client", options.place.client, "client profile: webpaas, upsun or platform")->option_text("NAME");
  app.add_option("--speed", options.speed,
                 "seconds of platform time to a second, at most 1000; 60 if not given; 0: by "
                 "hand only")
      ->option_text("N");
  app.add_option("--port", options.port, "where to listen; a free one if not given")->option_text("N");
  app.add_option("--bind", options.bind, "address to listen on; 127.0.0.1 if not given")->option_text("ADDRESS");
  app.add_flag("--allow-remote", options.allow_remote,
               "with --bind, an address that others reach, too: whoever does can use the fake as any of its users, "
               "unencrypted, and with the token in the console's URL control it");
  app.add_option("--journal-limit", arguments->journal_limit,
                 "how much of what was asked is remembered; 64M if not given")
      ->option_text("SIZE");
  arguments->seed_option =
      app.add_option("--seed", options.seed, "what ids and tokens are drawn from; 1 if not given")->option_text("N");
  app.add_flag("--env", arguments->env, "print what a shell is to evaluate to use the server of this folder");
  app.add_flag("--stop", arguments->stop, "end the server of this folder");
  return [arguments](const std::string& program) { return carry_out(*arguments, program); };
}

}  // namespace understudy
