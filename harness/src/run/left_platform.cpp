#include "run/left_platform.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "harness/report.hpp"

namespace understudy {
namespace {

using nlohmann::json;

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }
Time time_of(const json& count) { return Time{Milliseconds{count.get<std::int64_t>()}}; }

json headers_json(const std::vector<Header>& headers) {
  json out = json::array();
  for (const Header& header : headers) out.push_back({header.name, header.value});
  return out;
}

std::vector<Header> headers_from(const json& in) {
  std::vector<Header> headers;
  for (const json& pair : in) headers.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
  return headers;
}

/// Bodies may be bytes of any kind, which JSON cannot hold.
json bytes_json(const std::string& bytes) { return json::binary({bytes.begin(), bytes.end()}); }
std::string bytes_from(const json& in) { return {in.get_binary().begin(), in.get_binary().end()}; }

json auth_json(const Authentication& auth) {
  return {{"due", auth.bearer_due},
          {"bearer", auth.bearer},
          {"refused", static_cast<int>(auth.refused)},
          {"token", auth.token},
          {"grant", auth.grant_type},
          {"outcome", auth.outcome},
          {"role_needed", auth.role_needed},
          {"role_had", auth.role_had},
          {"role_on", auth.role_on}};
}

Authentication auth_from(const json& in) {
  return {.bearer_due = in.at("due").get<bool>(),
          .bearer = in.at("bearer").get<std::string>(),
          .refused = static_cast<BearerRefusal>(in.at("refused").get<int>()),
          .token = in.at("token").get<std::string>(),
          .grant_type = in.at("grant").get<std::string>(),
          .outcome = in.at("outcome").get<std::string>(),
          .role_needed = in.at("role_needed").get<std::string>(),
          .role_had = in.at("role_had").get<std::string>(),
          .role_on = in.at("role_on").get<std::string>()};
}

json exchange_json(const Exchange& exchange) {
  return {{"client", exchange.client},
          {"client_id", exchange.client_id},
          {"at", count_of(exchange.platform_time)},
          {"answered_at", count_of(exchange.answered_at)},
          {"wall", exchange.wall_time.count()},
          {"wall_duration", exchange.wall_duration.count()},
          {"method", exchange.method},
          {"path", exchange.path},
          {"query", exchange.query},
          {"request_headers", headers_json(exchange.request_headers)},
          {"request_body", bytes_json(exchange.request_body)},
          {"status", exchange.status},
          {"response_headers", headers_json(exchange.response_headers)},
          {"response_body", bytes_json(exchange.response_body)},
          {"route", exchange.route},
          {"operation", exchange.operation},
          {"user", exchange.user},
          {"note", exchange.note},
          {"auth", auth_json(exchange.auth)},
          {"poll", exchange.poll},
          {"let_in", exchange.let_in}};
}

Exchange exchange_from(const json& in) {
  return {.client = in.at("client").get<std::string>(),
          .client_id = in.at("client_id").get<std::uint64_t>(),
          .platform_time = time_of(in.at("at")),
          .answered_at = time_of(in.at("answered_at")),
          .wall_time = std::chrono::microseconds{in.at("wall").get<std::int64_t>()},
          .wall_duration = std::chrono::microseconds{in.at("wall_duration").get<std::int64_t>()},
          .method = in.at("method").get<std::string>(),
          .path = in.at("path").get<std::string>(),
          .query = in.at("query").get<std::string>(),
          .request_headers = headers_from(in.at("request_headers")),
          .request_body = bytes_from(in.at("request_body")),
          .status = in.at("status").get<int>(),
          .response_headers = headers_from(in.at("response_headers")),
          .response_body = bytes_from(in.at("response_body")),
          .route = in.at("route").get<std::string>(),
          .operation = in.at("operation").get<std::string>(),
          .user = in.at("user").get<std::string>(),
          .note = in.at("note").get<std::string>(),
          .auth = auth_from(in.at("auth")),
          .poll = in.at("poll").get<bool>(),
          .let_in = in.at("let_in").get<bool>()};
}

}  // namespace

void write_left_platform(const std::filesystem::path& file, const json& snapshot,
                         const std::vector<Exchange>& exchanges, const std::string& token) {
  json out{{"snapshot", snapshot}, {"exchanges", json::array()}, {"token", token}};
  for (const Exchange& exchange : exchanges) out["exchanges"].push_back(exchange_json(exchange));
  const std::vector<std::uint8_t> bytes = json::to_cbor(out);
  std::ofstream{file}.close();
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream stream{file, std::ios::binary};
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream.flush()) throw std::runtime_error{"cannot write " + file.string()};
}

LeftPlatform read_left_platform(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{"cannot read " + file.string()};
  const json in = json::from_cbor(stream);
  LeftPlatform left{.snapshot = read_snapshot(in.at("snapshot")), .token = in.at("token").get<std::string>()};
  for (const json& exchange : in.at("exchanges")) left.exchanges.push_back(exchange_from(exchange));
  return left;
}

}  // namespace understudy
