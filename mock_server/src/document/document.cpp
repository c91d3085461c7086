#include "mock_server/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "mock_server/ascii.hpp"

namespace understudy {
namespace {

/// Levenshtein distance; a swap of neighbours counts one (the commonest slip of the fingers).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_core_integer(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return is_digits(text) && (text.size() == 1 || text[0] != '0');  // 012 stays a text: nobody means twelve by it
}

bool is_core_number(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (!exponent.empty() && (exponent[0] == '-' || exponent[0] == '+')) exponent.remove_prefix(1);
    if (!is_digits(exponent)) return false;
  }
  const std::size_t dot = mantissa.find('.');
  if (dot == std::string_view::npos) return e != std::string_view::npos && is_digits(mantissa);
  const std::string_view whole = mantissa.substr(0, dot);
  const std::string_view fraction = mantissa.substr(dot + 1);
  return (whole.empty() || is_digits(whole)) && (fraction.empty() || is_digits(fraction)) &&
         !(whole.empty() && fraction.empty());
}

Node::Kind core_kind(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Node::Kind::kNull;
  if (text == "true" || text == "True" || text == "TRUE") return Node::Kind::kBoolean;
  if (text == "false" || text == "False" || text == "FALSE") return Node::Kind::kBoolean;
  if (is_core_integer(text)) return Node::Kind::kInteger;
  if (is_core_number(text)) return Node::Kind::kNumber;
  return Node::Kind::kText;
}

[[noreturn]] void refuse(const Node& node, std::string_view expected) {
  std::string hint;
  if (expected == "a text" && node.is_scalar()) hint = "put quotes around it: \"" + node.scalar_text() + "\"";
  throw InputError{node.at(), "expected " + std::string{expected} + ", found " + std::string{describe(node.kind())},
                   hint};
}

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Length of a `$NAME` or `${NAME}` that begins at `text[0] == '$'`, and its name; 0 if there is none.
std::pair<std::size_t, std::string_view> reference_at(std::string_view text) {
  const bool braced = text.size() > 1 && text[1] == '{';
  const std::size_t start = braced ? 2 : 1;
  std::size_t end = start;
  while (end < text.size() && (end == start ? is_name_start(text[end]) : is_name_part(text[end]))) ++end;
  if (end == start || (braced && (end == text.size() || text[end] != '}'))) return {0, {}};
  return {braced ? end + 1 : end, text.substr(start, end - start)};
}

}  // namespace

std::string to_string(const Position& at) {
  if (at.line == 0) return at.file;
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

InputError::InputError(Position at, const std::string& problem, const std::string& hint)
    : std::runtime_error{to_string(at) + ": " + problem + (hint.empty() ? "" : "; " + hint)}, at_{std::move(at)} {}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::string wanted = lower(word);
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(wanted, lower(candidate));
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? "" : "did you mean \"" + *best + "\"?";
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kBoolean:
      return "a boolean";
    case Node::Kind::kInteger:
      return "a whole number";
    case Node::Kind::kNumber:
      return "a number";
    case Node::Kind::kText:
      return "a text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "";
}

Node Node::scalar(Position at, std::string text, bool quoted) {
  Node node;
  node.kind_ = quoted ? Kind::kText : core_kind(text);
  node.at_ = std::move(at);
  node.text_ = std::move(text);
  return node;
}

Node Node::list(Position at, std::vector<Node> items) {
  Node node;
  node.kind_ = Kind::kList;
  node.at_ = std::move(at);
  node.items_ = std::make_shared<const std::vector<Node>>(std::move(items));
  return node;
}

Node Node::map(Position at, std::vector<Entry> entries) {
  Node node;
  node.kind_ = Kind::kMap;
  node.at_ = std::move(at);
  node.entries_ = std::make_shared<const std::vector<Entry>>(std::move(entries));
  return node;
}

Node Node::tagged(std::string_view tag) const {
  Node node = *this;
  node.tag_ = tag.empty() ? nullptr : std::make_shared<const std::string>(tag);
  return node;
}

