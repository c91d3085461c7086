#include <fmt/format.h>

#include <algorithm>

#include "mock_server/redaction.hpp"
#include "recording/coding.hpp"
#include "recording/fields.hpp"
#include "recording/placeholders.hpp"
#include "recording/secret_shapes.hpp"
#include "recording/texts.hpp"

namespace understudy {
namespace {

using namespace recording;

/// What is wrong with it, "" if nothing is.
std::string suspicion(const ExchangeText& text, const Placeholders& placeholders, const SecretHunter& hunter,
                      std::string_view content_type) {
  std::string rest = placeholders.without(*text.text);
  for (const Sighting& sighting : hunter.find(rest)) {
    if (sighting.extent != Sighting::Extent::kFingerprint)
      return fmt::format("{} shows, {}", hunter.secrets()[sighting.secret].name, sighting.shape);
  }
  for (const ShapedSecret& secret : shaped_secrets(rest)) {
    if (!Placeholders::looks_like_one(std::string_view{rest}.substr(secret.begin, secret.end - secret.begin)))
      return fmt::format("something there looks like a {}", secret.name);
  }
  std::string found;
  const ExchangeText without{text.part, text.name, &rest};
  for_each_field(without, content_type, [&](const Field& field) {
    const bool fine = !sounds_secret(field.name) || !looks_drawn(field.value) || is_public_key(field.value) ||
                      field.value.find("://") != std::string::npos || field.value.starts_with('/') ||
                      Placeholders::looks_like_one(field.value);
    if (!fine && found.empty()) found = fmt::format("the value of \"{}\" looks like a secret", field.name);
  });
  return found;
}

/// Why nobody knows what is in this body, "" if it can be read.
std::string unread(const std::vector<Header>& headers, const std::string& body) {
  const std::string coding = coding_left(headers, body);
  return coding.empty() ? "" : fmt::format("it is in the coding {}, and cannot be looked into", coding);
}

}  // namespace

std::vector<std::string> residue_of(const Recording& recording, const SecretHunter& hunter) {
  const Placeholders placeholders{recording.placeholders};
  std::vector<std::string> residue;
  for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
    RecordedExchange exchange = recording.exchanges[i];
    const std::string* const sent = find_header(exchange.request_headers, "Content-Type");
    const std::string sent_type = sent == nullptr ? "" : *sent;
    for (const ExchangeText& text : texts_of(exchange)) {
      if (text.text->empty()) continue;
      const std::string_view type =
          text.part == Part::kResponseBody ? std::string_view{exchange.content_type} : sent_type;
      std::string why = suspicion(text, placeholders, hunter, type);
      if (text.part == Part::kResponseBody && why.empty()) why = unread(exchange.response_headers, *text.text);
      if (text.part == Part::kRequestBody && why.empty()) why = unread(exchange.request_headers, *text.text);
      if (!why.empty())
        residue.push_back(fmt::format("entry {}, {} {}, {}: {}", i + 1, exchange.method, hunter.cover(exchange.path),
                                      describe(text), why));
    }
  }
  // As the file will have it: what only shows when everything is together.
  if (residue.empty()) {
    for (const Sighting& sighting : hunter.find(placeholders.without(to_har(recording)))) {
      if (sighting.extent != Sighting::Extent::kFingerprint)
        residue.push_back(
            fmt::format("the file as a whole: {} shows, {}", hunter.secrets()[sighting.secret].name, sighting.shape));
    }
  }
  return residue;
}

}  // namespace understudy
