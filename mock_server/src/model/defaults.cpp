#include "model/defaults.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/ids.hpp"

namespace understudy::model {
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
  static const json kCapabilities = [] {
    json result = json::parse(R"({
    "custom_domains": {"enabled": true, "environments_with_domains_limit": 1}, "source_operations": {"enabled": true},
    "runtime_operations": {"enabled": true}, "outbound_firewall": {"enabled": false}, "metrics": {"max_range": "24h"},
    "logs_forwarding": {"max_extra_payload_size": 1024}, "guaranteed_resources": {"enabled": false, "instance_limit": 1},
    "images": {}, "instance_limit": 8, "build_resources": {"enabled": true, "max_cpu": 4.0, "max_memory": 8192},
    "data_retention": {"enabled": false}, "autoscaling": {"enabled": true},
    "integrations": {"enabled": true, "config": {}, "allowed_integrations": []}
  })");
    // Those that the published description knows; a client adds no integration that is not listed as enabled.
    for (const char* type :
         {"newrelic", "sumologic", "splunk", "httplog", "syslog", "webhook", "script", "github", "gitlab", "bitbucket",
          "bitbucket_server", "health.email", "health.webhook", "health.pagerduty", "health.slack", "cdn.fastly"})
      result["integrations"]["config"][type] = {{"enabled", true}, {"role", "admin"}};
    return result;
  }();
  return kCapabilities;
}

const json& default_autoscaling() {
  static const json kAutoscaling = json::parse(R"({
    "triggers": {"cpu": {"enabled": true, "up": {"threshold": 80.0, "duration": 300, "enabled": true}, "down": {"threshold": 20.0, "duration": 300, "enabled": true}},
                 "memory": {"enabled": false, "up": {"threshold": 80.0, "duration": 300, "enabled": true}, "down": {"threshold": 20.0, "duration": 300, "enabled": true}}},
    "scale_cooldown": {"up": 300, "down": 300}, "scale_factor": {"up": 1, "down": 1}, "instances": {"min": 1, "max": 8}
  })");
  return kAutoscaling;
}

const json& default_plans() {
  static const json kPlans = json::parse(R"([
    {"name": "development", "label": "Development"}, {"name": "standard", "label": "Standard"},
    {"name": "medium", "label": "Medium"}, {"name": "large", "label": "Large"}
  ])");
  return kPlans;
}

const json& default_regions() {
  static const json kRegions = json::parse(R"json([
    {"id": "fr-1.webpaas.ovh.net", "label": "Gravelines, France", "zone": "Europe", "selection_label": "France", "project_label": "Gravelines, France (OVHcloud)",
     "timezone": "Europe/Paris", "available": true, "private": false, "endpoint": "https://api.fr-1.webpaas.ovh.net",
     "provider": {"name": "OVHcloud", "logo": ""}, "datacenter": {"name": "GRA", "label": "Gravelines", "location": "Gravelines, France"},
     "environmental_impact": {"zone": "FR", "carbon_intensity": "60", "green": true}},
    {"id": "eu-5.platform.sh", "label": "Stockholm, Sweden", "zone": "Europe", "selection_label": "Sweden", "project_label": "Stockholm, Sweden (AWS)",
     "timezone": "Europe/Stockholm", "available": true, "private": false, "endpoint": "https://api.eu-5.platform.sh",
     "provider": {"name": "AWS", "logo": ""}, "datacenter": {"name": "eu-north-1", "label": "Stockholm", "location": "Stockholm, Sweden"},
     "environmental_impact": {"zone": "SE", "carbon_intensity": "20", "green": true}}
  ])json");
  return kRegions;
}

void complete_region(json& region) {
  const std::string id = region.value("id", "");
  const json& usual = default_regions();
  const auto same = std::ranges::find_if(usual, [&](const json& one) { return one["id"] == id; });
  json whole = same == usual.end() ? usual.front() : *same;
  if (same == usual.end()) {
    const std::string label = region.value("label", id);
    for (const char* field : {"label", "zone", "selection_label", "project_label"}) whole[field] = label;
    whole["endpoint"] = "https://api." + id;
    whole["provider"]["name"] = "AWS";
    whole["datacenter"] = {{"name", id}, {"label", label}, {"location", label}};
  }
  whole.merge_patch(region);
  region = std::move(whole);
}

const json& default_container_profiles() {
  static const json kProfiles = json::parse(R"({
    "BALANCED": {"0.1": {"cpu": 0.1, "memory": 352, "cpu_type": "shared"}, "0.25": {"cpu": 0.25, "memory": 640, "cpu_type": "shared"},
                 "0.5": {"cpu": 0.5, "memory": 1088, "cpu_type": "shared"}, "1": {"cpu": 1.0, "memory": 1920, "cpu_type": "shared"},
                 "2": {"cpu": 2.0, "memory": 2800, "cpu_type": "shared"}},
    "HIGH_MEMORY": {"0.1": {"cpu": 0.1, "memory": 448, "cpu_type": "shared"}, "0.5": {"cpu": 0.5, "memory": 1408, "cpu_type": "shared"},
                    "1": {"cpu": 1.0, "memory": 2432, "cpu_type": "shared"}}
  })");
  return kProfiles;
}

