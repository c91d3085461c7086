#include "record/record.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "harness/report.hpp"
#include "mock_server/mock_server.hpp"
#include "offline/persons_command.hpp"
#include "process/foreground.hpp"
#include "record/recording_proxy.hpp"
#include "record/sweeper.hpp"
#include "report/wall_clock.hpp"
#include "run/refusing_proxy.hpp"
#include "run/signal_watch.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// Where the client is to find the API and its authorization server, once the proxy listens.
struct Doors {
  std::vector<Upstream> upstreams{};
  std::size_t auth = 0;  ///< index
  std::string api_path{};
  std::string auth_path{};
};

std::size_t add_door(Doors& doors, const Origin& origin) {
  for (std::size_t i = 0; i < doors.upstreams.size(); ++i) {
    if (doors.upstreams[i].origin == origin) return i;
  }
  doors.upstreams.push_back({.origin = origin});
  return doors.upstreams.size() - 1;
}

Doors real_doors(const RecordOptions& options) {
  Doors doors;
  const Address api = parse_address(options.upstream, {"--upstream", 0, 0});
  add_door(doors, api.origin);
  doors.api_path = doors.auth_path = api.path;
  if (!options.auth.empty()) {
    const Address auth = parse_address(options.auth, {"--auth", 0, 0});
    doors.auth = add_door(doors, auth.origin);
    doors.auth_path = auth.path;
  }
  for (const std::string& other : options.others) add_door(doors, parse_address(other, {"--also", 0, 0}).origin);
  return doors;
}

Doors fake_doors(const std::string& base_url) {
  Doors doors;
  add_door(doors, parse_address(base_url, {}).origin);
  doors.upstreams.front().recorded_as = kFakeName;
  return doors;
}

/// One recording, from the fake's start (if it is ours) to the end of all connections.
class Recorder {
public:
  explicit Recorder(const RecordOptions& options)
      : options_{options},
        words_{command_or_shell(options.command)},
        place_{options.place},
        sweeper_{place_.sandbox().path().parent_path().parent_path()} {}

  Recorded carry_out() {
    const std::string& prefix = place_.client().profile.env_prefix;
    const bool is_real = !options_.upstream.empty();
    Doors doors;
    if (is_real) doors = real_doors(options_);  // complaints before anything is started
    std::optional<Foreground> foreground;
    std::optional<SignalWatch> signals;
    if (options_.listen)
      signals.emplace();
    else
      foreground.emplace();  // before the threads
    RefusingProxy elsewhere;
    std::unique_ptr<MockServer> fake;
    if (!is_real) {
      fake = std::make_unique<MockServer>(MockServerOptions{.world = place_.world(), .seed = options_.seed});
      doors = fake_doors(fake->base_url());
    }
    ProxyOptions proxy_options{
        .upstreams = doors.upstreams,
        .authorities = options_.authorities,
        .port = options_.listen.value_or(0),
        .now = [&fake]() -> Microtime { return fake ? Microtime{fake->now()} : wall_clock_now(); }};
    RecordingProxy proxy{proxy_options};
    const std::string api_url = proxy.url() + doors.api_path;
    const std::string auth_url = proxy.url(doors.auth) + doors.auth_path;
    Recorded recorded;
    if (options_.listen) {
      listen(*signals, prefix, api_url, auth_url, doors, proxy);
    } else {
      Env env = place_.env(api_url, elsewhere.url(), somebody_is_there());
      env[prefix + "AUTH_URL"] = auth_url;
      if (is_real) use_own_token(env, prefix);
      recorded.exit_code = run(*foreground, fake.get(), env);
    }
    Recording recording{.creator = recorder_name(), .exchanges = proxy.finish()};
    recorded.redacted = redact(std::move(recording), redaction(fake.get(), prefix));
    recorded.remarks = remarks(proxy, elsewhere, fake.get());
    return recorded;
  }

private:
  /// The one that the person's client would use. The world's token is of the fake only.
  static void use_own_token(Env& env, const std::string& prefix) {
    const char* const own = std::getenv((prefix + "TOKEN").c_str());
    if (own == nullptr || *own == '\0')
      env.erase(prefix + "TOKEN");
    else
      env[prefix + "TOKEN"] = own;
  }

  RedactionOptions redaction(MockServer* fake, const std::string& prefix) const {
    RedactionOptions redaction{.fields = options_.fields, .anonymize = options_.anonymize};
    if (fake != nullptr) redaction.known = fake->secrets().all();
    if (const char* const own = std::getenv((prefix + "TOKEN").c_str()); own != nullptr && *own != '\0')
      redaction.known.push_back(
          {.name = "API token of " + prefix + "TOKEN", .value = own, .kind = SecretKind::kApiToken});
    return redaction;
  }

  void listen(const SignalWatch& signals, const std::string& prefix, const std::string& api_url,
              const std::string& auth_url, const Doors& doors, const RecordingProxy& proxy) const {
    std::cout << fmt::format("export {}API_URL={}\nexport {}AUTH_URL={}\n", prefix, api_url, prefix, auth_url);
    for (std::size_t i = 0; i < doors.upstreams.size(); ++i)
      std::cout << fmt::format("# {} is {}\n", proxy.url(i), doors.upstreams[i].origin.text());
    std::cout << std::flush;
    say("recording; Ctrl-C ends it and writes the file");
    signals.wait();
  }

  int run(Foreground& foreground, MockServer* fake, const Env& env) const {
    if (fake != nullptr) {
      fake->on_deadlock([&](const std::string& reason) {
        say(fmt::format("the command was ended: it {}", fake->secrets().cover(reason)));
        foreground.stop();
      });
    }
    const PersonsEnd end = run_in_foreground(foreground, words_, env, fake, place_.client().profile.name);
    if (fake != nullptr) fake->on_deadlock({});
    return end.exit_code;
  }

  [[nodiscard]] std::vector<std::string> remarks(const RecordingProxy& proxy, RefusingProxy& elsewhere,
                                                 MockServer* fake) const {
    std::vector<std::string> all = proxy.troubles();
    const std::string variable = place_.client().profile.env_prefix + "TOKEN";
    if (fake == nullptr && !options_.listen && std::getenv(variable.c_str()) == nullptr)
      all.push_back(fmt::format("the client had no API token: {} is not set", variable));
    for (const RefusingProxy::Contact& contact : elsewhere.take_contacts()) {
      const std::string hint = fake == nullptr ? "; --also https://HOST records it, too" : "";
      all.push_back(fmt::format("not recorded, since it went elsewhere and was refused: {} {}{}", contact.method,
                                contact.host, hint));
    }
    if (fake != nullptr) {
      for (std::string& remark : all) remark = fake->secrets().cover(remark);
    }
    return all;
  }

  const RecordOptions& options_;
  std::vector<std::string> words_;
  OfflineSandbox place_;
  Sweeper sweeper_;
};

}  // namespace

Recorded record(const RecordOptions& options) { return Recorder{options}.carry_out(); }

std::string recorder_name() { return "Understudy " UNDERSTUDY_VERSION; }

void write_recording(const fs::path& file, const Redacted& redacted) {
  if (!redacted.residue.empty()) {
    std::string places;
    for (const std::string& each : redacted.residue) places += "\n  " + each;
    throw std::runtime_error{fmt::format(
        "{} is not written: something is left in the recording that may be a secret, and that no rule takes "
        "out (--secret NAME names a field that holds one):{}",
        file.string(), places)};
  }
  const std::string text = to_har(redacted.recording);
  if (file == "-")
    std::cout << text << std::flush;
  else
    write_file_atomically(file, text);
}

}  // namespace understudy
