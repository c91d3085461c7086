// A ledger as a document, and back.
#include <fmt/format.h>

#include <charconv>

#include "mock_server/base64.hpp"
#include "mock_server/ledger.hpp"

namespace understudy {
namespace {

using nlohmann::json;

bool is_utf8(const std::string& text) {
  try {
    (void)json(text).dump();
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

/// What a client sent need not be text.
json bytes_json(const std::string& bytes) { return is_utf8(bytes) ? json(bytes) : json{{"base64", to_base64(bytes)}}; }

/// A value of the document, and what it is called in complaints.
class Part {
public:
  Part(const json& value, std::string name) : value_{value}, name_{std::move(name)} {}

  [[nodiscard]] Part at(const char* key) const {
    const std::string name = name_.empty() ? key : name_ + "." + key;
    if (!value_.is_object() || !value_.contains(key)) throw std::invalid_argument{name + " is missing"};
    return {value_.at(key), name};
  }
  template <class Take>
  void each(Take take) const {
    if (!value_.is_array()) refuse("a list");
    for (std::size_t i = 0; i < value_.size(); ++i) take(Part{value_[i], fmt::format("{}[{}]", name_, i)});
  }
  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) refuse("a text");
    return value_.get<std::string>();
  }
  [[nodiscard]] std::string bytes() const {
    if (value_.is_string()) return text();
    const std::optional<std::string> bytes = from_base64(at("base64").text());
    if (!bytes) refuse("a text, or bytes in base64");
    return *bytes;
  }
  [[nodiscard]] std::uint64_t number() const {
    if (!value_.is_number_integer() || value_ < 0) refuse("a whole number");
    return value_.get<std::uint64_t>();
  }
  [[nodiscard]] Time time() const {
    const std::optional<Time> time = parse_time(text());
    if (!time) refuse("a time");
    return *time;
  }
  [[nodiscard]] std::uint64_t hash() const {
    const std::string hex = text();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (error != std::errc{} || end != hex.data() + hex.size()) refuse("a hash of 16 hex digits");
    return value;
  }
  [[noreturn]] void refuse(std::string_view expected) const {
    throw std::invalid_argument{fmt::format("{} is not {}", name_, expected)};
  }

private:
  const json& value_;
  std::string name_;
};

LedgerEntry entry_from(const Part& part) {
  LedgerEntry entry{.at = part.at("at").time(),
                    .events = part.at("events").number(),
                    .draws = part.at("draws").number(),
                    .method = part.at("method").text(),
                    .path = part.at("path").bytes(),
                    .query = part.at("query").bytes(),
                    .body = part.at("body").bytes(),
                    .status = static_cast<int>(part.at("status").number()),
                    .answer = part.at("answer").hash()};
  part.at("headers").each([&](const Part& header) {
    std::vector<std::string> pair;
    header.each([&](const Part& half) { pair.push_back(half.bytes()); });
    if (pair.size() != 2) header.refuse("a pair of name and value");
    entry.headers.push_back({pair[0], pair[1]});
  });
  return entry;
}

}  // namespace

json to_json(const LedgerEntry& entry) {
  json headers = json::array();
  for (const Header& header : entry.headers)
    headers.push_back(json::array({bytes_json(header.name), bytes_json(header.value)}));
  return {{"at", format_time(entry.at)},    {"events", entry.events},
          {"draws", entry.draws},           {"method", entry.method},
          {"path", bytes_json(entry.path)}, {"query", bytes_json(entry.query)},
          {"headers", std::move(headers)},  {"body", bytes_json(entry.body)},
          {"status", entry.status},         {"answer", fmt::format("{:016x}", entry.answer)}};
}

json to_json(const Snapshot& snapshot) {
  json entries = json::array();
  for (const LedgerEntry& entry : snapshot.entries) entries.push_back(to_json(entry));
  return {{"format", kLedgerFormat},
          {"world", snapshot.head.world},
          {"seed", snapshot.head.seed},
          {"now", format_time(snapshot.now)},
          {"entries", std::move(entries)}};
}

Snapshot read_snapshot(const json& document) {
  const Part part{document, ""};
  const std::uint64_t format = part.at("format").number();
  if (format != kLedgerFormat)
    throw std::invalid_argument{fmt::format("format is {}, and this version reads {}", format, kLedgerFormat)};
  Snapshot snapshot{.head = {.world = part.at("world").text(), .seed = part.at("seed").number()},
                    .now = part.at("now").time()};
  part.at("entries").each([&](const Part& entry) { snapshot.entries.push_back(entry_from(entry)); });
  return snapshot;
}

}  // namespace understudy
