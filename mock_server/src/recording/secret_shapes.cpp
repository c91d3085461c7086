#include "recording/secret_shapes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "mock_server/base64.hpp"
#include "recording/secret_fields.hpp"

namespace understudy::recording {
namespace {

struct Prefix {
  std::string_view begin;
  std::size_t shortest;  // of what follows
  std::string_view whose;
};

constexpr Prefix kPrefixes[] = {
    {"ghp_", 30, "GitHub"},     {"gho_", 30, "GitHub"},          {"ghs_", 30, "GitHub"},
    {"ghu_", 30, "GitHub"},     {"github_pat_", 30, "GitHub"},   {"glpat-", 16, "GitLab"},
    {"xoxb-", 16, "Slack"},     {"xoxp-", 16, "Slack"},          {"xoxa-", 16, "Slack"},
    {"sk_live_", 16, "Stripe"}, {"rk_live_", 16, "Stripe"},      {"AKIA", 16, "AWS"},
    {"ASIA", 16, "AWS"},        {"AIza", 30, "Google"},          {"ya29.", 20, "Google"},
    {"npm_", 30, "npm"},        {"dop_v1_", 30, "DigitalOcean"}, {"SG.", 40, "SendGrid"},
    {"hvs.", 20, "Vault"},      {"NRAK-", 20, "New Relic"},
};

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_url_safe(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }
bool is_of_token(char c) { return is_url_safe(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '='; }

template <class Belongs>
std::size_t run_end(std::string_view text, std::size_t from, Belongs belongs) {
  while (from < text.size() && belongs(text[from])) ++from;
  return from;
}

std::size_t web_token_end(std::string_view text, std::size_t begin) {
  std::size_t at = run_end(text, begin, is_url_safe);
  for (int part = 0; part < 2; ++part) {
    if (at >= text.size() || text[at] != '.') return begin;
    at = run_end(text, at + 1, is_url_safe);
  }
  return at;
}

void find_web_tokens(std::string_view text, std::vector<ShapedSecret>& into) {
  for (std::size_t at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at + 1)) {
    if (at > 0 && is_url_safe(text[at - 1])) continue;
    const std::size_t end = web_token_end(text, at);
    if (end > at && is_json_web_token(text.substr(at, end - at)))
      into.push_back({at, end, "access token", SecretKind::kAccessToken});
  }
}

void find_private_keys(std::string_view text, std::vector<ShapedSecret>& into) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "PRIVATE KEY-----";
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    const std::size_t label_end = text.find("-----", at + kBegin.size());
    if (label_end == std::string_view::npos) return;
    const std::string_view label = text.substr(at, label_end + 5 - at);
    if (!label.ends_with(kEnd) || label.size() > 60) continue;
    const std::size_t closing = text.find("-----END ", label_end);
    std::size_t end = closing == std::string_view::npos ? closing : text.find(kEnd, closing);
    end = end == std::string_view::npos ? text.size() : end + kEnd.size();  // cut off: all that there is
    into.push_back({at, end, "private key", SecretKind::kPrivateKey});
  }
}

/// "scheme://user:password@host"
void find_url_passwords(std::string_view text, std::vector<ShapedSecret>& into) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::size_t authority = at + 3;
    const std::size_t end = std::min(text.find_first_of("/?#\"'<> \t\r\n\\", authority), text.size());
    const std::size_t sign = text.substr(0, end).rfind('@');
    const std::size_t colon = text.find(':', authority);
    if (sign == std::string_view::npos || sign < authority || colon >= sign || colon + 1 == sign) continue;
    into.push_back({colon + 1, sign, "password", SecretKind::kOther});
  }
}

void find_prefixed(std::string_view text, std::vector<ShapedSecret>& into) {
  for (const Prefix& prefix : kPrefixes) {
    for (std::size_t at = text.find(prefix.begin); at != std::string_view::npos; at = text.find(prefix.begin, at + 1)) {
      const std::size_t body = at + prefix.begin.size();
      const std::size_t end = run_end(text, body, [](char c) { return is_url_safe(c) || c == '.'; });
      if ((at > 0 && is_url_safe(text[at - 1])) || end - body < prefix.shortest) continue;
      if (!looks_drawn(text.substr(at, end - at))) continue;
      into.push_back({at, end, "token", SecretKind::kOther});
    }
  }
}

void find_bearers(std::string_view text, std::vector<ShapedSecret>& into) {
  constexpr std::string_view kBearer = "earer ";
  for (std::size_t at = text.find(kBearer); at != std::string_view::npos; at = text.find(kBearer, at + 1)) {
    const std::size_t begin = at + kBearer.size();
    const std::size_t end = run_end(text, begin, is_of_token);
    if (looks_drawn(text.substr(begin, end - begin)))
      into.push_back({begin, end, "access token", SecretKind::kAccessToken});
  }
}

std::optional<nlohmann::json> object_in(std::string_view base64) {
  const std::optional<std::string> text = from_base64(base64);
  if (!text) return std::nullopt;
  nlohmann::json value = nlohmann::json::parse(*text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

}  // namespace

bool is_json_web_token(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return false;
  return object_in(text.substr(0, first)) && object_in(text.substr(first + 1, second - first - 1));
}

std::string subject_of(std::string_view json_web_token) {
  const std::size_t first = json_web_token.find('.');
  const std::size_t second = json_web_token.find('.', first + 1);
  const std::optional<nlohmann::json> claims = object_in(json_web_token.substr(first + 1, second - first - 1));
  if (!claims || !claims->contains("sub") || !claims->at("sub").is_string()) return "";
  return claims->at("sub").get<std::string>();
}

std::vector<ShapedSecret> shaped_secrets(std::string_view text) {
  std::vector<ShapedSecret> all;
  find_web_tokens(text, all);
  find_private_keys(text, all);
  find_url_passwords(text, all);
  find_prefixed(text, all);
  find_bearers(text, all);
  std::ranges::stable_sort(all, {}, &ShapedSecret::begin);
  std::vector<ShapedSecret> result;
  for (const ShapedSecret& each : all) {
    if (result.empty() || each.begin >= result.back().end) result.push_back(each);
  }
  return result;
}

}  // namespace understudy::recording
