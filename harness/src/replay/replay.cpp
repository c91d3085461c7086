#include "replay/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "harness/runner.hpp"
#include "mock_server/mock_server.hpp"
#include "offline/exec.hpp"
#include "record/record.hpp"
#include "replay/additions.hpp"
#include "replay/upstream_source.hpp"
#include "run/refusing_proxy.hpp"
#include "run/signal_watch.hpp"

namespace understudy {
namespace {

constexpr std::chrono::seconds kLong{10};
constexpr std::size_t kMostMisses = 10;
constexpr std::size_t kMostNeverAsked = 20;

std::string variable_of_token(const ReplayCommand& command) {
  return default_settings({}).clients.find(command.client, {"--client", 0, 0}).env_prefix + "TOKEN";
}

std::optional<std::string> own_token(const ReplayCommand& command) {
  const char* const own = std::getenv(variable_of_token(command).c_str());
  return own == nullptr || *own == '\0' ? std::nullopt : std::optional<std::string>{own};
}

/// Platform time begins when the recording did.
World world_of(const ReplayCommand& command, const Player& player) {
  if (command.loose) return offline_world(command.world.empty() ? "demo" : command.world);
  const std::optional<Time> began = player.began();
  if (!began) return World{};
  const Position at{command.file.string(), 0, 0};
  return World::from_node(Node::map(at, {{"clock", at, Node::scalar(at, format_time(*began), true)}}), {});
}

OfflineOptions place_of(const ReplayCommand& command, const Player& player) {
  OfflineOptions place{.token = command.token, .client = command.client, .ready = world_of(command, player)};
  if (!command.loose) place.other_token = player.api_token();
  if (command.mode == ReplayMode::kNew) place.other_token = own_token(command);
  return place;
}

void add_lines(std::vector<std::string>& into, const std::string& text) {
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    into.push_back((at == 0 ? "  " : "    ") + text.substr(at, end - at));
    at = end + 1;
  }
}

/// What there is to say when it is over; 1 if it is a failure.
int tell(const ReplayCommand& command, const Player& player, std::vector<std::string>& lines) {
  const std::vector<ReplayMiss> misses = player.misses();
  if (!misses.empty()) lines.push_back(fmt::format("{} not in the recording:", counted(misses.size(), "request")));
  for (std::size_t i = 0; i < std::min(misses.size(), kMostMisses); ++i) add_lines(lines, describe(misses[i]));
  if (misses.size() > kMostMisses) lines.push_back(fmt::format("  and {} more", misses.size() - kMostMisses));
  const std::vector<NeverAsked> never = player.never_asked();
  const bool tells_never = command.all_used || (command.command.empty() && !command.loose);
  if (tells_never && !never.empty()) {
    lines.push_back(fmt::format("{} nobody asked for:", counted(never.size(), "recorded request")));
    for (std::size_t i = 0; i < std::min(never.size(), kMostNeverAsked); ++i)
      lines.push_back(fmt::format("  {}: {}", to_string(never[i].at), never[i].request));
    if (never.size() > kMostNeverAsked) lines.push_back(fmt::format("  and {} more", never.size() - kMostNeverAsked));
  }
  return !misses.empty() || (command.all_used && !never.empty()) ? 1 : 0;
}

void cover_all(std::vector<std::string>& lines, const std::vector<Secret>& secrets) {
  SecretRegistry registry;  // what the client sent for placeholders is among them
  for (const Secret& secret : secrets) registry.add(secret);
  for (std::string& line : lines) line = registry.cover(line);
}

void print_exports(const Env& env, const OfflineSandbox& place) {
  const std::string& prefix = place.client().profile.env_prefix;
  for (const auto& [name, value] : env) {
    const bool is_wanted = name.starts_with(prefix) || name == "CLI_CONFIG_FILE" || name == "PATH";
    if (is_wanted) std::cout << fmt::format("export {}={}\n", name, shell_quoted(value));
  }
  std::cout << std::flush;
}

Replayed run_command(const ReplayCommand& command, const std::shared_ptr<Player>& player) {
  const Executed executed = execute({.place = place_of(command, *player),
                                     .command = command.command,
                                     .player = player,
                                     .stream_speed = command.speed});
  Replayed replayed{.exit_code = executed.exit_code, .result = executed.result};
  if (tell(command, *player, replayed.lines) != 0) replayed.exit_code = 1;
  cover_all(replayed.lines, executed.secrets);
  return replayed;
}

Replayed serve(const ReplayCommand& command, const std::shared_ptr<Player>& player) {
  const OfflineSandbox place{place_of(command, *player)};
  const SignalWatch watch;
  const RefusingProxy proxy;
  MockServer server{{.world = place.world(), .player = player, .stream_speed = command.speed, .port = command.port}};
  print_exports(place.env(server.base_url(), proxy.url(), true), place);
  std::cerr << fmt::format("understudy: {} is replayed at {}; Ctrl-C ends it", command.file.string(), server.base_url())
            << std::endl;
  watch.wait();
  Replayed replayed;
  replayed.lines.push_back(
      fmt::format("{} answered from {}", counted(player->answered(), "request"), command.file.string()));
  replayed.exit_code = tell(command, *player, replayed.lines);
  cover_all(replayed.lines, server.secrets().all());
  return replayed;
}

/// Whoever waits for minutes should know why, and how not to.
void tell_of_long_streams(const ReplayCommand& command, const Player& player) {
  if (command.speed == 0) return;
  using RealSeconds = std::chrono::duration<double>;
  constexpr RealSeconds kMostShown = std::chrono::days{365};  // a speed may be as small as one likes
  const RealSeconds take = std::min(RealSeconds{player.length_of_streams()} / command.speed, kMostShown);
  if (take <= kLong) return;
  std::cerr << fmt::format("understudy: the logs in {} take {} in all at this speed; --speed 0 plays them at once",
                           command.file.string(), format_duration(std::chrono::round<std::chrono::seconds>(take)))
            << std::endl;
}

Replayed carry_out(const ReplayCommand& command, const std::shared_ptr<Player>& player) {
  tell_of_long_streams(command, *player);
  return command.command.empty() ? serve(command, player) : run_command(command, player);
}

Replayed replay_file(const ReplayCommand& command) {
  return carry_out(command, std::make_shared<Player>(read_har(command.file),
                                                     ReplayOptions{.match = command.match, .loose = command.loose}));
}

Replayed record_file(const ReplayCommand& command) {
  RecordOptions options{.upstream = command.upstream,
                        .auth = command.auth,
                        .authorities = command.authorities,
                        .anonymize = command.anonymize,
                        .command = command.command};
  options.place.client = command.client;
  options.place.token = command.token;
  if (!command.world.empty()) options.place.world = command.world;
  if (command.command.empty()) options.listen = command.port;
  const Recorded recorded = record(options);
  Replayed replayed{.exit_code = recorded.exit_code, .lines = recorded.remarks};
  if (recorded.redacted.recording.exchanges.empty()) {
    // A command that ended before it asked: with nothing in it, `once` would have it for a recording ever after.
    replayed.lines.push_back(fmt::format("nothing was asked, so that {} {}", command.file.string(),
                                         std::filesystem::exists(command.file) ? "stays as it was" : "is not written"));
    return replayed;
  }
  write_recording(command.file, recorded.redacted);
  replayed.lines.push_back(fmt::format(
      "recorded: {} in {}", counted(recorded.redacted.recording.exchanges.size(), "request"), command.file.string()));
  return replayed;
}

Replayed replay_and_add(const ReplayCommand& command) {
  const Recording before = std::filesystem::exists(command.file)
                               ? read_har(command.file)
                               : Recording{.file = command.file.string(), .creator = recorder_name()};
  const auto source = std::make_shared<UpstreamSource>(command.upstream, command.auth, command.authorities);
  const auto player = std::make_shared<Player>(before, ReplayOptions{.match = command.match, .source = source});
  Replayed replayed = carry_out(command, player);
  RedactionOptions redaction{.anonymize = command.anonymize};
  if (const std::optional<std::string> own = own_token(command))
    redaction.known.push_back(
        {.name = "API token of " + variable_of_token(command), .value = *own, .kind = SecretKind::kApiToken});
  const Additions additions = with_additions(before, source->finish(), player->bound(), command.match, redaction);
  for (std::string trouble : source->troubles()) replayed.lines.push_back(std::move(trouble));
  if (additions.count == 0) return replayed;
  write_recording(command.file, additions.redacted);
  replayed.lines.push_back(fmt::format("added: {} to {}", counted(additions.count, "request"), command.file.string()));
  return replayed;
}

}  // namespace

Replayed replay(const ReplayCommand& command) {
  switch (command.mode) {
    case ReplayMode::kNone:
      break;
    case ReplayMode::kOnce:
      if (!std::filesystem::exists(command.file)) return record_file(command);
      break;
    case ReplayMode::kNew:
      return replay_and_add(command);
    case ReplayMode::kAll:
      return record_file(command);
  }
  return replay_file(command);
}

}  // namespace understudy
