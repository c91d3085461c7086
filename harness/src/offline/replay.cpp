#include "offline/replay.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <iostream>

#include "harness/process.hpp"
#include "mock_server/mock_server.hpp"
#include "run/refusing_proxy.hpp"
#include "run/signal_watch.hpp"

namespace understudy {
namespace {

constexpr std::size_t kMostMisses = 10;
constexpr std::size_t kMostNeverAsked = 20;

/// Platform time begins when the recording did.
World world_of(const ReplayCommand& command, const Player& player) {
  if (command.options.loose) return offline_world(command.world.empty() ? "demo" : command.world);
  const std::optional<Time> began = player.began();
  if (!began) return World{};
  const Position at{command.file.string(), 0, 0};
  return World::from_node(Node::map(at, {{"clock", at, Node::scalar(at, format_time(*began), true)}}), {});
}

OfflineOptions place_of(const ReplayCommand& command, const Player& player) {
  return {.token = command.token,
          .client = command.client,
          .ready = world_of(command, player),
          .other_token = player.api_token()};
}

std::shared_ptr<Player> player_of(const ReplayCommand& command) {
  return std::make_shared<Player>(read_har(command.file), command.options);
}

void add_lines(std::vector<std::string>& into, const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    into.push_back(text.substr(at, end - at));
    at = end + 1;
  }
}

/// What there is to say when it is over; 1 if it is a failure.
int tell(const ReplayCommand& command, const Player& player, std::vector<std::string>& lines) {
  const std::vector<ReplayMiss> misses = player.misses();
  if (!misses.empty()) lines.push_back(fmt::format("{} not in the recording:", counted(misses.size(), "request")));
  for (std::size_t i = 0; i < std::min(misses.size(), kMostMisses); ++i) {
    std::vector<std::string> told;
    add_lines(told, describe(misses[i]));
    for (std::size_t line = 0; line < told.size(); ++line) lines.push_back((line == 0 ? "  " : "    ") + told[line]);
  }
  if (misses.size() > kMostMisses) lines.push_back(fmt::format("  and {} more", misses.size() - kMostMisses));
  const std::vector<NeverAsked> never = player.never_asked();
  const bool tells_unused = command.all_used || command.command.empty();
  if (tells_unused && !never.empty() && !command.options.loose) {
    lines.push_back(fmt::format("{} nobody asked for:", counted(never.size(), "recorded request")));
    for (std::size_t i = 0; i < std::min(never.size(), kMostNeverAsked); ++i)
      lines.push_back(fmt::format("  {}: {}", to_string(never[i].at), never[i].request));
    if (never.size() > kMostNeverAsked) lines.push_back(fmt::format("  and {} more", never.size() - kMostNeverAsked));
  }
  return !misses.empty() || (command.all_used && !never.empty()) ? 1 : 0;
}

void cover_all(std::vector<std::string>& lines, const SecretRegistry& secrets) {
  for (std::string& line : lines) line = secrets.cover(line);
}

void wait_for_signal(const SignalWatch& watch) {
  pollfd source{watch.descriptor(), POLLIN, 0};
  while (::poll(&source, 1, -1) < 0 && errno == EINTR) {
  }
}

void print_exports(const Env& env, const OfflineSandbox& place) {
  const std::string& prefix = place.client().profile.env_prefix;
  for (const auto& [name, value] : env) {
    const bool is_wanted = name.starts_with(prefix) || name == "CLI_CONFIG_FILE" || name == "PATH";
    if (is_wanted) std::cout << fmt::format("export {}={}\n", name, shell_quoted(value));
  }
  std::cout << std::flush;
}

}  // namespace

Replayed replay_command(const ReplayCommand& command) {
  const std::shared_ptr<Player> player = player_of(command);
  const Executed executed = execute({.place = place_of(command, *player),
                                     .command = command.command,
                                     .player = player,
                                     .stream_speed = command.speed});
  Replayed replayed{.exit_code = executed.exit_code, .result = executed.result};
  if (tell(command, *player, replayed.lines) != 0) replayed.exit_code = 1;
  SecretRegistry secrets;  // what the client sent for placeholders is among them
  for (const Secret& secret : executed.secrets) secrets.add(secret);
  cover_all(replayed.lines, secrets);
  return replayed;
}

Replayed replay_until_signal(const ReplayCommand& command) {
  const std::shared_ptr<Player> player = player_of(command);
  const OfflineSandbox place{place_of(command, *player)};
  const SignalWatch watch;
  const RefusingProxy proxy;
  MockServer server{{.world = place.world(), .player = player, .stream_speed = command.speed}};
  print_exports(place.env(server.base_url(), proxy.url(), true), place);
  std::cerr << fmt::format("understudy: {} is replayed at {}; Ctrl-C ends it\n", command.file.string(),
                           server.base_url());
  wait_for_signal(watch);
  Replayed replayed;
  replayed.lines.push_back(
      fmt::format("{} answered from {}", counted(player->answered(), "request"), command.file.string()));
  replayed.exit_code = tell(command, *player, replayed.lines);
  cover_all(replayed.lines, server.secrets());
  return replayed;
}

}  // namespace understudy
