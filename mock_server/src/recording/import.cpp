#include "mock_server/import.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "mock_server/ascii.hpp"
#include "mock_server/url.hpp"
#include "recording/coding.hpp"
#include "recording/headers.hpp"

namespace understudy {
namespace {

using namespace recording;

// What the API's paths begin with, perhaps below /api or /platform (endpoints.md).
constexpr std::array<std::string_view, 15> kApiRoots{
    "me",    "users",   "projects", "organizations", "oauth2",        "ref",          "ssh",       "ssh_keys",
    "teams", "regions", "plans",    "invitations",   "subscriptions", "environments", "activities"};

// Of the person, their browser and the page; nothing that an API answers by. Cookies, too: an API is told who asks by
// Authorization, and a console's session is nobody's business.
constexpr std::array<std::string_view, 28> kRequestNoise{"accept-language",
                                                         "cookie",
                                                         "dnt",
                                                         "priority",
                                                         "referer",
                                                         "origin",
                                                         "pragma",
                                                         "cache-control",
                                                         "user-agent",
                                                         "purpose",
                                                         "via",
                                                         "x-forwarded-for",
                                                         "x-client-data",
                                                         "x-forwarded-proto",
                                                         "x-forwarded-host",
                                                         "x-real-ip",
                                                         "forwarded",
                                                         "if-none-match",
                                                         "if-modified-since",
                                                         "upgrade-insecure-requests",
                                                         "save-data",
                                                         "x-requested-with",
                                                         "traceparent",
                                                         "tracestate",
                                                         "baggage",
                                                         "sentry-trace",
                                                         "cf-connecting-ip",
                                                         "expect"};
constexpr std::array<std::string_view, 30> kAnswerNoise{"set-cookie",
                                                        "set-cookie2",
                                                        "alt-svc",
                                                        "strict-transport-security",
                                                        "server-timing",
                                                        "nel",
                                                        "report-to",
                                                        "reporting-endpoints",
                                                        "content-security-policy",
                                                        "expect-ct",
                                                        "via",
                                                        "age",
                                                        "x-cache",
                                                        "x-cache-hits",
                                                        "x-served-by",
                                                        "x-timer",
                                                        "cf-ray",
                                                        "cf-cache-status",
                                                        "x-amz-cf-id",
                                                        "x-amz-cf-pop",
                                                        "x-xss-protection",
                                                        "x-frame-options",
                                                        "x-content-type-options",
                                                        "referrer-policy",
                                                        "permissions-policy",
                                                        "cross-origin-opener-policy",
                                                        "cross-origin-resource-policy",
                                                        "cross-origin-embedder-policy",
                                                        "x-powered-by",
                                                        "accept-ch"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_request_noise(const Header& header) {
  const std::string name = lower(header.name);
  return name.starts_with("sec-") || name.starts_with("proxy-") || is_one_of(kRequestNoise, name);
}

bool is_answer_noise(const Header& header) {
  const std::string name = lower(header.name);
  return name.starts_with("access-control-") || is_one_of(kAnswerNoise, name);
}

/// Exporters that take secrets out themselves leave a word in their place.
bool is_taken_out(const Header& header) {
  if (lower(header.name) != "authorization") return false;
  const std::string value = lower(header.value);
  return value.empty() || value.find("redacted") != std::string::npos || value.find("***") != std::string::npos ||
         value.find("<hidden>") != std::string::npos || value.find("sanitized") != std::string::npos;
}

std::string media_type_of(const RecordedExchange& exchange) {
  const std::string* const header = find_header(exchange.response_headers, "Content-Type");
  return media_type(exchange.content_type.empty() && header != nullptr ? *header : exchange.content_type);
}

bool is_json(const std::string& type) {
  return type.find("json") != std::string::npos && type != "application/manifest+json";
}

/// A log that is streamed, or an answer without a body.
bool is_plain(const std::string& type) {
  return type.empty() || type == "text/plain" || type == "text/event-stream" || type == "application/octet-stream" ||
         type == "application/x-www-form-urlencoded";
}

/// Of a path that names a file of a page.
bool is_file_of_page(std::string_view path) {
  constexpr std::array<std::string_view, 17> kEndings{".js",    ".mjs", ".css",  ".map",         ".png",  ".jpg",
                                                      ".jpeg",  ".gif", ".svg",  ".ico",         ".webp", ".woff",
                                                      ".woff2", ".ttf", ".wasm", ".webmanifest", ".html"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_api_path(std::string_view path) {
  std::vector<std::string> segments = path_segments(path);
  if (!segments.empty() && (segments.front() == "api" || segments.front() == "platform"))
    segments.erase(segments.begin());
  return !segments.empty() && is_one_of(kApiRoots, segments.front());
}

/// Why the exchange cannot be asked of an API, whichever that is; "" if it can.
std::string why_no_api(const RecordedExchange& exchange) {
  const std::string type = media_type_of(exchange);
  if (exchange.method == "OPTIONS") return "preflights and other OPTIONS";
  if (exchange.method == "CONNECT") return "tunnels through a proxy";
  if (exchange.status == 101 || exchange.server.starts_with("ws:") || exchange.server.starts_with("wss:"))
    return "web sockets";
  if (exchange.status == 0) return "never answered: blocked, aborted or dropped";
  if (type == "text/html" && exchange.status < 400) return "pages";
  if (!is_json(type) && !is_plain(type) && exchange.status < 400) return "files of pages";
  if (is_file_of_page(exchange.path) && !is_json(type)) return "files of pages";
  const bool has_body = exchange.method != "HEAD" && exchange.status != 204 && exchange.status != 304;
  if (exchange.status == 304 && exchange.response_body.empty()) return "304: the body is in the browser's cache only";
  if (has_body && is_json(type) && exchange.response_body.empty())
    return "without the body of the answer: the exporter left it out";
  return {};
}

bool matches_path(const std::vector<std::string>& patterns, std::string_view path) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
           const bool below = path.starts_with(pattern) &&
                              (path.size() == pattern.size() || path[pattern.size()] == '/' || pattern.ends_with('/'));
           return below || matches_glob(pattern, path, '/');
         });
}

class Importer {
public:
  Importer(Recording recording, const ImportSettings& settings) : settings_{settings} {
    imported_.recording = std::move(recording);
  }

