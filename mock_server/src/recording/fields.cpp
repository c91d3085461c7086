#include "recording/fields.hpp"

#include <algorithm>

#include "mock_server/ascii.hpp"
#include "mock_server/url.hpp"
#include "recording/json_text.hpp"

namespace understudy::recording {
namespace {

using Each = std::function<void(const Field&)>;

std::size_t literal_end(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

bool is_true(JsonValue* value) { return value != nullptr && value->is(Node::Kind::kBoolean) && value->text == "true"; }

/// `base` is where `text` begins in the whole.
void walk(JsonValue& value, std::string_view text, std::size_t base, const Each& each) {
  for (JsonValue& item : value.items) walk(item, text, base, each);
  const bool sensitive = value.is(Node::Kind::kMap) && is_true(value.find("is_sensitive"));
  for (JsonMember& member : value.members) {
    walk(member.value, text, base, each);
    const auto tell = [&](const JsonValue& named) {
      if (!named.is(Node::Kind::kText)) return;
      each({.where = Where::kJson,
            .name = member.key,
            .value = named.text,
            .begin = base + named.at + 1,
            .end = base + literal_end(text, named.at),
            .is_sensitive = sensitive && member.key == "value"});
    };
    tell(member.value);
    for (const JsonValue& item : member.value.items) tell(item);  // "tokens": ["...", "..."]
  }
}

std::optional<JsonValue> parsed(std::string_view text) {
  static const std::string kNameless;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return std::nullopt;
  try {
    return JsonText{text, kNameless}.parse();
  } catch (const InputError&) {
    return std::nullopt;  // it only looked like JSON: whoever asked goes on with what else it may be
  }
}

bool json_fields(std::string_view text, std::size_t base, const Each& each) {
  std::optional<JsonValue> value = parsed(text);
  if (value) walk(*value, text, base, each);
  return value.has_value();
}

void json_line_fields(std::string_view text, const Each& each) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    json_fields(text.substr(at, end - at), at, each);
    at = end + 1;
  }
}

void parameters(std::string_view text, std::size_t base, const Each& each) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('&', at), text.size());
    const std::size_t equals = text.substr(0, end).find('=', at);
    if (equals != std::string_view::npos) {
      each({.where = Where::kParameter,
            .name = percent_decoded(text.substr(at, equals - at), true),
            .value = percent_decoded(text.substr(equals + 1, end - equals - 1), true),
            .begin = base + equals + 1,
            .end = base + end});
    }
    at = end + 1;
  }
}

bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' ||
         c == '`' || c == '|' || c == '^' || c == '{' || c == '}';
}

/// Of queries and fragments of URLs within any text.
void url_parameters(std::string_view text, const Each& each) {
  for (std::size_t at = text.find_first_of("?#"); at != std::string_view::npos; at = text.find_first_of("?#", at)) {
    ++at;
    std::size_t end = at;
    while (end < text.size() && !ends_url(text[end]) && text[end] != '#') ++end;
    parameters(text.substr(at, end - at), at, each);
    at = end;
  }
}

void multipart_fields(std::string_view text, const Each& each) {
  constexpr std::string_view kName = "; name=\"";
  for (std::size_t at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at)) {
    const std::size_t name = at + kName.size();
    const std::size_t name_end = std::min(text.find('"', name), text.size());
    const std::size_t blank = text.find("\r\n\r\n", name_end);
    if (blank == std::string_view::npos) return;
    const std::size_t value = blank + 4;
    const std::size_t end = std::min(text.find("\r\n--", value), text.size());
    each({.where = Where::kParameter,
          .name = std::string{text.substr(name, name_end - name)},
          .value = std::string{text.substr(value, end - value)},
          .begin = value,
          .end = end});
    at = end;
  }
}

void cookie_fields(const ExchangeText& text, bool only_first, const Each& each) {
  const std::string_view all = *text.text;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(';', at), all.size());
    const std::size_t equals = all.substr(0, end).find('=', at);
    if (equals != std::string_view::npos && equals + 1 < end)
      each({.where = Where::kHeader,
            .name = text.name,
            .value = std::string{all.substr(equals + 1, end - equals - 1)},
            .begin = equals + 1,
            .end = end});
    if (only_first) return;
    at = end + 1;
  }
}

void authorization_field(const ExchangeText& text, const Each& each) {
  const std::string& value = *text.text;
  const std::size_t blank = value.find(' ');
  const std::size_t begin = blank == std::string::npos ? 0 : value.find_first_not_of(' ', blank);
  if (begin == std::string::npos) return;
  each({.where = Where::kHeader, .name = text.name, .value = value.substr(begin), .begin = begin, .end = value.size()});
}

void header_fields(const ExchangeText& text, const Each& each) {
  if (same_ignoring_case(text.name, "Cookie")) return cookie_fields(text, false, each);
  if (same_ignoring_case(text.name, "Set-Cookie")) return cookie_fields(text, true, each);
  if (lower(text.name).ends_with("authorization")) return authorization_field(text, each);
  each({.where = Where::kHeader, .name = text.name, .value = *text.text, .begin = 0, .end = text.text->size()});
  url_parameters(*text.text, each);
}

std::string_view without_line_end(std::string_view text) { return text.substr(0, text.find_last_not_of("\r\n") + 1); }

bool is_one_word(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

bool is_multipart(std::string_view text) {
  return text.starts_with("--") && text.find("; name=\"") != std::string_view::npos;
}

/// A form is known by its looks, too: clients send it under another Content-Type, or without one, and servers read it.
void body_fields(std::string_view text, std::string_view content_type, const Each& each) {
  url_parameters(text, each);
  const std::string type = lower(content_type);
  if (type.find("multipart/") != std::string::npos || is_multipart(text)) return multipart_fields(text, each);
  if (json_fields(text, 0, each)) return;
  json_line_fields(text, each);
  const std::string_view form = without_line_end(text);
  if (type.find("urlencoded") != std::string::npos || is_one_word(form)) parameters(form, 0, each);
}

}  // namespace

void for_each_field(const ExchangeText& text, std::string_view content_type, const Each& each) {
  switch (text.part) {
    case Part::kQuery:
      return parameters(*text.text, 0, each);
    case Part::kRequestHeader:
    case Part::kResponseHeader:
      return header_fields(text, each);
    case Part::kRequestBody:
    case Part::kResponseBody:
      return body_fields(*text.text, content_type, each);
    case Part::kServer:
    case Part::kPath:
    case Part::kContentType:
    case Part::kComment:
      return url_parameters(*text.text, each);
  }
}

Stated stated(const std::string& json, std::string_view key) {
  std::optional<JsonValue> value = parsed(json);
  JsonValue* map = value ? &*value : nullptr;
  for (const std::string_view inner : {"_embedded", "entity"}) {
    JsonValue* const next = map == nullptr ? nullptr : map->find(inner);
    if (next == nullptr) break;
    map = next;
  }
  JsonValue* const found = map == nullptr ? nullptr : map->find(key);
  if (found == nullptr || !found->is(Node::Kind::kBoolean)) return Stated::kUnsaid;
  return found->text == "true" ? Stated::kYes : Stated::kNo;
}

}  // namespace understudy::recording
