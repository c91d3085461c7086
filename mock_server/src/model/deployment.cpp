#include "model/deployment.hpp"

#include "model/defaults.hpp"

namespace understudy::model {

Deployment Deployment::usual(std::string project, std::string environment) {
  Deployment result;
  result.project_ = std::move(project);
  result.environment_ = std::move(environment);
  return result;
}

const nlohmann::json& Deployment::operator*() const {
  if (whole_ == nullptr) whole_ = std::make_shared<const nlohmann::json>(default_deployment(project_, environment_));
  return *whole_;
}

nlohmann::json& Deployment::change() {
  (void)**this;
  if (whole_.use_count() > 1) whole_ = std::make_shared<const nlohmann::json>(*whole_);
  return const_cast<nlohmann::json&>(*whole_);  // nobody else has it
}

}  // namespace understudy::model
