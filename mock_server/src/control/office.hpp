#pragma once
/// Behind a Service: the platform that is served now, what takes its place, and who may ask for that.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/desk.hpp"
#include "http/pace.hpp"
#include "mock_server/ledger.hpp"
#include "mock_server/service.hpp"

namespace understudy::control {

/// A platform and its time, from the start of a world on.
struct Stage {
  /// Throws LedgerMismatch.
  Stage(const World& world, std::uint64_t seed, double speed, std::shared_ptr<Records> records,
        std::unique_ptr<LedgerStore> store)
      : ledger{std::move(store), lease(speed)},
        platform{world, seed, {.jumps = false, .records = std::move(records), .ledger = &ledger}},
        pace{platform, speed} {}
  ~Stage() { platform.stop(); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Five seconds: so often the time is written down, and so much is skipped after a kill.
  [[nodiscard]] static Milliseconds lease(double speed) {
    return Milliseconds{static_cast<std::int64_t>(speed * 5000)};
  }
  void set_speed(double speed) {
    ledger.set_lease(lease(speed));
    pace.set_speed(speed);
  }

  Ledger ledger;
  Platform platform;
  Pace pace;
};

/// Thread-safe.
class Office final : public Desk {
public:
  explicit Office(ServiceOptions options);
  ~Office() override;

  // ---- as a Desk
  std::optional<Answer> answer(const api::Request& request) override;
  [[nodiscard]] bool is_own(const std::string& path) const override;
  [[nodiscard]] std::size_t longest_body(const api::Request& head) const override;
  [[nodiscard]] std::string refusal(const std::string& why) const override;
  [[nodiscard]] std::shared_ptr<Platform> platform() override;
  void served() override;

  // ---- for the control API
  [[nodiscard]] const ServiceOptions& options() const { return options_; }
  [[nodiscard]] std::shared_ptr<Stage> stage() const;
  [[nodiscard]] Journal& journal() { return records_->journal; }
  [[nodiscard]] SecretRegistry& secrets() { return records_->secrets; }
  [[nodiscard]] std::string world_name() const;
  [[nodiscard]] std::uint64_t begun() const { return begun_; }  ///< how often: each world loaded, each reset
  /// Takes the place of the platform that is; the same speed. `name`: as it is shown.
  void load(World world, const std::string& name);
  void reset();  ///< to the start of the world that is
  /// What a snapshot holds. Throws InputError for its world, LedgerMismatch if it does not fit, LedgerFailure.
  void load(const Snapshot& snapshot, const std::string& name);
  // As of Service.
  void hand_out(World::Token token);
  [[nodiscard]] std::optional<World::Token> usable_token(const std::vector<World::Token>& wanted);
  /// Names of those tokens that are of no use in the world that is now.
  [[nodiscard]] std::vector<std::string> gone_tokens() const;
  [[nodiscard]] std::uint64_t seed() const;
  [[nodiscard]] std::string cover(std::string_view text) const { return records_->secrets.cover(text); }

  void set_port(int port);  ///< it is known once somebody listens
  [[nodiscard]] std::string base_url() const;
  void stop();  ///< nobody waits any more

private:
  struct GoneTokens {
    std::vector<std::string> names{};
    bool is_latest_among_them = false;
  };
  [[nodiscard]] std::optional<Answer> answer_elsewhere(const std::string& url) const;
  /// Says so in the journal, too: whoever wonders about the answer looks there.
  [[nodiscard]] Answer keep_out(const api::Request& request, api::Response refusal, const std::string& why) const;
  void begin(World world, const std::string& name, const Snapshot& snapshot);
  /// Those that were handed out, by a platform that nobody asks yet.
  [[nodiscard]] GoneTokens issue_again(Platform& platform) const;

  ServiceOptions options_;
  std::shared_ptr<Archive> archive_;
  std::shared_ptr<Records> records_;
  std::atomic<int> port_{0};
  std::atomic<std::uint64_t> served_{0};
  std::atomic<std::uint64_t> begun_{1};
  std::mutex turn_;  // one begins anew at a time
  mutable std::mutex mutex_;
  std::uint64_t seed_;
  World world_;
  std::string world_name_;
  std::vector<World::Token> handed_out_;  // the latest at the end
  std::vector<std::string> gone_tokens_;
  std::shared_ptr<Stage> stage_;
};

}  // namespace understudy::control
