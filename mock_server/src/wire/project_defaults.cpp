#include <fmt/format.h>

#include "wire/resources.hpp"

namespace understudy::wire {

// Values as the published description gives them; enable_guaranteed_resources has to be false (endpoints.md, last
// section).
const json& default_settings() {
  static const json kSettings = json::parse(R"({
    "initialize": {}, "product_name": "Web PaaS", "product_code": "webpaas", "ui_uri_template": "https://console.example/{project}",
    "variables_prefix": "PLATFORM_", "bot_email": "bot@example.com", "application_config_file": ".platform.app.yaml",
    "project_config_dir": ".platform", "use_drupal_defaults": false, "use_legacy_subdomains": false,
    "development_service_size": "S", "development_application_size": "S", "enable_certificate_provisioning": true,
    "certificate_style": "ecdsa", "certificate_renewal_activity": true, "development_domain_template": null,
    "enable_state_api_deployments": true, "temporary_disk_size": null, "local_disk_size": null, "cron_minimum_interval": 5,
    "cron_maximum_jitter": 20, "cron_production_expiry_interval": 14, "cron_non_production_expiry_interval": 14,
    "concurrency_limits": {"internal": 2, "integration": 2, "backup": 2, "cron": 2, "default": 2}, "flexible_build_cache": false,
    "strict_configuration": true, "has_sleepy_crons": false, "crons_in_git": false, "custom_error_template": null,
    "app_error_page_template": null, "environment_name_strategy": "name-and-hash", "data_retention": null,
    "enable_codesource_integration_push": false, "enforce_mfa": false, "systemd": true, "router_gen2": false,
    "build_resources": {"cpu": 1.0, "memory": 2048}, "outbound_restrictions_default_policy": "allow", "self_upgrade": true,
    "additional_hosts": {}, "max_allowed_routes": 50000, "max_allowed_redirects_paths": 50000, "enable_incremental_backups": true,
    "sizing_api_enabled": false, "enable_cache_grace_period": true, "enable_zero_downtime_deployments": false,
    "enable_admin_agent": true, "certifier_url": "https://certifier.example", "centralized_permissions": false,
    "glue_server_max_request_size": 10, "persistent_endpoints_ssh": false, "persistent_endpoints_ssl_certificates": false,
    "enable_disk_health_monitoring": false, "enable_paused_environments": true, "enable_unified_configuration": false,
    "enable_routes_tracing": false, "image_deployment_validation": false, "support_generic_images": false,
    "enable_github_app_token_exchange": false, "continuous_profiling": {"supported_runtimes": []},
    "disable_agent_error_reporter": false, "requires_domain_ownership": false, "enable_guaranteed_resources": false,
    "git_server": {"push_size_hard_limit": 100000000}, "activity_logs_max_size": 10485760, "allow_manual_deployments": true,
    "allow_rolling_deployments": false, "allow_burst": false, "router_resources": {"baseline_cpu": 0.1, "baseline_memory": 128, "max_cpu": 1.0, "max_memory": 512}
  })");
  return kSettings;
}

const json& default_capabilities() {
  static const json kCapabilities = json::parse(R"({
    "custom_domains": {"enabled": true, "environments_with_domains_limit": 1}, "source_operations": {"enabled": true},
    "runtime_operations": {"enabled": true}, "outbound_firewall": {"enabled": false}, "metrics": {"max_range": "24h"},
    "logs_forwarding": {"max_extra_payload_size": 1024}, "guaranteed_resources": {"enabled": false, "instance_limit": 1},
    "images": {}, "instance_limit": 8, "build_resources": {"enabled": true, "max_cpu": 4.0, "max_memory": 8192},
    "data_retention": {"enabled": false}, "autoscaling": {"enabled": true, "supports_horizontal_scaling_services": false},
    "integrations": {"enabled": true, "config": {}, "allowed_integrations": []}
  })");
  return kCapabilities;
}

json default_deployment(const std::string& project, const std::string& environment) {
  const std::string host = fmt::format("{}-{}.fr-1.webpaas.ovh.net", encode_segment(environment), project);
  const json app{{"name", "app"},
                 {"type", "php:8.2"},
                 {"size", "AUTO"},
                 {"disk", 2048},
                 {"mounts", {{"/tmp", {{"source", "local"}, {"source_path", "tmp"}}}}},
                 {"relationships", {{"database", "db:mysql"}}},
                 {"operations", json::object()},
                 {"crons", json::object()}};
  json routes = json::object();
  routes["https://" + host + "/"] = {{"primary", true},
                                     {"id", nullptr},
                                     {"type", "upstream"},
                                     {"upstream", "app:http"},
                                     {"original_url", "https://{default}/"},
                                     {"attributes", json::object()}};
  routes["http://" + host + "/"] = {{"primary", false},
                                    {"id", nullptr},
                                    {"type", "redirect"},
                                    {"to", "https://" + host + "/"},
                                    {"original_url", "http://{default}/"},
                                    {"attributes", json::object()}};
  return {{"webapps", {{"app", app}}},
          {"workers", json::object()},
          {"services", {{"db", {{"type", "mariadb:10.6"}, {"size", "AUTO"}, {"disk", 1024}}}}},
          {"routes", routes},
          {"tasks", json::object()},
          {"container_profiles", json::object()}};
}

}  // namespace understudy::wire
