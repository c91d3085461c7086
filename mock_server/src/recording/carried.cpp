#include "recording/carried.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/url.hpp"
#include "recording/placeholder.hpp"

namespace understudy {
namespace {

using namespace recording;
using Json = nlohmann::json;

bool is_word_of_id(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

/// Long, of one piece, and with a digit in it: "abcdef1234567", a UUID, a JWT's part.
bool looks_like_id(std::string_view value) {
  constexpr std::size_t kShortest = 8;
  return value.size() >= kShortest && std::ranges::all_of(value, is_word_of_id) &&
         std::ranges::any_of(value, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

std::string scalar_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// "id" or "name" that tells items of a list apart; "" if they have none.
std::string key_of(const Json& item) {
  if (!item.is_object()) return {};
  for (const char* field : {"id", "name", "_id"}) {
    const auto found = item.find(field);
    if (found != item.end() && (found->is_string() || found->is_number())) return field + (":" + scalar_text(*found));
  }
  return {};
}

/// Pairs of items: those with the same key, then the rest in their order.
std::vector<std::pair<const Json*, const Json*>> pairs_of(const Json& then, const Json& now) {
  std::vector<std::pair<const Json*, const Json*>> pairs;
  std::vector<const Json*> rest_then;
  std::vector<const Json*> rest_now;
  for (const Json& item : now) rest_now.push_back(&item);
  for (const Json& item : then) {
    const std::string key = key_of(item);
    const auto same =
        std::ranges::find_if(rest_now, [&](const Json* other) { return !key.empty() && key_of(*other) == key; });
    if (same == rest_now.end()) {
      rest_then.push_back(&item);
    } else {
      pairs.emplace_back(&item, *same);
      rest_now.erase(same);
    }
  }
  for (std::size_t i = 0; i < std::min(rest_then.size(), rest_now.size()); ++i)
    pairs.emplace_back(rest_then[i], rest_now[i]);
  return pairs;
}

}  // namespace

bool is_token_field(std::string_view field) {
  return field == "access_token" || field == "refresh_token" || field == "token" || field == "api_token";
}

bool names_something(std::string_view field, std::string_view value) {
  if (value.empty() || parse_time(value)) return false;
  const bool is_number = value.find_first_not_of("0123456789") == std::string_view::npos;
  if (field == "code") return !is_number;  // of a login; answers have the status in a field of that name, too
  if (is_token_field(field) || field == "id" || field == "name") return true;
  return field.ends_with("_id") || field.ends_with("_name") || looks_like_id(value);
}

void collect_names(const Json& value, std::set<std::string>& into) {
  if (value.is_array()) {
    for (const Json& item : value) collect_names(item.is_string() ? Json{{"", item}} : item, into);
  } else if (value.is_object()) {
    for (const auto& [field, item] : value.items()) {
      if (item.is_structured()) {
        collect_names(item, into);
      } else if (field == "href" && item.is_string()) {
        for (std::string& segment : path_segments(url_parts(item.get<std::string>()).path))
          into.insert(std::move(segment));
      } else if (!item.is_null() && !item.is_boolean() && names_something(field, scalar_text(item))) {
        into.insert(scalar_text(item));
      }
    }
  }
}

void Carried::bind(const std::string& then, const std::string& now) {
  if (!then.empty() && !now.empty()) names_.emplace(then, now);
}

void Carried::learn_text(std::string_view field, const std::string& then, const std::string& now) {
  if (field == "href") {
    const std::vector<std::string> old = path_segments(url_parts(then).path);
    const std::vector<std::string> fresh = path_segments(url_parts(now).path);
    if (old.size() != fresh.size()) return;
    for (std::size_t i = 0; i < old.size(); ++i) bind(old[i], fresh[i]);
  } else if (is_token_field(field)) {
    if (!then.empty() && !now.empty()) names_[then] = now;  // a renewed one has the old one's placeholder
  } else if (placeholders_.contains(then) || names_something(field, then)) {
    bind(then, now);
  }
}

void Carried::learn(const Json& then, const Json& now) {
  if (then.is_array() && now.is_array()) {
    for (const auto& [old, fresh] : pairs_of(then, now)) learn(*old, *fresh);
  } else if (then.is_object() && now.is_object()) {
    for (const auto& [field, old] : then.items()) {
      const auto fresh = now.find(field);
      if (fresh == now.end()) continue;
      const bool scalars = !old.is_structured() && !fresh->is_structured() && !old.is_null() && !fresh->is_null();
      if (scalars && !old.is_boolean() && !fresh->is_boolean())
        learn_text(field, scalar_text(old), scalar_text(*fresh));
      else
        learn(old, *fresh);
    }
  } else if (then.is_string() && now.is_string()) {
    learn_text({}, then.get<std::string>(), now.get<std::string>());
  }
}

std::string Carried::text(const std::string& recorded) const {
  const auto found = names_.find(recorded);
  if (found != names_.end()) return found->second;
  std::string result;
  for (std::size_t at = 0; at < recorded.size();) {
    const std::string* const placeholder = placeholder_at(placeholders_, std::string_view{recorded}.substr(at));
    const auto bound = placeholder == nullptr ? names_.end() : names_.find(*placeholder);
    const std::size_t size = placeholder == nullptr ? 1 : placeholder->size();
    result += bound == names_.end() ? recorded.substr(at, size) : bound->second;
    at += size;
  }
  return result;
}

std::string Carried::path(std::string_view raw) const {
  std::string result;
  while (!raw.empty()) {
    if (raw.front() == '/') {
      result += '/';
      raw.remove_prefix(1);
    }
    const std::string segment{raw.substr(0, raw.find('/'))};
    raw.remove_prefix(segment.size());
    const std::string old = percent_decoded(segment, false);
    const std::string fresh = text(old);
    result += fresh == old ? segment : percent_encoded(fresh);
  }
  return result;
}

std::string Carried::query(std::string_view raw) const {
  std::string result;
  while (!raw.empty()) {
    const std::string pair{raw.substr(0, raw.find('&'))};
    raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string old = percent_decoded(std::string_view{pair}.substr(std::min(equals + 1, pair.size())), true);
    const std::string fresh = text(old);
    result +=
        (result.empty() ? "" : "&") + (fresh == old ? pair : pair.substr(0, equals) + "=" + percent_encoded(fresh));
  }
  return result;
}

std::string Carried::form(std::string_view raw) const { return query(raw); }

Json Carried::json(const Json& recorded) const {
  if (recorded.is_string()) return text(recorded.get<std::string>());
  if (!recorded.is_structured()) return recorded;
  Json result = recorded;
  for (auto& item : result) item = json(item);
  return result;
}

}  // namespace understudy
