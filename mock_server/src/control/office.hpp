#pragma once
/// Behind a Service: the platform that is served now, what takes its place, and who may ask for that.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/desk.hpp"
#include "http/pace.hpp"
#include "mock_server/service.hpp"

namespace understudy::control {

/// A platform and its time, from the start of a world on.
struct Stage {
  Stage(const World& world, std::uint64_t seed, double speed, std::shared_ptr<Records> records)
      : platform{world, seed, {.jumps = false, .records = std::move(records)}}, pace{platform, speed} {}
  ~Stage() { platform.stop(); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

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
  [[nodiscard]] std::string refusal(const std::string& why) const override;
  [[nodiscard]] std::shared_ptr<Platform> platform() override;
  void served() override;

  // ---- for the control API
  [[nodiscard]] const ServiceOptions& options() const { return options_; }
  [[nodiscard]] std::shared_ptr<Stage> stage() const;
  [[nodiscard]] Journal& journal() { return records_->journal; }
  [[nodiscard]] SecretRegistry& secrets() { return records_->secrets; }
  [[nodiscard]] std::string world_name() const;
  /// Takes the place of the platform that is; the same speed. `name`: as it is shown.
  void load(World world, const std::string& name);
  void reset();  ///< to the start of the world that is
  [[nodiscard]] std::string cover(std::string_view text) const { return records_->secrets.cover(text); }

  void set_port(int port);  ///< it is known once somebody listens
  [[nodiscard]] std::string base_url() const;
  void stop();  ///< nobody waits any more

private:
  [[nodiscard]] std::optional<Answer> answer_elsewhere(const std::string& url) const;

  ServiceOptions options_;
  std::shared_ptr<Records> records_;
  std::atomic<int> port_{0};
  std::atomic<std::uint64_t> served_{0};
  mutable std::mutex mutex_;
  World world_;
  std::string world_name_;
  std::shared_ptr<Stage> stage_;
};

}  // namespace understudy::control
