#include "rehearsal/hidden_values.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "mock_server/replace_all.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::size_t kShortest = 8;  // of a secret; what is shorter is more likely a word

/// In capitals, and nothing but letters, digits and "_".
std::string secret_name(std::string_view key) {
  std::string name = "SECRET_";
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

std::string without_namespace(const std::string& key) {
  const std::size_t colon = key.rfind(':');
  return colon == std::string::npos ? key : key.substr(colon + 1);
}

bool names_secret(const std::string& key) {
  static const RE2 kNames{"(?i)token|secret|passw|passphrase|private_?key|api_?key|credential"};
  return RE2::PartialMatch(key, kNames);
}

/// `$NAME` and `${NAME}` at `at`, which the scenario knows.
bool is_reference(std::string_view text, std::size_t at) {
  static const RE2 kKnown{R"(^\$\{?(CLIENT|TOKEN_\w+|SECRET_\w+)\b)"};
  return RE2::PartialMatch(re2::StringPiece{text.data() + at, text.size() - at}, kKnown);
}

}  // namespace

HiddenValues::HiddenValues(const std::vector<World::Token>& tokens, std::string token_variable)
    : token_variable_{std::move(token_variable)} {
  for (const World::Token& token : tokens) tokens_.emplace_back(token.value, secret_name(token.name));
}

std::string HiddenValues::use(const std::string& name) {
  used_.insert(name);
  return "$" + name;
}

std::string HiddenValues::placeholder_of(const std::string& token) { return use(secret_name(token)); }

std::string HiddenValues::hide_tokens(std::string text) {
  for (const auto& [value, name] : tokens_) {
    if (text.find(value) != std::string::npos) replace_all(text, value, use(name));
  }
  return text;
}

/// The client's own token becomes that of the world, so that the client can work with it.
std::string HiddenValues::hide_value(const std::string& key, const std::string& value) {
  const std::string name = without_namespace(key);
  if (!names_secret(name) || value.size() < kShortest || value.front() == '$') return hide_tokens(value);
  return use(name == token_variable_ && !tokens_.empty() ? tokens_.front().second : secret_name(name));
}

std::string HiddenValues::with_doubled_dollars(const std::string& text) const {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_pair = text.compare(at, 2, "$$") == 0;
    out += text[at];
    if (text[at] == '$' && (is_pair || is_reference(text, at))) out += '$';
    if (is_pair) {
      out += "$$";
      ++at;
    }
  }
  return out;
}

json HiddenValues::hide_in(const json& value, bool is_world) {
  if (value.is_array()) {
    json out = json::array();
    for (const json& item : value) out.push_back(hide_in(item, is_world));
    return out;
  }
  if (value.is_string()) return hide_tokens(with_doubled_dollars(value.get<std::string>()));
  if (!value.is_object()) return value;
  json out = json::object();
  for (const auto& [key, item] : value.items()) {
    const bool is_variable = is_world && item.is_object() && item.contains("value") && item["value"].is_string();
    if (item.is_string()) {
      out[key] = hide_value(key, with_doubled_dollars(item.get<std::string>()));
    } else {
      out[key] = hide_in(item, is_world);
      if (is_variable) out[key]["value"] = hide_value(key, with_doubled_dollars(item["value"].get<std::string>()));
    }
  }
  return out;
}

std::string HiddenValues::hide_in(std::string text) {
  static const RE2 kAssignment{R"re((\b\w+=)("[^"$]*"|'[^']*'|[^\s"'$;&|()]+))re"};
  text = with_doubled_dollars(text);
  std::string out;
  re2::StringPiece rest{text};
  std::string name;
  std::string value;
  const char* from = text.data();
  while (RE2::FindAndConsume(&rest, kAssignment, &name, &value)) {
    const std::string key = name.substr(0, name.size() - 1);
    const bool is_quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'');
    const std::string bare = is_quoted ? value.substr(1, value.size() - 2) : value;
    const std::string hidden = hide_value(key, bare);
    out.append(from, static_cast<std::size_t>(rest.data() - from) - value.size());
    out += is_quoted ? value.front() + hidden + value.back() : hidden;
    from = rest.data();
  }
  out.append(from, static_cast<std::size_t>(text.data() + text.size() - from));
  return hide_tokens(out);
}

}  // namespace understudy
