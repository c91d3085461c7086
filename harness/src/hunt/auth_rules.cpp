#include "hunt/auth_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace understudy {
namespace {

std::string name_of(const Exchange& exchange) { return exchange.method + " " + exchange.path; }

Exposure broken(const std::string& rule, const std::string& place, const Exchange& exchange) {
  return {.rule = rule, .place = place, .spot = fmt::format("request {}", exchange.number)};
}

bool is_token_request(const Exchange& exchange) {
  return exchange.method == "POST" && exchange.path.ends_with("/oauth2/token");
}

/// Names of a form's fields in their order, with the values of those that are no secrets: "grant_type=api_token".
std::string shape_of_form(const std::string& body) {
  std::string shape;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('&', at), body.size());
    const std::string field = body.substr(at, end - at);
    const std::string name = field.substr(0, field.find('='));
    shape += (shape.empty() ? "" : "&") + (name == "grant_type" || name == "client_secret" ? field : name);
    at = end + 1;
  }
  return shape;
}

/// From the form itself: what a fault answers is not read by anybody.
std::string grant_of(const std::string& shape) {
  constexpr std::string_view kName = "grant_type=";
  const std::size_t at = shape.find(kName);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + kName.size();
  return shape.substr(begin, shape.find('&', begin) - begin);
}

/// Contract, section 2.1.
struct Form {
  std::string fields;
  bool basic;  ///< the client's id stands in the header Authorization
};
const std::map<std::string, Form>& forms() {
  static const std::map<std::string, Form> kForms{
      {"api_token", {"client_id&client_secret=&grant_type=api_token&api_token", false}},
      {"refresh_token", {"client_id&client_secret=&grant_type=refresh_token&refresh_token", false}},
      {"client_credentials", {"client_id&client_secret=&grant_type=client_credentials", false}},
      {"authorization_code", {"grant_type=authorization_code&code&redirect_uri&code_verifier", true}}};
  return kForms;
}

std::string sorted(const std::string& fields) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= fields.size();) {
    const std::size_t end = std::min(fields.find('&', at), fields.size());
    parts.push_back(fields.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, "&"));
}

/// What is wrong with it; "" if nothing.
std::string fault_of_form(const Exchange& exchange) {
  const std::string shape = shape_of_form(exchange.request_body);
  const std::string grant = grant_of(shape);
  const auto form = forms().find(grant);
  if (form == forms().end()) return fmt::format("the grant \"{}\" is none that it has", grant);
  const std::string* const type = find_header(exchange.request_headers, "Content-Type");
  if (type == nullptr || !type->starts_with("application/x-www-form-urlencoded")) return "it is no form";
  const std::string* const header = find_header(exchange.request_headers, "Authorization");
  if ((header != nullptr && header->starts_with("Basic ")) != form->second.basic)
    return form->second.basic ? "it carries no Basic authorization" : "it carries an authorization";
  if (sorted(shape) != sorted(form->second.fields))
    return fmt::format("its fields are {}, not {}", shape, form->second.fields);
  return {};
}

void look_at_requests(const AuthTraces& traces, std::vector<Exposure>& into) {
  const Exchange* unused = nullptr;  // the request for a token that was not used since
  for (const Exchange& exchange : traces.exchanges) {
    if (is_token_request(exchange)) {
      if (const std::string fault = fault_of_form(exchange); !fault.empty())
        into.push_back(broken("exchange-form", name_of(exchange) + ": " + fault, exchange));
      const bool succeeded = exchange.auth.outcome.starts_with("access token");
      if (succeeded && unused != nullptr) {
        into.push_back(broken("renewed-once",
                              fmt::format("{}: {} was not used before {} was asked for", name_of(exchange),
                                          unused->auth.outcome, exchange.auth.outcome),
                              exchange));
      }
      if (succeeded) unused = &exchange;
    } else if (exchange.auth.bearer_due && exchange.auth.bearer.empty()) {
      into.push_back(broken("bearer-missing", name_of(exchange), exchange));
    } else if (!exchange.auth.bearer.empty()) {
      unused = nullptr;
    }
  }
}

void look_at_logout(const AuthTraces& traces, std::vector<Exposure>& into) {
  for (const AuthTraces::Good& token : traces.good) {
    into.push_back(
        {.rule = "after-logout-on-platform", .secret = token.name, .place = token.name, .spot = token.until});
    for (const Exposure& shown : traces.shown) {
      const bool on_disk = shown.secret == token.name && shown.place.starts_with("file ");
      if (!on_disk || shown.kind.starts_with("fingerprint")) continue;
      into.push_back({.rule = "after-logout-on-disk",
                      .secret = token.name,
                      .place = token.name + " in " + shown.place,
                      .spot = token.until});
    }
  }
}

}  // namespace

std::vector<Exposure> broken_auth_rules(const AuthTraces& traces) {
  std::vector<Exposure> exposures;
  if (traces.subcommand.empty()) return exposures;
  look_at_requests(traces, exposures);
  const bool logout = traces.subcommand == "auth:logout" || traces.subcommand == "logout";
  if (logout && traces.succeeded) look_at_logout(traces, exposures);
  return exposures;
}

}  // namespace understudy
