// `understudy import` and `understudy export`: recordings of others, and for others.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/safe_options.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "mock_server/import.hpp"
#include "mock_server/wiremock.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

struct ImportArguments {
  std::string from{};
  std::string out{};
  std::vector<std::string> hosts{};
  std::vector<std::string> paths{};
  std::vector<std::string> servers{};  ///< "OLD=NEW"
  SafeOptions safe{};
  bool partly = false;
  bool force = false;
};

struct ExportArguments {
  std::string file{};
  std::string wiremock{};
  std::string har{};
  SafeOptions safe{};
  bool force = false;
};

std::pair<std::string, std::string> renamed(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto is_server = [](const std::string& server) {
    const bool known = server.starts_with("https://") || server.starts_with("http://");
    return known && server.find('/', server.find("://") + 3) == std::string::npos;
  };
  if (equals == std::string::npos || !is_server(text.substr(0, equals)) || !is_server(text.substr(equals + 1)))
    throw UsageError{
        fmt::format("--server {}: expected OLD=NEW, for instance "
                    "https://api.eu.example.com=https://api.example.com",
                    text)};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

ImportSettings settings_of(const ImportArguments& arguments) {
  ImportSettings settings{.hosts = arguments.hosts, .paths = arguments.paths};
  for (const std::string& server : arguments.servers) settings.servers.push_back(renamed(server));
  return settings;
}

/// What of the mappings could not be taken over; InputError if that is too much.
Recording from_wiremock(const ImportArguments& arguments) {
  FromWireMock from = read_wiremock(arguments.from);
  std::size_t errors = 0;
  for (const WireMockProblem& problem : from.problems) {
    std::cerr << fmt::format("{}: {}{}\n", to_string(problem.at), problem.is_error ? "" : "warning: ", problem.text);
    errors += problem.is_error ? 1 : 0;
  }
  if (errors > 0 && !arguments.partly)
    throw InputError{{arguments.from, 0, 0},
                     fmt::format("{} cannot be said by a recording", counted(errors, "thing")),
                     "--partly takes the other mappings"};
  return std::move(from.recording);
}

void tell_left_out(const std::vector<LeftOut>& left_out) {
  for (const LeftOut& left : left_out)
    std::cout << fmt::format("left out: {}: {} (first at {}: {})\n", counted(left.count, "request"),
                             printable(left.reason), to_string(left.first), printable(left.example));
}

int import(const ImportArguments& arguments) {
  require_writable("--out", arguments.out);
  if (!fs::exists(arguments.from)) throw UsageError{fmt::format("there is no {}", arguments.from)};
  const ImportSettings settings = settings_of(arguments);
  const bool mappings = is_wiremock(arguments.from);
  Imported imported =
      mappings ? Imported{.recording = from_wiremock(arguments)} : keep_api(read_har(arguments.from), settings);
  tell_left_out(imported.left_out);
  if (imported.recording.exchanges.empty())
    throw InputError{{arguments.from, 0, 0}, "nothing of an API is left", "--host and --path say what belongs to it"};
  const Recording safe = without_secrets(std::move(imported.recording), arguments.safe);
  write_new("--out", arguments.out, to_har(safe), arguments.force);
  std::cout << fmt::format("{}: {}, {}\n", arguments.out, counted(safe.exchanges.size(), "request"),
                           counted(safe.placeholders.size(), "placeholder"));
  return 0;
}

/// A folder of somebody's mappings is not mixed with ours.
void write_mappings(const ExportArguments& arguments, const Recording& recording) {
  const fs::path folder = arguments.wiremock;
  if (!arguments.force && fs::exists(folder / "mappings") && !fs::is_empty(folder / "mappings"))
    throw InputError{
        {"--wiremock", 0, 0}, fmt::format("there are mappings in {} already", folder.string()), "--force adds to them"};
  const std::map<std::string, std::string> files = to_wiremock(recording);
  for (const auto& [name, content] : files) write_file_atomically(folder / name, content);
  std::cout << fmt::format("{}: {}\n", folder.string(), counted(recording.exchanges.size(), "mapping"));
}

int export_recording(const ExportArguments& arguments) {
  if (arguments.wiremock.empty() == arguments.har.empty())
    throw UsageError{"expected one of --wiremock FOLDER and --har FILE"};
  const Recording safe = without_secrets(read_har(arguments.file), arguments.safe);
  if (!arguments.wiremock.empty()) {
    write_mappings(arguments, safe);
    return 0;
  }
  require_writable("--har", arguments.har);
  write_new("--har", arguments.har, to_har(safe), arguments.force);
  std::cout << fmt::format("{}: {}\n", arguments.har, counted(safe.exchanges.size(), "request"));
  return 0;
}

}  // namespace

Action declare_import(CLI::App& app) {
  auto arguments = std::make_shared<ImportArguments>();
  app.add_option("from", arguments->from, "a HAR of a browser or a proxy; a folder, or a file, of WireMock's mappings")
      ->required()
      ->type_name("")
      ->option_text("FILE");
  app.add_option("--out", arguments->out, "the recording to write")->required()->option_text("FILE.har");
  app.add_option(
         "--host", arguments->hosts,
         "keep requests to it, * stands for any part; those that answer like the API if not given; may be given "
         "again")
      ->option_text("HOST");
  app.add_option("--path", arguments->paths,
                 "keep requests to it and below; * is one segment, ** any; may be given again")
      ->option_text("PATH");
  app.add_option("--server", arguments->servers, "call a server otherwise, wherever it is named; may be given again")
      ->option_text("OLD=NEW");
  declare_safety(app, arguments->safe);
  app.add_flag("--partly", arguments->partly, "of WireMock's mappings, take those that can be taken");
  app.add_flag("--force", arguments->force, "replace the file if it is there");
  return [arguments](const std::string&) { return import(*arguments); };
}

Action declare_export(CLI::App& app) {
  auto arguments = std::make_shared<ExportArguments>();
  app.add_option("file", arguments->file, "a recording")->required()->type_name("")->option_text("FILE.har");
  app.add_option("--wiremock", arguments->wiremock, "write mappings/ and __files/ there")->option_text("FOLDER");
  app.add_option("--har", arguments->har, "write it as a HAR that others can read, without secrets")
      ->option_text("FILE");
  declare_safety(app, arguments->safe);
  app.add_flag("--force", arguments->force, "replace what is there");
  return [arguments](const std::string&) { return export_recording(*arguments); };
}

}  // namespace understudy