const std::string& Node::text() const {
  if (kind_ != Kind::kText) refuse(*this, "a text");
  return text_;
}

const std::string& Node::scalar_text() const {
  if (!is_scalar()) refuse(*this, "a single value");
  return text_;
}

bool Node::boolean() const {
  if (kind_ != Kind::kBoolean) {
    const bool yaml_1_1 = kind_ == Kind::kText && (text_ == "yes" || text_ == "no" || text_ == "on" || text_ == "off");
    if (yaml_1_1) throw InputError{at_, "\"" + text_ + "\" is a text in YAML 1.2", "write true or false"};
    refuse(*this, "true or false");
  }
  return text_[0] == 't' || text_[0] == 'T';
}

std::int64_t Node::integer() const {
  if (kind_ != Kind::kInteger) refuse(*this, "a whole number");
  std::int64_t value = 0;
  const char* start = text_.data() + (text_[0] == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(start, text_.data() + text_.size(), value);
  if (error != std::errc{}) throw InputError{at_, "the number " + text_ + " is too large"};
  return value;
}

double Node::number() const {
  if (kind_ == Kind::kInteger) return static_cast<double>(integer());
  if (kind_ != Kind::kNumber) refuse(*this, "a number");
  const double value = std::stod(text_);
  if (!std::isfinite(value)) throw InputError{at_, "the number " + text_ + " is too large"};
  return value;
}

const std::vector<Node>& Node::items() const {
  if (kind_ != Kind::kList) refuse(*this, "a list");
  return *items_;
}

const std::vector<Node::Entry>& Node::entries() const {
  if (kind_ != Kind::kMap) refuse(*this, "a map");
  return *entries_;
}

const Node* Node::find(std::string_view key) const {
  if (!entries_) return nullptr;
  for (const Entry& entry : *entries_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

nlohmann::json Node::to_json() const {
  switch (kind_) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return boolean();
    case Kind::kInteger:
      return integer();
    case Kind::kNumber:
      return number();
    case Kind::kText:
      return text_;
    case Kind::kList: {
      nlohmann::json result = nlohmann::json::array();
      for (const Node& item : *items_) result.push_back(item.to_json());
      return result;
    }
    case Kind::kMap: {
      nlohmann::json result = nlohmann::json::object();
      for (const Entry& entry : *entries_) result[entry.key] = entry.value.to_json();
      return result;
    }
  }
  return nullptr;
}

std::string substitute(std::string_view text, const Variables& variables) {
  std::string result;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    result.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$$")) {
      result += '$';
      text.remove_prefix(2);
      continue;
    }
    const auto [length, name] = reference_at(text);
    const auto found = variables.find(name);
    if (length > 0 && found != variables.end()) {
      result += found->second;
      text.remove_prefix(length);
    } else {
      result += '$';
      text.remove_prefix(1);
    }
  }
  return result;
}

Node substitute(const Node& node, const Variables& variables) {
  switch (node.kind()) {
    case Node::Kind::kList: {
      std::vector<Node> items;
      for (const Node& item : node.items()) items.push_back(substitute(item, variables));
      return Node::list(node.at(), std::move(items));
    }
    case Node::Kind::kMap: {
      std::vector<Node::Entry> entries;
      for (const Node::Entry& entry : node.entries()) {
        entries.push_back({substitute(entry.key, variables), entry.key_at, substitute(entry.value, variables)});
      }
      return Node::map(node.at(), std::move(entries));
    }
    case Node::Kind::kText: {
      const std::string& text = node.text();
      const auto [length, name] =
          text.starts_with('$') ? reference_at(text) : std::pair<std::size_t, std::string_view>{};
      const bool whole = length > 0 && length == text.size() && variables.contains(name);
      return Node::scalar(node.at(), substitute(text, variables), !whole);
    }
    case Node::Kind::kNull:
    case Node::Kind::kBoolean:
    case Node::Kind::kInteger:
    case Node::Kind::kNumber:
      return node;
  }
  return node;
}

}  // namespace understudy
