#include "secrets/components.hpp"

#include <algorithm>
#include <cctype>

#include "mock_server/url.hpp"
#include "secrets/patterns.hpp"

namespace understudy::secrets {

std::optional<JsonWebToken> json_web_token(std::string_view value) {
  const std::size_t first = value.find('.');
  if (!value.starts_with("eyJ") || first == std::string_view::npos) return std::nullopt;
  const std::size_t second = value.find('.', first + 1);
  if (second == std::string_view::npos || !value.substr(first + 1).starts_with("eyJ")) return std::nullopt;
  return JsonWebToken{value.substr(first + 1, second - first - 1), first + 1, second + 1};
}

std::string pem_body(std::string_view value) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kDashes = "-----";
  const std::size_t begin = value.find(kBegin);
  if (begin == std::string_view::npos) return {};
  const std::size_t head_end = value.find(kDashes, begin + kBegin.size());
  if (head_end == std::string_view::npos) return {};
  const std::size_t body = head_end + kDashes.size();
  const std::size_t end = value.find("-----END ", body);
  std::string_view text = value.substr(body, end == std::string_view::npos ? end : end - body);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text.size() < 2 * kLongPart ? std::string{} : std::string{text};
}

std::vector<std::string> url_passwords(std::string_view value) {
  const std::size_t scheme_end = value.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return {};
  const auto is_of_scheme = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
  };
  if (!std::ranges::all_of(value.substr(0, scheme_end), is_of_scheme)) return {};
  std::string_view authority = value.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t user_end = authority.rfind('@');  // in a password it should be %40, but often is not
  if (user_end == std::string_view::npos) return {};
  const std::string_view user = authority.substr(0, user_end);
  const std::size_t colon = user.find(':');
  if (colon == std::string_view::npos) return {};
  std::vector<std::string> passwords{std::string{user.substr(colon + 1)}};
  if (std::string meant = percent_decoded(passwords.front(), false); meant != passwords.front())
    passwords.push_back(std::move(meant));
  return passwords;
}

}  // namespace understudy::secrets
