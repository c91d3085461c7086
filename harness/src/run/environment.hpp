#pragma once
/// What a program in the sandbox gets as its environment: nothing but what is said here and in the scenario.

#include <optional>
#include <string>
#include <string_view>

#include "harness/client_profile.hpp"
#include "mock_server/secrets.hpp"
#include "run/sandbox.hpp"

namespace understudy {

struct EnvParts {
  const Sandbox& sandbox;
  const WarmClient& client;
  std::string api_url;
  std::string proxy_url;
  std::optional<std::string> token{};
  bool terminal = false;
};
/// The set that the client contract recommends (section 1.4), with proxies that lead to the refusing one.
[[nodiscard]] Env client_env(const EnvParts& parts);

/// Where the client's configuration is in the sandbox.
[[nodiscard]] std::filesystem::path config_file(const Sandbox& sandbox, const ClientProfile& profile);

/// A scenario that brings its own configuration must not share the unpacked client: it would change it for all.
void separate_unpacking(Env& env, const Sandbox& sandbox, const WarmClient& client);

/// The file `env` of a kept sandbox: to be read by a shell, without the values of secrets.
[[nodiscard]] std::string env_script(const Env& env, const SecretRegistry& secrets);

}  // namespace understudy
