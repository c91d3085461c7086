#include "recordings/live.hpp"

#include <fmt/format.h>

#include <optional>

#include "mock_server/mock_server.hpp"
#include "offline/offline_sandbox.hpp"
#include "recordings/api_ask.hpp"

namespace understudy {
namespace {

void note(SecretRegistry& secrets, const std::set<std::string>& tokens) {
  std::size_t number = 0;
  for (const std::string& token : tokens)
    secrets.add({fmt::format("access token {}", ++number), token, SecretKind::kAccessToken});
}

}  // namespace

Verified verify_with_world(const Recording& recording, const std::string& world, const std::string& token,
                           VerifySettings settings, std::chrono::seconds silence, SecretRegistry& secrets) {
  const World start = offline_world(world);
  MockServer server{{.world = start}};
  settings.writes = true;
  if (const std::optional<World::Token> chosen = offline_token(start, token)) settings.api_token = chosen->value;
  const ApiAsk ask{server.base_url(), "", {}, silence};
  Verified verified{.against = "the world " + world};
  verified.verification = verify(recording, std::cref(ask), settings);
  for (const Secret& secret : server.secrets().all()) secrets.add(secret);
  note(secrets, verified.verification.secrets);
  return verified;
}

Verified verify_with_upstream(const Recording& recording, const LiveServer& upstream, const VerifySettings& settings,
                              std::chrono::seconds silence, SecretRegistry& secrets) {
  const ApiAsk ask{upstream.api, upstream.auth, upstream.authorities, silence};
  if (!settings.api_token.empty()) ask.require_privacy();
  if (!settings.api_token.empty()) secrets.add({"API token", settings.api_token, SecretKind::kApiToken});
  Verified verified{.against = upstream.api};
  verified.verification = verify(recording, std::cref(ask), settings);
  note(secrets, verified.verification.secrets);
  return verified;
}

}  // namespace understudy
