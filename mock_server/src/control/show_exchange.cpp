#include "control/show_exchange.hpp"

#include <algorithm>

#include "mock_server/ascii.hpp"
#include "recording/secret_fields.hpp"

namespace understudy::control {
namespace {

constexpr std::size_t kLongestBody = 256 << 10;

json shown_headers(const Office& office, const std::vector<Header>& headers) {
  json shown = json::array();
  for (const Header& header : headers)
    shown.push_back({{"name", header.name}, {"value", shown_header(office, header)}});
  return shown;
}

/// At most `kLongestBody`, and no half of a character at the end. Covered before it is cut: half a secret is one, too.
std::string shown_body(const Office& office, const std::string& body, bool& cut) {
  std::string shown = office.cover(body);
  if (shown.size() <= kLongestBody) return shown;
  cut = true;
  std::size_t end = kLongestBody;
  while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
  shown.resize(end);
  return shown;
}

}  // namespace

std::string shown_header(const Office& office, const Header& header) {
  using recording::Where;
  std::string covered = office.cover(header.value);
  if (covered != header.value) return covered;
  if (recording::secret_field(Where::kHeader, header.name, header.value, {}) == nullptr) return covered;
  const std::size_t scheme = lower(header.name).ends_with("authorization") ? header.value.find(' ') : std::string::npos;
  return scheme == std::string::npos ? "[unknown]" : header.value.substr(0, scheme) + " [unknown]";
}

json show_entry(const Office& office, const Exchange& exchange) {
  const auto wall = office.options().started_at + std::chrono::duration_cast<Milliseconds>(exchange.wall_time);
  const bool finished = exchange.answered_at != Time{};
  const bool unknown = exchange.note == "no route" || exchange.status == 501;
  return {{"number", exchange.number},
          {"at", format_time(exchange.platform_time)},
          {"wall", format_time(wall)},
          {"duration_ms", static_cast<double>(exchange.wall_duration.count()) / 1000},
          {"method", exchange.method},
          {"path", office.cover(exchange.path)},
          {"query", office.cover(exchange.query)},
          {"status", exchange.status},
          {"user", exchange.user},
          {"client", exchange.client},
          {"route", exchange.route},
          {"operation", exchange.operation},
          {"note", office.cover(exchange.note)},
          {"poll", exchange.poll},
          {"finished", finished},
          {"answered", !unknown},
          {"let_in", exchange.let_in},
          {"console", find_header(exchange.request_headers, "X-Understudy-Console") != nullptr},
          {"auth",
           {{"role_needed", exchange.auth.role_needed},
            {"role_had", exchange.auth.role_had},
            {"role_on", exchange.auth.role_on},
            {"refused", to_string(exchange.auth.refused)},
            {"bearer", exchange.auth.bearer},
            {"token", exchange.auth.token}}}};
}

json show_whole(const Office& office, const Exchange& exchange) {
  json shown = show_entry(office, exchange);
  bool cut = false;
  shown["request_headers"] = shown_headers(office, exchange.request_headers);
  shown["request_body"] = shown_body(office, exchange.request_body, cut);
  shown["response_headers"] = shown_headers(office, exchange.response_headers);
  shown["response_body"] = shown_body(office, exchange.response_body, cut);
  shown["cut"] = cut;
  return shown;
}

}  // namespace understudy::control
