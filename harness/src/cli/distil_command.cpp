// `understudy distil`: a world of a recording.

#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/safe_options.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "recordings/distil.hpp"

namespace understudy {
namespace {

struct DistilArguments {
  std::string file{};
  std::string out{};
  SafeOptions safe{};
  bool force = false;
};

int distil_file(const DistilArguments& arguments) {
  require_writable("--out", arguments.out);
  Recording safe = without_secrets(read_har(arguments.file), arguments.safe);
  safe.file = arguments.file;
  const Distilled distilled = distil(safe);
  if (arguments.out == kStandardOutput) {
    std::cout << distilled.yaml << std::flush;
  } else {
    write_new("--out", arguments.out, distilled.yaml, arguments.force);
  }
  for (const std::string& what : distilled.not_distilled) std::cerr << printable(what) << '\n';
  std::cerr << fmt::format("{} answers of {} that were asked again have the same content\n", distilled.same,
                           distilled.asked);
  return 0;
}

}  // namespace

Action declare_distil(CLI::App& app) {
  auto arguments = std::make_shared<DistilArguments>();
  app.add_option("file", arguments->file, "a recording")->required()->type_name("")->option_text("FILE.har");
  app.add_option("--out", arguments->out, "the world to write; - for standard output")
      ->required()
      ->option_text("WORLD.yaml");
  declare_safety(app, arguments->safe);
  app.add_flag("--force", arguments->force, "replace the file if it is there");
  return [arguments](const std::string&) { return distil_file(*arguments); };
}

}  // namespace understudy
