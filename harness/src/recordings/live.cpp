#include "recordings/live.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <stdexcept>

#include "mock_server/mock_server.hpp"
#include "offline/offline_sandbox.hpp"
#include "recordings/loopback_ask.hpp"
#include "run/scenario_world.hpp"

namespace understudy {
namespace {

/// Of "http://127.0.0.1:8080"; none for any other host or scheme.
std::optional<std::uint16_t> loopback_port(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1:", "http://localhost:"}) {
    if (!url.starts_with(host)) continue;
    const std::string_view digits = url.substr(host.size());
    std::uint16_t port = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (read.ec == std::errc{} && read.ptr == digits.data() + digits.size() && port > 0) return port;
  }
  return std::nullopt;
}

std::uint16_t port_of(const std::string& option, const std::string& url) {
  const std::optional<std::uint16_t> port = loopback_port(url);
  if (!port) throw InputError{{option, 0, 0}, fmt::format("expected http://127.0.0.1:PORT, found \"{}\"", url)};
  return *port;
}

std::optional<World::Token> named_token(const World& world, const std::string& name) {
  Scenario asking;
  asking.token = name;
  asking.at = {"--token", 0, 0};
  return chosen_token(asking, world);
}

void note(SecretRegistry& secrets, const std::set<std::string>& tokens) {
  std::size_t number = 0;
  for (const std::string& token : tokens)
    secrets.add({fmt::format("access token {}", ++number), token, SecretKind::kAccessToken});
}

}  // namespace

Verified verify_with_world(const Recording& recording, const std::string& world, const std::string& token,
                           VerifySettings settings, std::chrono::seconds limit, SecretRegistry& secrets) {
  const World start = offline_world(world);
  MockServer server{{.world = start}};
  settings.writes = true;
  if (const std::optional<World::Token> chosen = named_token(start, token)) settings.api_token = chosen->value;
  const std::uint16_t port = port_of("the fake", server.base_url());
  Verified verified{.against = "the world " + world};
  verified.verification = verify(
      recording, [&](const LiveRequest& request) { return ask_loopback(port, request, limit); }, settings);
  for (const Secret& secret : server.secrets().all()) secrets.add(secret);
  note(secrets, verified.verification.secrets);
  return verified;
}

Verified verify_with_upstream(const Recording& recording, const Upstream& upstream, const VerifySettings& settings,
                              std::chrono::seconds limit, SecretRegistry& secrets) {
  const std::uint16_t api = port_of("--upstream", upstream.api);
  const std::uint16_t auth = upstream.auth.empty() ? api : port_of("--auth", upstream.auth);
  if (!settings.api_token.empty()) secrets.add({"API token", settings.api_token, SecretKind::kApiToken});
  Verified verified{.against = upstream.api};
  verified.verification = verify(
      recording,
      [&](const LiveRequest& request) {
        return ask_loopback(request.path.starts_with("/oauth2/") ? auth : api, request, limit);
      },
      settings);
  note(secrets, verified.verification.secrets);
  return verified;
}

}  // namespace understudy
