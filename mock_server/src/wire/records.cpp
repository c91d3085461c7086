#include "wire/records.hpp"

#include <algorithm>
#include <map>

#include "wire/links.hpp"

namespace understudy::wire {

using model::Record;

namespace {

enum Demand : unsigned {
  kOptional = 0,
  kRequired = 1U << 0U,
  kSecret = 1U << 1U,
  kReadOnly = 1U << 2U,
  kUnseen = 1U << 3U  ///< taken, but the published description of the answer does not know it
};

struct Row {
  std::string_view name;
  Shape shape;
  std::string_view fallback;  ///< JSON; "" = not there until somebody sets it
  unsigned demand = kOptional;
  bool nullable = false;
};

RecordKind kind_of(const std::vector<Row>& rows) {
  RecordKind kind;
  for (const Row& row : rows) {
    const std::string name{row.name};
    unsigned use = kCreate | kPatch;
    if ((row.demand & kReadOnly) != 0) use = kShow;
    if ((row.demand & (kSecret | kUnseen)) != 0) use |= kHidden;
    if ((row.demand & kSecret) != 0) kind.secrets.push_back(name);
    if ((row.demand & kRequired) != 0) kind.required.push_back(name);
    const json fallback = row.fallback.empty() ? json(json::value_t::discarded) : json::parse(row.fallback);
    kind.fields.push_back(plain<Record>(name, row.shape, row.nullable, fallback, use, name));
  }
  kind.fields.push_back(time<Record>("created_at", &Record::created_at, "when it was made"));
  kind.fields.push_back(time<Record>("updated_at", &Record::updated_at, "when it last changed"));
  return kind;
}

using enum Shape;

// What several types of integration have in common.
constexpr Row kCodeRows[] = {{"fetch_branches", kFlag, "true"},
                             {"prune_branches", kFlag, "true"},
                             {"environment_init_resources", kText, "\"parent\""}};
constexpr Row kLogRows[] = {{"extra", kObject, "{}"},
                            {"tls_verify", kFlag, "true"},
                            {"excluded_services", kTexts, "[]"},
                            {"redaction", kFlag, "", kUnseen}};
constexpr Row kEventRows[] = {{"events", kTexts, "[\"*\"]"},
                              {"environments", kTexts, "[\"*\"]"},
                              {"excluded_environments", kTexts, "[]"},
                              {"states", kTexts, "[\"complete\"]"},
                              {"result", kText, "\"*\""}};

RecordKind kind_of(std::span<const Row> common, std::initializer_list<Row> own) {
  std::vector<Row> rows{common.begin(), common.end()};
  rows.insert(rows.end(), own.begin(), own.end());
  return kind_of(rows);
}

const std::map<std::string, RecordKind, std::less<>>& integration_table() {
  static const std::map<std::string, RecordKind, std::less<>> kTable{
      {"github", kind_of(kCodeRows, {{"base_url", kText, "null", kOptional, true},
                                     {"repository", kText, "", kRequired},
                                     {"build_pull_requests", kFlag, "true"},
                                     {"build_draft_pull_requests", kFlag, "true"},
                                     {"build_pull_requests_post_merge", kFlag, "false"},
                                     {"pull_requests_clone_parent_data", kFlag, "true"},
                                     {"token_type", kText, "\"classic_personal_token\"", kReadOnly},
                                     {"token", kText, "", kRequired | kSecret}})},
      {"gitlab", kind_of(kCodeRows, {{"base_url", kText, "\"https://gitlab.com/\""},
                                     {"project", kText, "", kRequired},
                                     {"build_merge_requests", kFlag, "true"},
                                     {"build_wip_merge_requests", kFlag, "true"},
                                     {"merge_requests_clone_parent_data", kFlag, "true"},
                                     {"token", kText, "", kRequired | kSecret}})},
      {"bitbucket", kind_of(kCodeRows, {{"app_credentials", kObject, "", kSecret, true},
                                        {"addon_credentials", kObject, "", kSecret, true},
                                        {"repository", kText, "", kRequired},
                                        {"build_pull_requests", kFlag, "true"},
                                        {"pull_requests_clone_parent_data", kFlag, "true"},
                                        {"resync_pull_requests", kFlag, "false"}})},
      {"bitbucket_server", kind_of(kCodeRows, {{"url", kText, "", kRequired},
                                               {"username", kText, "", kRequired},
                                               {"project", kText, "", kRequired},
                                               {"repository", kText, "", kRequired},
                                               {"build_pull_requests", kFlag, "true"},
                                               {"pull_requests_clone_parent_data", kFlag, "true"},
                                               {"token", kText, "", kRequired | kSecret}})},
      {"fastly",
       kind_of(kEventRows, {{"service_id", kText, "", kRequired}, {"token", kText, "", kRequired | kSecret}})},
      {"webhook", kind_of(kEventRows, {{"shared_key", kText, "null", kSecret, true}, {"url", kText, "", kRequired}})},
      {"script", kind_of(kEventRows, {{"script", kText, "", kRequired}})},
      {"health.email",
       kind_of({{"from_address", kText, "null", kOptional, true}, {"recipients", kTexts, "", kRequired}})},
      {"health.slack", kind_of({{"channel", kText, "", kRequired}, {"token", kText, "", kRequired | kSecret}})},
      {"health.pagerduty", kind_of({{"routing_key", kText, "", kRequired}})},
      {"health.webhook", kind_of({{"url", kText, "", kRequired}, {"shared_key", kText, "null", kSecret, true}})},
      {"httplog", kind_of(kLogRows, {{"url", kText, "", kRequired}, {"headers", kObject, "{}"}})},
      {"otlplog", kind_of(kLogRows, {{"url", kText, "", kRequired}, {"headers", kObject, "{}"}})},
      {"newrelic", kind_of(kLogRows, {{"url", kText, "", kRequired}, {"license_key", kText, "", kRequired | kSecret}})},
      {"splunk", kind_of(kLogRows, {{"url", kText, "", kRequired},
                                    {"index", kText, "", kRequired},
                                    {"sourcetype", kText, "\"\""},
                                    {"token", kText, "", kRequired | kSecret}})},
      {"sumologic", kind_of(kLogRows, {{"url", kText, "", kRequired}, {"category", kText, "\"\""}})},
      {"syslog", kind_of(kLogRows, {{"host", kText, "\"localhost\""},
                                    {"port", kInteger, "514"},
                                    {"protocol", kText, "\"udp\""},
                                    {"facility", kInteger, "1"},
                                    {"message_format", kText, "\"rfc5424\""},
                                    {"auth_token", kText, "", kSecret},
                                    {"auth_mode", kText, "", kUnseen}})},
  };
  return kTable;
}

/// Has its own application outside the platform, which is told about it by this URL.
bool has_hook(std::string_view type) {
  return type == "github" || type == "gitlab" || type == "bitbucket" || type == "bitbucket_server";
}

}  // namespace

const RecordKind& domain_kind() {
  static const RecordKind kKind = kind_of({{"name", kText, "", kRequired},
                                           {"registered_name", kText, "", kReadOnly},
                                           {"type", kText, "\"production\"", kReadOnly},
                                           {"replacement_for", kText, "", kOptional},
                                           {"attributes", kObject, "{}"},
                                           {"is_default", kFlag, "false"},
                                           {"ssl", kObject, "{\"has_certificate\":false}"}});
  return kKind;
}

const RecordKind& certificate_kind() {
  static const RecordKind kKind = kind_of({{"certificate", kText, "\"\"", kRequired},
                                           {"key", kText, "", kRequired | kSecret},
                                           {"chain", kTexts, "[]"},
                                           {"is_provisioned", kFlag, "false", kReadOnly},
                                           {"is_invalid", kFlag, "false", kReadOnly},
                                           {"is_root", kFlag, "false", kReadOnly},
                                           {"domains", kTexts, "[]", kReadOnly},
                                           {"auth_type", kTexts, "[\"user-provided\"]", kReadOnly},
                                           {"issuer", kList, "[]", kReadOnly},
                                           {"expires_at", kTime, "\"2027-01-01T00:00:00.000000+00:00\"", kReadOnly}});
  return kKind;
}

const RecordKind& version_kind() {
  static const RecordKind kKind = kind_of({{"commit", kText, "null", kReadOnly, true},
                                           {"locked", kFlag, "false", kReadOnly},
                                           {"routing", kObject, "{\"percentage\":0}"}});
  return kKind;
}

const RecordKind& ssh_key_kind() {
  static const RecordKind kKind =
      kind_of({{"value", kText, "", kRequired}, {"title", kText, "\"\""}, {"fingerprint", kText, "\"\"", kReadOnly}});
  return kKind;
}

const RecordKind* integration_kind(std::string_view type) {
  const auto found = integration_table().find(type);
  return found == integration_table().end() ? nullptr : &found->second;
}

std::vector<std::string> integration_types() {
  std::vector<std::string> result;
  for (const auto& [type, kind] : integration_table()) result.push_back(type);
  return result;
}

const Fields<Record>& integration_world_fields() {
  static const Fields<Record> kFields = [] {
    Fields<Record> all{plain<Record>("type", kText, false, "", kShow, "github, webhook, health.email ...")};
    for (const auto& [type, kind] : integration_table()) {
      for (const Field<Record>& field : kind.fields) {
        const bool known = std::ranges::any_of(all, [&](const auto& other) { return other.name == field.name; });
        if (!known) all.push_back(field);
      }
    }
    return all;
  }();
  return kFields;
}

json show_domain(const Viewer& viewer, const model::Project& project, const model::Environment* environment,
                 const Record& domain) {
  json result = show(domain, domain_kind().fields);
  if (result.contains("ssl") && result["ssl"].is_object()) result["ssl"].erase("key");  // it never comes back
  result["id"] = domain.id;
  result["project"] = project.id;
  // Only a domain of production can be the default one; another stands for one of them.
  result.erase(result.contains("replacement_for") ? "is_default" : "replacement_for");
  const std::string self = (environment == nullptr ? project_path(project.id) : environment_path(*environment)) +
                           "/domains/" + encode_segment(domain.id);
  link(result, "self", self);
  if (viewer.may(project, model::Permission::kChangeSettings, environment)) {
    link(result, "#edit", self);
    link(result, "#delete", self);
  }
  return result;
}

json show_certificate(const Viewer& viewer, const model::Project& project, const Record& certificate) {
  json result = show(certificate, certificate_kind().fields);
  result["id"] = certificate.id;
  const std::string self = project_path(project.id) + "/certificates/" + encode_segment(certificate.id);
  link(result, "self", self);
  if (viewer.may(project, model::Permission::kChangeSettings)) {
    link(result, "#edit", self);
    link(result, "#delete", self);
  }
  return result;
}

json show_version(const Viewer& viewer, const model::Environment& environment, const Record& version) {
  json result = show(version, version_kind().fields);
  for (const char* field : {"created_at", "updated_at"}) result.erase(field);  // as the published description has it
  result["id"] = version.id;
  const std::string self = environment_path(environment) + "/versions/" + encode_segment(version.id);
  link(result, "self", self);
  const model::Project& project = *viewer.state.find_project(environment.project);
  if (viewer.may(project, model::Permission::kRunActions, &environment)) {
    link(result, "#edit", self);
    link(result, "#delete", self);
  }
  return result;
}

json show_integration(const Viewer& viewer, const model::Project& project, const Record& integration) {
  const std::string type = integration.extra.value("type", "");
  const RecordKind* kind = integration_kind(type);
  json result = kind == nullptr ? json::object() : show(integration, kind->fields);
  result["id"] = integration.id;
  result["type"] = type;
  if (type == "webhook")
    result["shared_key"] = nullptr;  // the published description wants one; a secret never comes back
  const std::string self = project_path(project.id) + "/integrations/" + encode_segment(integration.id);
  link(result, "self", self);
  if (viewer.may(project, model::Permission::kChangeSettings)) {
    for (const char* relation : {"#edit", "#delete"}) link(result, relation, self);
    link(result, "#validate", self + "/validate");
    if (has_hook(type)) link(result, "#hook", self + "/hook");
  }
  return result;
}

json show_ssh_key(const Record& key) {
  json result = show(key, ssh_key_kind().fields);
  result["key_id"] = std::stoi(key.id);
  result["changed"] = format_time(key.updated_at);
  return result;
}

}  // namespace understudy::wire
