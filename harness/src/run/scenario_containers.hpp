#pragma once
/// The containers of a scenario that has some: where they are, what is in them, and what a report says of them.

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/container.hpp"
#include "harness/result.hpp"
#include "harness/scenario.hpp"
#include "mock_server/history.hpp"
#include "mock_server/world.hpp"
#include "run/places.hpp"
#include "run/refusing_proxy.hpp"
#include "run/sandbox.hpp"

namespace understudy {

/// Below the sandbox, which must outlive this; as it has to outlive the server that is given the runner.
class ScenarioContainers {
public:
  struct Parts {
    const ContainerSpec& spec;
    const Sandbox& sandbox;
    const WarmClient& client;
    std::string alias;  ///< what scenarios call the client, whatever its brand
    const World& world;
    std::chrono::milliseconds real_time_limit;
    std::filesystem::path program;  ///< as in RunSettings
  };
  explicit ScenarioContainers(const Parts& parts);  ///< throws std::runtime_error

  [[nodiscard]] ContainerRunner& runner() { return runner_; }
  [[nodiscard]] std::string proxy_url() const { return proxy_.url(); }
  /// What programs in containers tried to reach since the last call, and were refused.
  [[nodiscard]] std::vector<RefusingProxy::Contact> take_contacts() { return proxy_.take_contacts(); }

  /// The history with names for what differs from run to run; the ports of clients are added to `places`. Where apps
  /// are without namespaces, /app and /tmp stand for them as with namespaces. What mktemp(1) made is /tmp/tmp.[RANDOM].
  [[nodiscard]] History named(History history, Places& places) const;

private:
  RefusingProxy proxy_;  ///< of their own: what they try to reach is no doing of the step's client
  std::string folder_;
  ContainerRunner runner_;
};

/// Which jobs ran while a step did.
class JobLines {
public:
  /// Of those that were started or went on since the last call. `cover` takes secrets out of a whole output, before it
  /// is cut. Throws std::runtime_error for one that could not be run at all.
  std::vector<JobLine> since_last(const History& history, Time now,
                                  const std::function<std::string(const std::string&)>& cover);

private:
  std::size_t known_ = 0;
  std::set<std::uint64_t> running_;
};

}  // namespace understudy
