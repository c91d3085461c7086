#include "leak_scenario.hpp"

namespace understudy::leaks {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void add_secret(const PlantedSecret& secret, json& given, json& scenario) {
  const std::string number = secret.name.substr(secret.name.find_last_not_of("0123456789") + 1);
  switch (secret.kind) {
    case Kind::kToken:
      given["tokens"]["t" + number] = {{"user", "bot"}, {"value", secret.value}};
      break;
    case Kind::kAwkward:
      given["projects"]["p"]["variables"]["env:S" + number] = {{"value", secret.value}, {"is_sensitive", true}};
      break;
    case Kind::kKey:
      given["projects"]["p"]["certificates"]["c" + number] = {{"key", secret.value}};
      break;
    case Kind::kJwt:
    case Kind::kShort:
      scenario["secrets"][secret.name] = secret.value;
      break;
  }
}

}  // namespace

LeakScenario::LeakScenario() {
  settings_.sandbox_folder = folder_.path() / "sandboxes";
  fs::create_directory(settings_.sandbox_folder);
  fs::create_directory(folder_.path() / "unpacked");
  settings_.program = SHIM_PROGRAM;
  settings_.client = "leaky";
  settings_.warm["leaky"] = {.profile = {.name = "leaky",
                                         .executable = "leaky",
                                         .env_prefix = "T_",
                                         .service_env_prefix = "PLATFORM_",
                                         .config = {{"application", 1}}},
                             .binary = LEAKY_CLIENT,
                             .unpacked = folder_.path() / "unpacked",
                             .version = "5.11.1"};
}

ScenarioResult LeakScenario::run(const Leak& leak, const std::vector<PlantedSecret>& secrets, Setting setting) {
  const std::string plan = plan_file::text_of(leak.acts);
  json given = leak.given;
  given["users"]["bot"] = json::object();
  given["tokens"]["own"] = {{"user", "bot"}};
  given["token"] = "own";
  given["projects"]["p"]["owner"] = "bot";
  json& environment = given["projects"]["p"]["environments"]["main"] = json::object();
  json scenario{{"scenario", "leaks"}, {"any-host", true}};
  for (const PlantedSecret& secret : secrets) add_secret(secret, given, scenario);
  if (setting == Setting::kContainer) {
    given["clock"] = "2026-03-01T02:55:00Z";
    environment["deployment"]["webapps"]["app"] = {
        {"mounts", {{"data", {{"source", "local"}}}}},
        {"crons", {{"c", {{"spec", "0 3 * * *"}, {"commands", {{"start", "leaky leak plan"}}}}}}}};
    scenario.update({{"containers", true}, {"files", {{"plan", plan}}}, {"steps", {{{"advance", "10m"}}}}});
  } else {
    json step{{"run", "leaky leak " + folder_.write("plan", plan).string()}};
    if (setting == Setting::kTerminal) step["tty"] = json::array();
    scenario["steps"] = {step};
  }
  scenario["given"] = given;
  return run_scenario(parse_scenarios(scenario.dump(), "s.yaml").at(0), settings_);
}

std::vector<Reported> reported(const std::vector<Failure>& failures, std::vector<std::string>& others) {
  constexpr std::string_view kOnly = " only where it may be";
  std::vector<Reported> result;
  for (const Failure& failure : failures) {
    if (failure.subject != "secrets" || !failure.expected.ends_with(kOnly)) {
      others.push_back(failure.subject + ": " + failure.expected + ": " + failure.actual);
      continue;
    }
    const std::size_t spot = failure.actual.rfind(" (");
    const std::size_t shape = failure.actual.find("): ", spot);
    result.push_back({.secret = failure.expected.substr(0, failure.expected.size() - kOnly.size()),
                      .place = failure.actual.substr(3, spot - 3),
                      .shape = failure.actual.substr(shape + 3)});
  }
  return result;
}

}  // namespace understudy::leaks
