#pragma once
/// YAML for people: block style, texts of several lines as they are.

#include <nlohmann/json.hpp>
#include <string>

namespace understudy {

/// A document; our reader and any other of YAML 1.2 read the same value from it. Ends in a newline.
[[nodiscard]] std::string yaml_text(const nlohmann::ordered_json& value);

}  // namespace understudy
