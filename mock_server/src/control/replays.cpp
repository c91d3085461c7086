// A request as something to send again, and as something to expect.
#include <fmt/format.h>

#include <set>

#include "control/show_exchange.hpp"
#include "mock_server/ascii.hpp"
#include "mock_server/hop_by_hop.hpp"

namespace understudy::control {
namespace {

constexpr std::string_view kCovered = "[secret ";

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return quoted + "'";
}

/// What curl says by itself, or what was about the connection.
bool is_of_the_connection(const std::string& name) {
  static const std::set<std::string> kSaidByCurl{"host", "content-length", "accept-encoding", "user-agent", "expect"};
  return is_hop_by_hop(name) || kSaidByCurl.contains(lower(name));
}

/// A secret is any text, in a scenario: its value is nowhere in it. `$` begins a variable there.
json for_scenario(const json& value) {
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    if (text.find(kCovered) != std::string::npos) return "#string";
    std::string escaped;
    for (const char c : text) escaped += c == '$' ? std::string{"$$"} : std::string(1, c);
    return escaped;
  }
  if (!value.is_structured()) return value;
  json result = value;
  for (json& each : result) each = for_scenario(each);
  return result;
}

void add_body(json& details, const Office& office, const Exchange& exchange) {
  const std::string body = office.cover(exchange.request_body);
  const std::string* type = find_header(exchange.request_headers, "Content-Type");
  if (body.empty()) return;
  if (type != nullptr && type->find("x-www-form-urlencoded") != std::string::npos) {
    for (const auto& [name, value] : parameters_of(body, true)) {
      const json text = for_scenario(value);
      details["form"][name] = text == "#string" ? json("[..]") : text;
    }
    return;
  }
  json parsed = json::parse(body, nullptr, false);
  if (parsed.is_object() && !parsed.empty()) details["json"] = for_scenario(parsed);
}

std::string without_api(std::string path) { return path.starts_with("/api/") ? path.substr(4) : path; }

}  // namespace

std::string curl_line(const Office& office, const Exchange& exchange) {
  std::string line = "curl -sS";
  if (exchange.method != "GET") line += " -X " + exchange.method;
  for (const Header& header : exchange.request_headers) {
    if (is_of_the_connection(header.name)) continue;
    if (same_ignoring_case(header.name, "authorization") && lower(header.value).starts_with("bearer "))
      line += " -H \"Authorization: Bearer $TOKEN\"";
    else
      line += " -H " + shell_quoted(header.name + ": " + shown_header(office, header));
  }
  if (!exchange.request_body.empty()) line += " --data-raw " + shell_quoted(office.cover(exchange.request_body));
  return line + " " + shell_quoted(office.base_url() + office.cover(target(exchange)));
}

std::string scenario_step(const Office& office, const Exchange& exchange) {
  json details = json::object();
  add_body(details, office, exchange);
  if (exchange.status != 0) details["status"] = exchange.status;
  if (!exchange.user.empty()) details["user"] = exchange.user;
  std::string path = without_api(office.cover(exchange.path));
  if (!exchange.query.empty()) path += "?" + office.cover(exchange.query);
  const json request = for_scenario(exchange.method + " " + path);
  // JSON is YAML; the command is for whoever pastes it to say.
  const auto replace = json::error_handler_t::replace;
  return fmt::format("- run: webpaas COMMAND\n  requests:\n  - {}: {}\n", request.dump(-1, ' ', false, replace),
                     details.dump(-1, ' ', false, replace));
}

}  // namespace understudy::control
