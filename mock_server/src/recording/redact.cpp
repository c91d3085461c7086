// First what is a secret is found in all of the recording, then each is replaced in all of it: one may show before the
// place that tells what it is.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/redaction.hpp"
#include "recording/anonymize.hpp"
#include "recording/edits.hpp"
#include "recording/fields.hpp"
#include "recording/placeholders.hpp"
#include "recording/secret_shapes.hpp"
#include "recording/texts.hpp"

namespace understudy {
namespace {

using namespace recording;

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

std::string content_type_of(const RecordedExchange& exchange, const ExchangeText& text) {
  if (text.part == Part::kResponseBody) return exchange.content_type;
  const std::string* const type = find_header(exchange.request_headers, "Content-Type");
  return text.part == Part::kRequestBody && type != nullptr ? *type : "";
}

/// The platform's answer says whether a variable is sensitive; the request often does not. Where neither does, it is.
bool sends_sensitive_value(const RecordedExchange& exchange) {
  const bool changes = exchange.method == "POST" || exchange.method == "PATCH" || exchange.method == "PUT";
  if (!changes || exchange.path.find("/variables") == std::string::npos) return false;
  for (const std::string* const body : {&exchange.response_body, &exchange.request_body}) {
    const Stated is_sensitive = stated(*body, "is_sensitive");
    if (is_sensitive != Stated::kUnsaid) return is_sensitive == Stated::kYes;
  }
  return true;
}

/// Of "user:password" in base64, as the Basic scheme has it; "" for what is none, or has no password.
std::string basic_password(const std::string& value) {
  const std::optional<std::string> text = from_base64(value);
  const std::size_t colon = text ? text->find(':') : std::string::npos;
  return colon == std::string::npos ? "" : text->substr(colon + 1);
}

class Redactor {
public:
  Redactor(Recording recording, const RedactionOptions& options)
      : recording_{std::move(recording)}, options_{options}, placeholders_{recording_.placeholders} {
    for (const Secret& secret : options.known) add(secret);
    known_count_ = secrets_.size();
  }

  Redacted run() {
    for (RecordedExchange& exchange : recording_.exchanges) find_in(exchange);
    const SecretHunter hunter{secrets_};
    short_ = short_ones();
    for (std::size_t i = 0; i < recording_.exchanges.size(); ++i) {
      for (ExchangeText& text : texts_of(recording_.exchanges[i])) replace_in(text, hunter);
    }
    ExchangeText comment{Part::kComment, "", &recording_.comment};
    replace_in(comment, hunter);
    if (options_.anonymize) anonymize(recording_);
    recording_.placeholders = placeholders_.all();
    std::vector<std::string> residue = residue_of(recording_, hunter);
    return {.recording = std::move(recording_), .residue = std::move(residue)};
  }

private:
  struct Place {
    std::size_t begin;
    std::size_t end;
    std::string placeholder;
  };

  /// Index of the secret with this value.
  std::size_t add(Secret secret) {
    const auto [known, is_new] = by_value_.emplace(secret.value, secrets_.size());
    if (is_new) secrets_.push_back(std::move(secret));
    return known->second;
  }

  std::string placeholder_of(std::size_t index) {
    const Secret& secret = secrets_[index];
    if (index >= known_count_) return placeholders_.stand_for(secret.value, secret.name);
    return placeholders_.stand_for(secret.value, to_string(secret.kind), secret.name);
  }

  void note(const ExchangeText& text, std::size_t begin, std::size_t end, const std::string& value,
            std::string_view name, SecretKind kind) {
    if (value.empty() || Placeholders::looks_like_one(value)) return;
    const std::size_t index = add({.name = std::string{name}, .value = value, .kind = kind});
    places_[text.text].push_back({begin, end, placeholder_of(index)});
  }