  Imported carry_out() {
    std::vector<RecordedExchange>& all = imported_.recording.exchanges;
    std::ranges::stable_sort(all, {}, [](const RecordedExchange& one) { return one.started.value_or(Time::min()); });
    find_hosts(all);
    std::vector<RecordedExchange> kept;
    for (RecordedExchange& exchange : all) {
      const std::string reason = why_left_out(exchange);
      if (reason.empty())
        kept.push_back(cleaned(std::move(exchange)));
      else
        leave_out(reason, exchange);
    }
    all = std::move(kept);
    return std::move(imported_);
  }

private:
  /// Without `hosts`: those with an answer on one of the API's own paths, or if there are none, all that answer JSON.
  void find_hosts(const std::vector<RecordedExchange>& all) {
    if (!settings_.hosts.empty()) return;
    std::set<std::string> json;
    for (const RecordedExchange& exchange : all) {
      if (!why_no_api(exchange).empty() || !is_json(media_type_of(exchange))) continue;
      json.insert(host_of(exchange.server));
      if (is_api_path(exchange.path)) hosts_.insert(host_of(exchange.server));
    }
    if (hosts_.empty()) hosts_ = std::move(json);
  }

  bool is_host(const std::string& host) const {
    if (settings_.hosts.empty()) return hosts_.contains(host);
    return std::ranges::any_of(settings_.hosts,
                               [&](const std::string& pattern) { return matches_glob(lower(pattern), host, '/'); });
  }

