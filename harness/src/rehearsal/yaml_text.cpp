#include "rehearsal/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "report/text.hpp"

namespace understudy {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShort = 72;  // of what may stand on one line

/// Is it read as this text when it stands there without quotes, in block and in flow style?
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 11> kOther{"true", "false", "null", "True", "False", "Null",
                                                    "TRUE", "FALSE", "NULL", "yes",  "no"};
  if (text.empty() || std::ranges::find(kOther, text) != kOther.end()) return false;
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (std::isalpha(static_cast<unsigned char>(text.front())) == 0 && text.front() != '/') return false;
  if (text.back() == ' ') return false;
  return std::ranges::all_of(
      text, [&](char c) { return letter(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == ' '; });
}

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string scalar(const Json& value) {
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  return is_plain(text) ? text : quoted(text);
}

/// Can it be written below a `|`?
bool is_block(const std::string& text) {
  if (text.find('\n') == std::string::npos || text.find('\n') == 0 || text.front() == ' ') return false;
  if (text.ends_with("\n\n")) return false;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint point = next_code_point(rest);
    const bool is_odd = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) || point.value == 0xFEFF ||
                        point.value == 0x2028 || point.value == 0x2029;  // line breaks of YAML 1.1
    if (!point.valid || (is_odd && point.value != '\n' && point.value != '\t')) return false;
    rest.remove_prefix(point.bytes);
  }
  return true;
}

std::string flow(const Json& value) {
  if (!value.is_structured()) return scalar(value);
  std::string out;
  for (const auto& [key, item] : value.items()) {
    if (!out.empty()) out += ", ";
    out += value.is_object() ? scalar(key) + ": " + flow(item) : flow(item);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

bool has_structure(const Json& value) {
  return std::ranges::any_of(value, [](const Json& item) { return item.is_structured() && !item.empty(); });
}

bool has_block(const Json& value) {
  return std::ranges::any_of(value, [](const Json& item) { return item.is_string() && is_block(item); });
}

void write(std::string& out, const Json& value, std::size_t indent);

/// Behind a key or a dash.
void write_value(std::string& out, const Json& value, std::size_t indent, bool is_item) {
  if (value.is_string() && is_block(value.get_ref<const std::string&>())) {
    const auto& text = value.get_ref<const std::string&>();
    out += text.ends_with('\n') ? " |\n" : " |-\n";
    for (const std::string& line : lines_of(text)) out += line.empty() ? "\n" : std::string(indent, ' ') + line + "\n";
    return;
  }
  const bool on_one_line = !value.is_structured() || value.empty() ||
                           (!has_structure(value) && !has_block(value) && flow(value).size() <= kShort);
  if (on_one_line) {
    out += " " + flow(value) + "\n";
  } else if (is_item) {
    std::string below;
    write(below, value, indent);
    out += " " + below.substr(indent);
  } else {
    out += "\n";
    write(out, value, indent);
  }
}

void write(std::string& out, const Json& value, std::size_t indent) {
  const std::string blanks(indent, ' ');
  for (const auto& [key, item] : value.items()) {
    out += blanks + (value.is_object() ? scalar(key) + ":" : "-");
    write_value(out, item, indent + 2, value.is_array());
  }
}

}  // namespace

std::string yaml_text(const Json& value) {
  if (!value.is_structured() || value.empty()) return flow(value) + "\n";
  std::string out;
  write(out, value, 0);
  return out;
}

}  // namespace understudy
