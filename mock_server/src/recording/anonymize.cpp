#include "recording/anonymize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mock_server/url.hpp"
#include "recording/edits.hpp"
#include "recording/fields.hpp"
#include "recording/json_text.hpp"
#include "recording/texts.hpp"
#include "recording/utf8.hpp"

namespace understudy::recording {
namespace {

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_of_host(char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; }
bool is_of_mailbox(char c) {
  return is_letter_or_digit(c) || std::string_view{"._%+-"}.find(c) != std::string_view::npos;
}

/// "h.example.com" of what begins with it: two labels at least, the last of letters.
std::string_view host_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_of_host(text[end])) ++end;
  std::string_view host = text.substr(0, end);
  while (host.ends_with('.') || host.ends_with('-')) host.remove_suffix(1);
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.size() - dot < 3) return {};
  const bool letters = std::ranges::all_of(host.substr(dot + 1), [](char c) { return !(c >= '0' && c <= '9'); });
  return letters ? host : std::string_view{};
}

/// Names reserved for examples and tests (RFC 2606) say nothing about anybody.
bool is_reserved(std::string_view host) {
  for (const std::string_view end :
       {"example.com", "example.org", "example.net", ".example", ".test", ".invalid", ".localhost"}) {
    if (host.ends_with(end)) return true;
  }
  return false;
}

std::string json_escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    if (length == 1) {
      result += text.front();
    } else {
      const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
      std::uint32_t code = length == 2 ? byte(0) & 0x1fU : length == 3 ? byte(0) & 0x0fU : byte(0) & 0x07U;
      for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte(i) & 0x3fU);
      if (code >= 0x10000)
        result +=
            fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((code - 0x10000) >> 10U), 0xdc00 + ((code - 0x10000) & 0x3ffU));
      else
        result += fmt::format("\\u{:04x}", code);
    }
    text.remove_prefix(length);
  }
  return result;
}

class Anonymizer {
public:
  explicit Anonymizer(Recording& recording) : recording_{recording} {}

  void run() {
    for (RecordedExchange& exchange : recording_.exchanges) {
      for (const ExchangeText& text : texts_of(exchange)) {
        find_hosts(*text.text);
        find_addresses(*text.text);
        find_people(text);
      }
    }
    std::ranges::stable_sort(replacements_, std::greater{}, [](const Replacement& each) { return each.from.size(); });
    for (RecordedExchange& exchange : recording_.exchanges) {
      for (ExchangeText& text : texts_of(exchange)) replace(text);
    }
    ExchangeText comment{Part::kComment, "", &recording_.comment};
    replace(comment);
  }

private:
  struct Replacement {
    std::string from;
    std::string to;
    bool whole_value = false;  ///< a user name may be an everyday word
  };

  void add(const std::string& from, const std::string& to, bool whole_value = false) {
    if (from.size() < 2 || !known_.emplace(from, to).second) return;
    replacements_.push_back({from, to, whole_value});
    if (percent_encoded(from) != from)
      replacements_.push_back({percent_encoded(from), percent_encoded(to), whole_value});
    if (json_escaped(from) != from) replacements_.push_back({json_escaped(from), to, whole_value});
  }

  void find_hosts(std::string_view text) {
    for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
      std::size_t begin = at + 3;
      const std::size_t end = std::min(text.find_first_of("/?#\"'<> \r\n\\", begin), text.size());
      const std::size_t sign = text.substr(0, end).rfind('@');
      if (sign != std::string_view::npos && sign >= begin) begin = sign + 1;
      add_host(host_at(text.substr(begin)));
    }
  }

  void add_host(std::string_view host) {
    if (host.empty() || is_reserved(host) || known_.contains(std::string{host})) return;
    add(std::string{host}, fmt::format("host{}.example.com", ++hosts_));
  }

  /// Also of git and SSH: "git@git.example.com:project.git" is a host, and who logs in there is nobody.
  void find_addresses(std::string_view text) {
    for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && is_of_mailbox(text[begin - 1])) --begin;
      const std::string_view host = host_at(text.substr(at + 1));
      if (begin == at || host.empty()) continue;
      const bool is_url = begin >= 3 && text.substr(begin - 3, 3) == "://";
      const std::size_t end = at + 1 + host.size();
      const bool is_remote = end < text.size() && text[end] == ':';
      if (is_url || is_remote) {
        add_host(host);
        continue;
      }
      const std::string address{text.substr(begin, end - begin)};
      if (!known_.contains(address)) add(address, fmt::format("user{}@example.com", ++addresses_));
    }
  }

  void find_people(const ExchangeText& text) {
    if (text.part != Part::kRequestBody && text.part != Part::kResponseBody) return;
    std::string first;
    for_each_field(text, "", [&](const Field& field) {
      if (field.where != Where::kJson) return;
      // Fields come in the order of the text, and "first_name" before or after "last_name" of the same person.
      if (field.name == "display_name" || field.name == "full_name") add_person(field.value);
      if (field.name == "username") add_user(field.value);
      if (field.name == "first_name") first = field.value;
      if (field.name == "last_name" && !first.empty()) add_person(first + ' ' + field.value);
    });
  }

  void add_person(const std::string& name) {
    if (name.size() < 3 || known_.contains(name) || name.starts_with("Person ")) return;
    const std::string number = std::to_string(++people_);
    add(name, "Person " + number);
    const std::size_t blank = name.find(' ');
    if (blank == std::string::npos) return;
    add(name.substr(0, blank), "Person", true);
    add(name.substr(blank + 1), number, true);
  }

  void add_user(const std::string& name) {
    if (!known_.contains(name)) add(name, fmt::format("user{}", ++users_), true);
  }

  void replace(ExchangeText& text) const {
    Edits edits;
    const std::string_view all = *text.text;
    for (const Replacement& each : replacements_) {
      for (std::size_t at = all.find(each.from); at != std::string_view::npos; at = all.find(each.from, at + 1)) {
        const std::size_t end = at + each.from.size();
        const auto is_edge = [&](std::size_t place, char quote) {
          if (each.whole_value) return place < all.size() && all[place] == quote;
          return place >= all.size() || !is_letter_or_digit(all[place]);
        };
        if ((at == 0 ? !each.whole_value : is_edge(at - 1, '"')) && is_edge(end, '"')) edits.replace(at, end, each.to);
      }
    }
    edits.apply(*text.text, text.chunks);
  }

  Recording& recording_;
  std::map<std::string, std::string> known_;
  std::vector<Replacement> replacements_;
  int hosts_ = 0;
  int addresses_ = 0;
  int people_ = 0;
  int users_ = 0;
};

}  // namespace

void anonymize(Recording& recording) { Anonymizer{recording}.run(); }

}  // namespace understudy::recording