  std::string why_left_out(const RecordedExchange& exchange) const {
    const std::string reason = why_no_api(exchange);
    if (!reason.empty()) return reason;
    const std::string host = host_of(exchange.server);
    if (!is_host(host))
      return "another host, " + host + (settings_.hosts.empty() ? "; --host " + host + " keeps it" : "");
    if (!matches_path(settings_.paths, exchange.path)) return "another path";
    if (media_type_of(exchange) == "text/html" && !is_api_path(exchange.path) && settings_.paths.empty())
      return "pages";
    std::string coding = coding_left(exchange.response_headers, exchange.response_body);
    if (coding.empty()) coding = coding_left(exchange.request_headers, exchange.request_body);
    if (!coding.empty()) return "a body in the coding " + coding + ", which the exporter did not undo";
    return {};
  }

  void leave_out(const std::string& reason, const RecordedExchange& exchange) {
    std::vector<LeftOut>& left_out = imported_.left_out;
    auto found = std::ranges::find(left_out, reason, &LeftOut::reason);
    if (found == left_out.end())
      found = left_out.insert(
          left_out.end(),
          {.reason = reason, .first = exchange.at, .example = exchange.method + " " + exchange.server + exchange.path});
    ++found->count;
  }

  RecordedExchange cleaned(RecordedExchange exchange) const {
    std::erase_if(exchange.request_headers, [](const Header& h) { return is_request_noise(h) || is_taken_out(h); });
    std::erase_if(exchange.response_headers, is_answer_noise);
    if (exchange.status == 304) exchange.status = 200;  // with the body that the browser had
    for (const auto& [old, fresh] : settings_.servers) rename(exchange, old, fresh);
    return exchange;
  }

  static void rename(RecordedExchange& exchange, const std::string& old, const std::string& fresh) {
    if (exchange.server == old) exchange.server = fresh;
    for (std::string* text : {&exchange.query, &exchange.request_body, &exchange.response_body})
      replace(*text, old, fresh);
    for (std::vector<Header>* headers : {&exchange.request_headers, &exchange.response_headers}) {
      for (Header& header : *headers) {
        if (lower(header.name) == "host" && header.value == authority(old)) header.value = authority(fresh);
        replace(header.value, old, fresh);
      }
    }
    if (!exchange.chunks.empty() && old.size() != fresh.size()) exchange.chunks.clear();  // they count bytes
  }

  static std::string authority(const std::string& server) {
    const std::size_t scheme = server.find("://");
    return scheme == std::string::npos ? server : server.substr(scheme + 3);
  }

  /// Where it is the whole server: not in "https://api.example.community". JSON of PHP has its slashes escaped.
  static void replace(std::string& text, const std::string& old, const std::string& fresh) {
    for (const bool escaped : {false, true}) {
      const std::string what = escaped ? with_escaped_slashes(old) : old;
      const std::string by = escaped ? with_escaped_slashes(fresh) : fresh;
      for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        const char next = at + what.size() < text.size() ? text[at + what.size()] : '/';
        const bool whole = std::isalnum(static_cast<unsigned char>(next)) == 0 && next != '-' && next != '.';
        if (whole) text.replace(at, what.size(), by);
        at += whole ? by.size() : what.size();
      }
    }
  }

  static std::string with_escaped_slashes(const std::string& text) {
    std::string escaped;
    for (const char c : text) escaped += c == '/' ? "\\/" : std::string(1, c);
    return escaped;
  }

  const ImportSettings& settings_;
  std::set<std::string> hosts_;
  Imported imported_;
};

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text, char separator) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != '*')
    return !text.empty() && text.front() == pattern.front() &&
           matches_glob(pattern.substr(1), text.substr(1), separator);
  const bool any = pattern.starts_with("**");
  const std::string_view rest = pattern.substr(any ? 2 : 1);
  for (std::size_t taken = 0;; ++taken) {
    if (matches_glob(rest, text.substr(taken), separator)) return true;
    if (taken == text.size() || (!any && text[taken] == separator)) return false;
  }
}

Imported keep_api(Recording recording, const ImportSettings& settings) {
  return Importer{std::move(recording), settings}.carry_out();
}

}  // namespace understudy
