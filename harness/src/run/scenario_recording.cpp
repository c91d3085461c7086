#include "run/scenario_recording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "run/scenario_world.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator{folder, ignored}) {
    if (entry.path().extension() == ".har") names.push_back(entry.path().lexically_relative(folder).string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

fs::path find_recording(const RecordingSpec& spec, const fs::path& scenario_file, const fs::path& root) {
  const fs::path shipped = root / "fixtures/recordings";
  for (const fs::path& folder : {scenario_file.parent_path(), shipped}) {
    for (const std::string& name : {spec.file, spec.file + ".har"}) {
      if (fs::is_regular_file(folder / name)) return folder / name;
    }
  }
  const std::string hint = did_you_mean(spec.file, names_in(shipped));
  throw InputError{spec.at,
                   fmt::format("there is no recording \"{}\", beside this file or in fixtures/recordings", spec.file),
                   hint.empty() ? "understudy record makes one" : hint};
}

std::shared_ptr<Player> make_player(const Scenario& scenario, const fs::path& root) {
  if (!scenario.recording) return nullptr;
  const RecordingSpec& spec = *scenario.recording;
  return std::make_shared<Player>(read_har(find_recording(spec, scenario.file, root)),
                                  ReplayOptions{.match = spec.match, .loose = spec.loose});
}

std::optional<World::Token> token_for(const Scenario& scenario, const World& world, const Player* player) {
  const bool is_strict = player != nullptr && !player->options().loose;
  if (is_strict && scenario.token.empty()) {
    if (const std::optional<std::string> recorded = player->api_token())
      return World::Token{.name = "recorded", .user = "", .value = *recorded};
  }
  return chosen_token(scenario, world);
}

std::optional<Failure> never_asked_failure(const RecordingSpec& spec, const Player& player) {
  if (spec.loose || spec.unused_allowed) return std::nullopt;
  const std::vector<NeverAsked> never = player.never_asked();
  if (never.empty()) return std::nullopt;
  Failure failure{.at = spec.at,
                  .subject = "recording",
                  .expected = "that everything in it is asked for",
                  .actual = counted(never.size(), "recorded request") + " nobody asked for",
                  .show_requests = true};
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(never.size(), kMost); ++i)
    failure.detail += fmt::format("{}{}: {}", i == 0 ? "" : "\n", to_string(never[i].at), never[i].request);
  if (never.size() > kMost) failure.detail += fmt::format("\nand {} more", never.size() - kMost);
  return failure;
}

}  // namespace understudy
