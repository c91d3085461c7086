// What containers are told of the services that they may talk to.

#include <fmt/format.h>

#include <algorithm>

#include "document/hash.hpp"
#include "model/container_env.hpp"
#include "model/ids.hpp"

namespace understudy::model {
namespace {

/// How one speaks to a service. Source: the examples in the vendor's documentation of each service.
struct ServiceKind {
  std::string_view type;  // without its version
  std::string_view scheme;
  std::string_view rel;  // the usual endpoint
  int port;
  std::string_view username{};  // "" = neither this nor a password
  std::string_view password{};
  std::string_view path{};
};
constexpr ServiceKind kServices[] = {
    {"mariadb", "mysql", "mysql", 3306, "user", "", "main"},
    {"mariadb-replica", "mysql", "mysql", 3306, "user", "", "main"},
    {"mysql", "mysql", "mysql", 3306, "user", "", "main"},
    {"oracle-mysql", "mysql", "mysql", 3306, "user", "", "main"},
    {"postgresql", "pgsql", "postgresql", 5432, "main", "main", "main"},
    {"mongodb", "mongodb", "mongodb", 27017, "main", "main", "main"},
    {"mongodb-enterprise", "mongodb", "mongodb", 27017, "main", "main", "main"},
    {"redis", "redis", "redis", 6379},
    {"redis-persistent", "redis", "redis", 6379},
    {"valkey", "valkey", "valkey", 6379},
    {"valkey-persistent", "valkey", "valkey", 6379},
    {"memcached", "memcached", "memcached", 11211},
    {"rabbitmq", "amqp", "rabbitmq", 5672, "guest", "guest"},
    {"kafka", "kafka", "kafka", 9092},
    {"elasticsearch", "http", "elasticsearch", 9200},
    {"elasticsearch-enterprise", "http", "elasticsearch", 9200},
    {"opensearch", "http", "opensearch", 9200},
    {"solr", "solr", "solr", 8080, "", "", "solr/collection1"},
    {"influxdb", "http", "influxdb", 8086},
    {"vault-kms", "http", "manage_keys", 8200},
    {"chrome-headless", "http", "http", 9222},
    {"gotenberg", "http", "http", 3000},
};
constexpr ServiceKind kWebsite{"", "http", "http", 80};  // another app, a varnish

const ServiceKind& kind_of(std::string_view type) {
  const auto found = std::ranges::find(kServices, type.substr(0, type.find(':')), &ServiceKind::type);
  return found == std::end(kServices) ? kWebsite : *found;
}

struct Target {
  std::string service;
  std::string endpoint;  // "" = the usual one
};

std::string text_or(const json& from, const char* key, std::string otherwise) {
  const auto found = from.find(key);
  return found != from.end() && found->is_string() ? found->get<std::string>() : std::move(otherwise);
}

/// `database: {service: db, endpoint: mysql}`, `database: "db:mysql"`, or `db:` alone.
Target target_of(const std::string& name, const json& relationship) {
  if (relationship.is_string()) {
    const auto text = relationship.get<std::string>();
    const std::size_t colon = std::min(text.find(':'), text.size());
    return {text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
  }
  if (!relationship.is_object()) return {name, ""};
  return {text_or(relationship, "service", name), text_or(relationship, "endpoint", "")};
}

const json* find_target(const json& deployment, const std::string& service) {
  for (const char* part : {"services", "webapps"}) {
    const auto containers = deployment.find(part);
    if (containers == deployment.end() || !containers->is_object()) continue;
    if (const auto found = containers->find(service); found != containers->end()) return &*found;
  }
  return nullptr;
}

json endpoint(const Project& project, const Environment& environment, const std::string& name, const Target& target,
              const std::string& type) {
  const ServiceKind& kind = kind_of(type);
  const std::uint64_t hash = stable_hash(fmt::format("{}/{}/{}", project.id, environment.id, target.service));
  const auto or_null = [](std::string_view text, bool there) { return there ? json(text) : json(nullptr); };
  const bool login = !kind.username.empty();
  return {{"host", name + ".internal"},
          {"hostname", fmt::format("{}.{}.service._.{}", IdSource{hash}.draw(26), target.service, project.region)},
          {"ip", fmt::format("169.254.{}.{}", hash % 256, 1 + hash / 256 % 254)},
          {"cluster", fmt::format("{}-{}", project.id, environment.machine_name)},
          {"service", target.service},
          {"type", type},
          {"rel", target.endpoint.empty() ? std::string{kind.rel} : target.endpoint},
          {"scheme", kind.scheme},
          {"port", kind.port},
          {"username", or_null(kind.username, login)},
          {"password", or_null(kind.password, login)},
          {"path", or_null(kind.path, !kind.path.empty())},
          {"query", login ? json{{"is_master", true}} : json::object()},
          {"fragment", nullptr},
          {"public", false},
          {"host_mapped", false}};
}

}  // namespace

json relationships_of(const Project& project, const Environment& environment, const json& app) {
  json result = json::object();
  const Deployment& deployed = environment.deployment ? environment.deployment : environment.next;
  const auto relationships = app.find("relationships");
  if (!deployed || relationships == app.end() || !relationships->is_object()) return result;
  for (const auto& [name, relationship] : relationships->items()) {
    const Target target = target_of(name, relationship);
    const json* found = find_target(*deployed, target.service);
    if (found == nullptr) continue;
    result[name] = json::array({endpoint(project, environment, name, target, text_or(*found, "type", ""))});
  }
  return result;
}

}  // namespace understudy::model
