#include "run/environment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "process/proxy_variables.hpp"

namespace understudy {

std::filesystem::path config_file(const Sandbox& sandbox, const ClientProfile& profile) {
  return sandbox.path() / (profile.name + ".config.yaml");
}

Env client_env(const EnvParts& parts) {
  const std::string& prefix = parts.client.profile.env_prefix;
  const std::string home = parts.sandbox.home().string();
  Env env{{"PATH", parts.sandbox.bin().string()},
          {"HOME", home},
          {"TMPDIR", parts.sandbox.tmp().string()},
          {"CLI_CONFIG_FILE", config_file(parts.sandbox, parts.client.profile).string()},
          {"COLUMNS", "200"},
          {"LC_ALL", "C.UTF-8"},
          {"NO_COLOR", "1"},
          {"TZ", "UTC"},
          {prefix + "API_URL", parts.api_url},
          {prefix + "AUTH_URL", parts.api_url},
          {prefix + "HOME", home},
          {prefix + "TMP", parts.client.unpacked.string()}};
  // The client opens an activity's log through them whatever no_proxy says (its getStreamContextOptions), so the proxy
  // passes on what is for this machine.
  lead_to_proxy(env, parts.proxy_url);
  if (parts.token) env[prefix + "TOKEN"] = *parts.token;
  if (parts.terminal) {
    env["TERM"] = "xterm";
  } else {
    env[prefix + "NO_INTERACTION"] = "1";
  }
  return env;
}

void separate_unpacking(Env& env, const Sandbox& sandbox, const WarmClient& client) {
  const std::string& prefix = client.profile.env_prefix;
  const auto config = env.find("CLI_CONFIG_FILE");
  const bool usual = config != env.end() && config->second == config_file(sandbox, client.profile).string();
  const auto unpacked = env.find(prefix + "TMP");
  if (!usual && unpacked != env.end() && unpacked->second == client.unpacked.string()) {
    unpacked->second = sandbox.tmp().string();
  }
}

std::string env_script(const Env& env, const SecretRegistry& secrets) {
  std::string script =
      "# The environment of the scenario's programs. The fake that its URLs lead to ended with the scenario.\n";
  for (const auto& [name, value] : env) {
    std::string covered = secrets.cover(value);
    if (covered == value) {
      script += fmt::format("export {}={}\n", name, shell_quoted(value));
    } else {
      std::ranges::replace(covered, '\n', ' ');  // behind a line break it would be no comment any more
      script += fmt::format(
          "export {}=  # {}: its value is in the world or drawn from the seed, and not written here\n", name, covered);
    }
  }
  return script;
}

}  // namespace understudy
