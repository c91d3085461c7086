// `understudy findings`: what the client is known to do wrong, as the scenarios say it.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/scenario.hpp"
#include "scenario/covered_errors.hpp"

namespace understudy {
namespace {

using nlohmann::json;

struct FindingsOptions {
  std::vector<std::string> paths{};
  bool allowed = false;
  bool as_json = false;
};

/// One reason, and everywhere that it is given.
struct Finding {
  std::string reason;
  std::vector<std::string> what{};       ///< "access token in argument of *"
  std::vector<std::string> scenarios{};  ///< "scenarios/commands/api/curl.yaml:8"
};

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

/// In the order of the files.
std::vector<Finding> read_findings(const FindingsOptions& options) {
  std::vector<Finding> findings;
  for (const std::filesystem::path& file : find_files(options.paths)) {
    for (const Scenario& scenario : load_scenarios(file)) {
      for (const auto& steps : {scenario.steps, scenario.finally}) {
        for (const Step& step : steps) {
          for (const ExposureLine& line : step.exposure_lines) {
            if (line.known == options.allowed) continue;
            const std::string reason = covered(line.reason, scenario);
            auto found = std::ranges::find(findings, reason, &Finding::reason);
            if (found == findings.end()) found = findings.insert(findings.end(), {.reason = reason});
            add_once(found->what, covered(line.what(), scenario));
            add_once(found->scenarios, scenario.id());
          }
        }
      }
    }
  }
  return findings;
}

void print(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    std::cout << finding.reason << '\n';
    for (const std::string& what : finding.what) std::cout << "    " << what << '\n';
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < std::min(kShown, finding.scenarios.size()); ++i)
      std::cout << "    at " << finding.scenarios[i] << '\n';
    if (finding.scenarios.size() > kShown)
      std::cout << fmt::format("    and in {} more scenarios\n", finding.scenarios.size() - kShown);
    std::cout << '\n';
  }
}

int list_findings(FindingsOptions options) {
  if (options.paths.empty()) options.paths.emplace_back("scenarios");
  const std::vector<Finding> findings = read_findings(options);
  if (options.as_json) {
    json list = json::array();
    for (const Finding& finding : findings)
      list.push_back({{"reason", finding.reason}, {"what", finding.what}, {"scenarios", finding.scenarios}});
    std::cout << list.dump(2) << '\n';
    return 0;
  }
  print(findings);
  std::cout << fmt::format(
      "{} {}; a run of these scenarios fails as soon as one of them {}\n", findings.size(),
      options.allowed ? "reasons why a secret may show where the table forbids it" : "findings about the client",
      options.allowed ? "shows where no line lets it" : "does not show any more");
  return 0;
}

}  // namespace

Action declare_findings(CLI::App& app) {
  const auto options = std::make_shared<FindingsOptions>();
  app.add_option("paths", options->paths, "files and folders; scenarios/ if none is given")
      ->type_name("")
      ->option_text("PATH...");
  app.add_flag("--allowed", options->allowed, "the lines of allow: instead of those of known:");
  app.add_flag("--json", options->as_json, "for programs");
  return [options](const std::string&) { return list_findings(*options); };
}

}  // namespace understudy
