#pragma once
/// What runs in an environment: webapps, workers, services, routes.

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace understudy::model {

/// Like an optional JSON document. The usual one is written out only when somebody looks at it, so that a world of a
/// hundred thousand environments loads at once; copies share the document until one of them changes it.
class Deployment {
public:
  Deployment() = default;  ///< none: nothing was ever deployed
  Deployment(nlohmann::json whole) : whole_{std::make_shared<const nlohmann::json>(std::move(whole))} {}
  /// What `default_deployment` says for this project and environment.
  [[nodiscard]] static Deployment usual(std::string project, std::string environment);

  [[nodiscard]] bool has_value() const { return whole_ != nullptr || !project_.empty(); }
  /// Nobody has changed or looked at the usual one yet: it has no crons, and writing it out to see that would cost.
  [[nodiscard]] bool is_untouched() const { return whole_ == nullptr; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const nlohmann::json& operator*() const;  ///< must have a value
  [[nodiscard]] const nlohmann::json* operator->() const { return &**this; }
  [[nodiscard]] nlohmann::json& change();  ///< must have a value
  void reset() { *this = Deployment{}; }

private:
  std::string project_{};  // of the usual one, else ""
  std::string environment_{};
  mutable std::shared_ptr<const nlohmann::json> whole_{};
};

}  // namespace understudy::model
