// Domains on both levels, and certificates. Source: endpoints.md, "Domains and certificates".
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "wire/records.hpp"
#include "wire/secrets.hpp"

namespace understudy::api {
namespace {

using model::Record;
using model::Records;

/// Domains of the environment in the path; without one those of production.
model::Environment& home_of_domains(Context& context) {
  if (context.environment != nullptr) return *context.environment;
  const auto production = context.project->environments.find(context.project->default_branch);
  if (production == context.project->environments.end()) throw ApiError{404, "The project has no production"};
  return production->second;
}

Record& domain_of_path(Context& context) {
  Records& domains = home_of_domains(context).domains;
  const auto found = domains.find(context.param("domain"));
  if (found == domains.end()) throw ApiError{404, "Domain not found: " + context.param("domain")};
  return found->second;
}

json shown(const Context& context, const Record& domain) {
  return wire::show_domain(context.viewer(), *context.project, context.environment, domain);
}

std::string start(Context& context, const std::string& what, const std::string& domain) {
  const bool of_project = context.environment == nullptr;
  return begin(context, {.type = (of_project ? "project.domain." : "environment.domain.") + what,
                         .environment = home_of_domains(context).id,
                         .subjects = {{"domain", domain, domain}},
                         .payload = {{"domain", domain}}});
}

bool is_host_name(std::string_view name) {
  const bool plain = std::ranges::all_of(
      name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '*'; });
  return plain && name.find('.') != std::string_view::npos && !name.starts_with('.') && !name.ends_with('.') &&
         name.find("..") == std::string_view::npos;
}

/// A name is unique over all projects.
void refuse_taken(const Context& context, const std::string& name) {
  for (const auto& [id, project] : context.core.state.projects) {
    for (const auto& [key, environment] : project.environments) {
      if (!environment.domains.contains(name)) continue;
      throw ApiError{409, "The domain " + name + " is already in use", {{"conflicting_domain", name}}};
    }
  }
}

/// Only so many environments besides production may have domains (capability `custom_domains`).
void refuse_beyond_limit(const Context& context, const model::Environment& target) {
  if (target.type == model::EnvironmentType::kProduction) return;
  if (!model::has_capability(*context.project, "custom_domains"))
    throw ApiError{403, "The plan allows no domains but those of production"};
  if (!target.domains.empty()) return;
  const json limit = context.project->capabilities.value("custom_domains", json::object())
                         .value("environments_with_domains_limit", json(nullptr));
  if (!limit.is_number_integer()) return;
  json with_domains = json::array();
  for (const auto& [id, environment] : context.project->environments) {
    if (environment.type != model::EnvironmentType::kProduction && !environment.domains.empty())
      with_domains.push_back(id);
  }
  if (static_cast<std::int64_t>(with_domains.size()) < limit.get<std::int64_t>()) return;
  throw ApiError{402,
                 "The plan allows no more environments with domains",
                 {{"environments_with_domains_limit", limit}, {"environments_with_domains", with_domains}}};
}

std::string replaced_by(const Record& domain) { return domain.extra.value("replacement_for", ""); }

/// What is no production domain stands for one, in the routes of its environment. The client knows these messages.
void attach(const Context& context, const model::Environment& target, Record& domain) {
  const std::string replaced = text_of_body(context, "replacement_for");
  if (replaced.empty())
    throw ApiError{400, "Bad Request", {{"error", "A non-production domain needs the domain that it replaces"}}};
  json known = json::array();
  const auto production = context.project->environments.find(context.project->default_branch);
  if (production != context.project->environments.end()) {
    for (const auto& [name, other] : production->second.domains) known.push_back(name);
  }
  if (std::ranges::find(known, json(replaced)) == known.end())
    throw ApiError{409,
                   "The domain " + replaced + " has no corresponding domain set on the production environment",
                   {{"prod-domains", known}}};
  for (const auto& [name, other] : target.domains) {
    if (replaced_by(other) != replaced) continue;
    throw ApiError{409,
                   "The environment already has a domain with the same replacement_for: " + replaced,
                   {{"conflicting_domain", name}}};
  }
  domain.extra["type"] = "replacement";
}

/// Whatever stood for a production domain goes with it.
void erase_domain(Context& context, model::Environment& home, const std::string& name) {
  home.domains.erase(name);
  if (home.type != model::EnvironmentType::kProduction) return;
  for (auto& [id, environment] : context.project->environments)
    std::erase_if(environment.domains, [&](const auto& entry) { return replaced_by(entry.second) == name; });
}

// --- certificates -----------------------------------------------------------------------------------------------

struct FreeX509 {
  void operator()(X509* x) const { X509_free(x); }
};
struct FreeBio {
  void operator()(BIO* b) const { BIO_free(b); }
};
struct FreeKey {
  void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
};
struct FreeNames {
  void operator()(GENERAL_NAMES* n) const { GENERAL_NAMES_free(n); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;
using Bio = std::unique_ptr<BIO, FreeBio>;

Bio bio_of(const std::string& text) { return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

Certificate read_certificate(const std::string& pem) {
  const Bio bio = bio_of(pem);
  Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  ERR_clear_error();
  return certificate;
}

bool belongs_to(const std::string& key_pem, X509* certificate) {
  const Bio bio = bio_of(key_pem);
  const std::unique_ptr<EVP_PKEY, FreeKey> key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
  const bool fits = key != nullptr && X509_check_private_key(certificate, key.get()) == 1;
  ERR_clear_error();
  return fits;
}

std::string common_name(const X509_NAME* name) {
  std::string text(256, '\0');
  const int size = X509_NAME_get_text_by_NID(const_cast<X509_NAME*>(name), NID_commonName, text.data(), 256);
  text.resize(static_cast<std::size_t>(std::max(size, 0)));
  return text;
}

std::vector<std::string> host_names(X509* certificate) {
  std::vector<std::string> result;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const ASN1_IA5STRING* text = name->d.dNSName;
    result.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  if (result.empty()) result.push_back(common_name(X509_get_subject_name(certificate)));
  return result;
}

Time expiry(X509* certificate) {
  std::tm parts{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts);
  return Time{std::chrono::seconds{::timegm(&parts)}};
}

/// A domain's own certificate, without the key, which never comes back. Throws ApiError 400 if they do not belong
/// together.
json ssl_of(const json& given) {
  json ssl = given.is_object() ? given : json::object();
  const auto text = [&](const char* name) {
    const auto found = ssl.find(name);
    return found == ssl.end() || !found->is_string() ? std::string{} : found->get<std::string>();
  };
  const std::string pem = text("certificate");
  ssl["has_certificate"] = !pem.empty();
  if (!pem.empty()) {
    const Certificate parsed = read_certificate(pem);
    if (parsed == nullptr) throw bad_request("ssl", "the certificate is no X.509 certificate in PEM");
    if (!belongs_to(text("key"), parsed.get()))
      throw bad_request("ssl", "the key is not the private key of the certificate");
  }
  ssl.erase("key");
  return ssl;
}

void keep_key(const Context& context) {
  context.keep(
      wire::private_key_of(context.body.value("ssl", json::object()), text_of_body(context, "name", "a domain")));
}

void keep_ssl(Context& context, Record& domain) {
  const auto ssl = context.body.find("ssl");
  if (ssl == context.body.end()) return;
  domain.extra["ssl"] = ssl_of(*ssl);
}

Record& certificate_of_path(Context& context) {
  const auto found = context.project->certificates.find(context.param("certificate"));
  if (found == context.project->certificates.end())
    throw ApiError{404, "Certificate not found: " + context.param("certificate")};
  return found->second;
}

}  // namespace

Response list_domains(Context& context) {
  json items = json::array();
  for (const auto& [name, domain] : home_of_domains(context).domains) items.push_back(shown(context, domain));
  return json_response(200, std::move(items));
}

Response get_domain(Context& context) { return json_response(200, shown(context, domain_of_path(context))); }

Response create_domain(Context& context) {
  keep_key(context);
  model::Environment& target = home_of_domains(context);
  const std::string name = needed_text(context, "name");
  if (!is_host_name(name)) throw ApiError{400, "Bad Request", {{"error", "Invalid domain name: " + name}}};
  refuse_taken(context, name);
  refuse_beyond_limit(context, target);
  Record domain;
  domain.id = name;
  domain.created_at = domain.updated_at = context.now;
  apply_or_refuse(domain, wire::domain_kind().fields, context.body, wire::kCreate);
  domain.extra["registered_name"] = name;
  if (target.type != model::EnvironmentType::kProduction) attach(context, target, domain);
  keep_ssl(context, domain);
  const Record& stored = target.domains[name] = domain;
  return accepted(context, 201, {start(context, "create", name)}, shown(context, stored));
}

Response update_domain(Context& context) {
  keep_key(context);
  Record& domain = domain_of_path(context);
  Record changed = domain;
  apply_or_refuse(changed, wire::domain_kind().fields, context.body, wire::kPatch);
  keep_ssl(context, changed);
  changed.updated_at = context.now;
  domain = std::move(changed);
  return accepted(context, 200, {start(context, "update", domain.id)}, shown(context, domain));
}

Response delete_domain(Context& context) {
  const std::string name = domain_of_path(context).id;
  erase_domain(context, home_of_domains(context), name);
  return accepted(context, 200, {start(context, "delete", name)});
}

Response list_certificates(Context& context) {
  json items = json::array();
  for (const auto& [id, certificate] : context.project->certificates)
    items.push_back(wire::show_certificate(context.viewer(), *context.project, certificate));
  return json_response(200, std::move(items));
}

Response get_certificate(Context& context) {
  return json_response(200, wire::show_certificate(context.viewer(), *context.project, certificate_of_path(context)));
}

Response create_certificate(Context& context) {
  context.keep(wire::private_key_of(context.body, "a certificate"));
  const std::string pem = needed_text(context, "certificate");
  const std::string key = needed_text(context, "key");
  const Certificate parsed = read_certificate(pem);
  if (parsed == nullptr) throw bad_request("certificate", "is no X.509 certificate in PEM");
  if (!belongs_to(key, parsed.get())) throw bad_request("key", "is not the private key of the certificate");
  for (const std::string& link : texts_of_body(context, "chain")) {
    if (read_certificate(link) == nullptr) throw bad_request("chain", "holds something that is no certificate");
  }
  Record certificate;
  certificate.id = context.core.ids.hex(40);
  certificate.created_at = certificate.updated_at = context.now;
  certificate.extra = {{"certificate", pem},
                       {"chain", texts_of_body(context, "chain")},
                       {"domains", host_names(parsed.get())},
                       {"expires_at", format_time(expiry(parsed.get()))},
                       {"issuer", json::array({{{"oid", "2.5.4.3"},
                                                {"alias", "commonName"},
                                                {"value", common_name(X509_get_issuer_name(parsed.get()))}}})}};
  const std::string name = host_names(parsed.get()).front();
  const Record& stored = context.project->certificates[certificate.id] = certificate;
  const std::string activity =
      begin(context, {.type = "project.certificate.create", .subjects = {{"certificate", stored.id, name}}});
  return accepted(context, 201, {activity}, wire::show_certificate(context.viewer(), *context.project, stored));
}

Response delete_certificate(Context& context) {
  const Record certificate = certificate_of_path(context);
  if (certificate.extra.value("is_provisioned", false))
    throw ApiError{403, "An automatically provisioned certificate cannot be deleted"};
  context.project->certificates.erase(certificate.id);
  const json domains = certificate.extra.value("domains", json::array());
  const std::string name = domains.empty() ? certificate.id : domains.front().get<std::string>();
  return accepted(
      context, 200,
      {begin(context, {.type = "project.certificate.delete", .subjects = {{"certificate", certificate.id, name}}})});
}

}  // namespace understudy::api