  void find_in(RecordedExchange& exchange) {
    const bool sensitive = sends_sensitive_value(exchange);
    for (const ExchangeText& text : texts_of(exchange)) {
      for_each_field(text, content_type_of(exchange, text), [&](const Field& field) {
        const bool sent = sensitive && text.part == Part::kRequestBody && field.name == "value";
        if (field.is_sensitive || sent)
          note(text, field.begin, field.end, field.value, "sensitive variable", SecretKind::kVariable);
        else
          look_at(text, field);
      });
      for (const ShapedSecret& secret : shaped_secrets(*text.text)) {
        if (is_noted(text, secret.begin)) continue;  // as a field, which knows its escapes
        note(text, secret.begin, secret.end, text.text->substr(secret.begin, secret.end - secret.begin), secret.name,
             secret.kind);
      }
    }
  }

  [[nodiscard]] bool is_noted(const ExchangeText& text, std::size_t at) const {
    const auto places = places_.find(text.text);
    return places != places_.end() &&
           std::ranges::any_of(places->second, [&](const Place& place) { return place.begin <= at && at < place.end; });
  }

  void look_at(const ExchangeText& text, const Field& field) {
    const SecretField* const row = secret_field(field.where, field.name, field.value, options_.fields);
    if (row == nullptr) return;
    if (field.value.find("PRIVATE KEY-----") != std::string::npos)
      return note(text, field.begin, field.end, field.value, "private key", SecretKind::kPrivateKey);
    const bool is_basic = field.where == Where::kHeader && lower(*text.text).starts_with("basic ");
    if (!is_basic) return note(text, field.begin, field.end, field.value, row->name, row->kind);
    const std::string password = basic_password(field.value);
    if (!password.empty()) note(text, field.begin, field.end, password, "password", SecretKind::kOther);
  }

  void replace_in(ExchangeText& text, const SecretHunter& hunter) {
    if (text.text->empty()) return;
    Edits edits;
    if (const auto places = places_.find(text.text); places != places_.end()) {
      for (const Place& place : places->second) edits.replace(place.begin, place.end, place.placeholder);
    }
    for (const CoveredRange& range : hunter.survey(*text.text).covered)
      edits.replace(range.begin, range.end, placeholder_of(range.secret));
    for (const std::size_t index : short_) replace_short(*text.text, index, edits);
    if (text.part == Part::kRequestHeader && same_ignoring_case(text.name, "User-Agent"))
      hide_kernel(*text.text, edits);
    edits.apply(*text.text, text.chunks);
  }

  /// "Some-CLI/5.11.1 (Linux; 6.1.0-18-amd64; PHP 8.4.23)"
  static void hide_kernel(const std::string& text, Edits& edits) {
    constexpr std::string_view kSystem = "(Linux; ";
    const std::size_t system = text.find(kSystem);
    if (system == std::string::npos) return;
    const std::size_t begin = system + kSystem.size();
    const std::size_t end = text.find_first_of(";)", begin);
    if (end != std::string::npos) edits.replace(begin, end, "6.1.0");
  }

  /// Those that cannot be hunted: as they are, where they are a word of their own.
  void replace_short(const std::string& text, std::size_t index, Edits& edits) {
    const std::string& value = secrets_[index].value;
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + value.size())) {
      const std::size_t end = at + value.size();
      const bool is_apart = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
      if (is_apart) edits.replace(at, end, placeholder_of(index));
    }
  }

  /// A password that is an everyday word would take that word out of everything.
  [[nodiscard]] std::vector<std::size_t> short_ones() const {
    constexpr std::size_t kShortest = 6;
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < secrets_.size(); ++i) {
      const std::string& value = secrets_[i].value;
      const bool is_unusual = std::ranges::any_of(value, [](char c) { return !(c >= 'a' && c <= 'z'); });
      if (value.size() >= kShortest && is_unusual && !why_not_hunted(value).empty()) result.push_back(i);
    }
    return result;
  }

  Recording recording_;
  const RedactionOptions& options_;
  Placeholders placeholders_;
  std::vector<Secret> secrets_;
  std::size_t known_count_ = 0;     // the first ones have names of their own
  std::vector<std::size_t> short_;  // those that cannot be hunted, and are no everyday words
  std::map<std::string, std::size_t> by_value_;
  std::unordered_map<const std::string*, std::vector<Place>> places_;
};

}  // namespace

Redacted redact(Recording recording, const RedactionOptions& options) {
  return Redactor{std::move(recording), options}.run();
}

}  // namespace understudy
