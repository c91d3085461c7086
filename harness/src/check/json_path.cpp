#include "check/json_path.hpp"

#include <charconv>

namespace understudy {

JsonPath::JsonPath(std::string_view text, const Position& at) : text_{text} {
  const auto refuse = [&](const std::string& problem) {
    throw InputError{at, "\"" + text_ + "\" is no JSON path: " + problem, "they look like $.items[0].id"};
  };
  if (!text.starts_with('$')) refuse("it has to begin with $");
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text[0] == '.') {
      const std::size_t end = std::min(text.find_first_of(".[", 1), text.size());
      if (end == 1) refuse("a name is missing after the dot");
      parts_.emplace_back(std::string{text.substr(1, end - 1)});
      text.remove_prefix(end);
    } else if (text[0] == '[') {
      const std::size_t end = text.find(']');
      if (end == std::string_view::npos) refuse("a ] is missing");
      std::string_view inner = text.substr(1, end - 1);
      const bool is_name = inner.size() > 1 && (inner[0] == '"' || inner[0] == '\'') && inner.back() == inner[0];
      std::int64_t index = 0;
      const auto [last, error] = std::from_chars(inner.data(), inner.data() + inner.size(), index);
      if (is_name)
        parts_.emplace_back(std::string{inner.substr(1, inner.size() - 2)});
      else if (error == std::errc{} && last == inner.data() + inner.size())
        parts_.emplace_back(index);
      else
        refuse("[" + std::string{inner} + "] is neither a number nor a quoted name");
      text.remove_prefix(end + 1);
    } else {
      refuse("a . or [ is missing before \"" + std::string{text} + "\"");
    }
  }
}

const nlohmann::json* JsonPath::find(const nlohmann::json& document) const {
  const nlohmann::json* here = &document;
  for (const auto& part : parts_) {
    if (const auto* name = std::get_if<std::string>(&part)) {
      if (!here->is_object() || !here->contains(*name)) return nullptr;
      here = &here->at(*name);
    } else {
      const auto size = here->is_array() ? static_cast<std::int64_t>(here->size()) : 0;
      const std::int64_t index = std::get<std::int64_t>(part) + (std::get<std::int64_t>(part) < 0 ? size : 0);
      if (index < 0 || index >= size) return nullptr;
      here = &here->at(static_cast<std::size_t>(index));
    }
  }
  return here;
}

}  // namespace understudy