namespace {

// Every key that the published description requires and the client indexes without looking (endpoints.md,
// "Deployment").
const json& app_defaults() {
  static const json kApp = json::parse(R"({
    "name": "app", "type": "php:8.2", "size": "AUTO", "disk": 2048, "access": {"ssh": "contributor"}, "relationships": {},
    "additional_hosts": {}, "mounts": {}, "timezone": null, "variables": {}, "firewall": null, "container_profile": "BALANCED",
    "operations": {}, "preflight": {"enabled": true, "ignored_rules": []}, "tree_id": "0000000000000000000000000000000000000000",
    "app_dir": "/app", "endpoints": {}, "runtime": {}, "web": {"locations": {}, "move_to_root": false}, "hooks": {"build": null, "deploy": null, "post_deploy": null},
    "crons": {}, "source": {"root": "/", "operations": {}}, "build": {"flavor": "composer", "caches": {}}, "dependencies": {}, "stack": [],
    "is_across_submodule": false, "instance_count": 1, "config_id": "app", "slug_id": "app",
    "resources": {"base_memory": null, "memory_ratio": null, "profile_size": "0.5", "minimum": {"cpu": 0.1, "memory": 352, "cpu_type": "shared", "disk": 128, "profile_size": "0.1"},
                  "default": {"cpu": 0.5, "memory": 1088, "cpu_type": "shared", "disk": 512, "profile_size": "0.5"}, "disk": null}
  })");
  return kApp;
}

const json& service_defaults() {
  static const json kService = json::parse(R"({
    "type": "mariadb:10.6", "size": "AUTO", "disk": 1024, "access": {}, "configuration": {}, "relationships": {}, "firewall": null,
    "container_profile": "HIGH_MEMORY", "endpoints": {}, "instance_count": null,
    "resources": {"base_memory": null, "memory_ratio": null, "profile_size": "0.5", "minimum": {"cpu": 0.1, "memory": 448, "cpu_type": "shared", "disk": 256, "profile_size": "0.1"},
                  "default": {"cpu": 0.5, "memory": 1408, "cpu_type": "shared", "disk": 512, "profile_size": "0.5"}, "disk": null}
  })");
  return kService;
}

const json& route_defaults() {
  static const json kRoute = json::parse(R"({
    "primary": false, "id": null, "production_url": null, "attributes": {}, "tls": {"strict_transport_security": {"enabled": null, "include_subdomains": null, "preload": null},
    "min_version": null, "client_authentication": null, "client_certificate_authorities": []}, "redirects": {"expires": "-1", "paths": {}}
  })");
  return kRoute;
}

const json& operation_defaults() {
  static const json kOperation{
      {"commands", {{"start", ""}, {"stop", nullptr}}}, {"timeout", nullptr}, {"role", "admin"}};
  return kOperation;
}

void fill(json& entries, const json& defaults) {
  for (auto& [name, entry] : entries.items()) {
    if (!entry.is_object()) continue;
    json whole = defaults;
    for (const char* key : {"name", "config_id", "slug_id"}) {
      if (whole.contains(key)) whole[key] = name;
    }
    whole.update(entry, true);  // also inside: a world that says a size has not said everything of the resources
    entry = std::move(whole);
  }
}

}  // namespace

void complete_deployment(json& deployment) {
  fill(deployment["webapps"], app_defaults());
  json worker = app_defaults();
  for (const char* key :
       {"web", "hooks", "crons", "source", "build", "dependencies", "is_across_submodule", "config_id"})
    worker.erase(key);
  worker["worker"] = {{"commands", {{"pre_start", nullptr}, {"start", ""}, {"post_start", nullptr}}},
                      {"disk", nullptr}};
  worker["app"] = "app";
  fill(deployment["workers"], worker);
  fill(deployment["services"], service_defaults());
  for (const char* part : {"webapps", "workers"}) {
    for (auto& [name, container] : deployment[part].items()) fill(container["operations"], operation_defaults());
  }
  constexpr int kDay = 86'400;  // seconds: what a cron may take if its app does not say
  for (auto& [name, app] : deployment["webapps"].items()) fill(app["crons"], {{"timeout", kDay}});
  for (auto& [url, route] : deployment["routes"].items()) {
    if (!route.is_object()) continue;
    json whole = route_defaults();
    whole["original_url"] = url;
    if (route.value("type", "upstream") == "upstream") {
      whole.update({{"type", "upstream"},
                    {"upstream", "app:http"},
                    {"cache", {{"enabled", true}, {"default_ttl", 0}, {"cookies", {"*"}}, {"headers", {"Accept"}}}},
                    {"ssi", {{"enabled", false}}},
                    {"sticky", {{"enabled", false}}}});
    } else {
      whole["to"] = "";
    }
    whole.update(route);
    route = std::move(whole);
  }
}

json default_deployment(const std::string& project, const std::string& environment) {
  const std::string host = fmt::format("{}-{}.fr-1.webpaas.ovh.net", host_part(environment), project);
  json routes = json::object();
  routes["https://" + host + "/"] = {
      {"primary", true}, {"type", "upstream"}, {"upstream", "app:http"}, {"original_url", "https://{default}/"}};
  routes["http://" + host + "/"] = {
      {"type", "redirect"}, {"to", "https://" + host + "/"}, {"original_url", "http://{default}/"}};
  json result{{"webapps",
               {{"app",
                 {{"container_profile", "BALANCED"},
                  {"mounts", {{"/tmp", {{"source", "local"}, {"source_path", "tmp"}}}}},
                  {"relationships", {{"database", {{"service", "db"}, {"endpoint", "mysql"}}}}}}}}},
              {"workers", json::object()},
              {"services", {{"db", json::object()}}},
              {"routes", routes},
              {"tasks", json::object()},
              {"container_profiles", default_container_profiles()}};
  complete_deployment(result);
  return result;
}

}  // namespace understudy::model
