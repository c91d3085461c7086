#pragma once
/// `$.a.b[0]`: a place in a JSON document.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

class JsonPath {
public:
  /// `$`, then any of `.name`, `["name"]`, `[0]`, `[-1]` (from the end). Throws InputError.
  JsonPath(std::string_view text, const Position& at);

  [[nodiscard]] const nlohmann::json* find(const nlohmann::json& document) const;  ///< nullptr if it is not there
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::string text_;
  std::vector<std::variant<std::string, std::int64_t>> parts_;
};

}  // namespace understudy
