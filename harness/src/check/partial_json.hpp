#pragma once
/// What a JSON value must hold: maps match by subset, lists exactly, `#string` and its like by kind.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "check/json_path.hpp"
#include "mock_server/document.hpp"

namespace understudy {

struct JsonDifference {
  std::string pointer;   ///< "/value", "" for the whole
  std::string expected;  ///< as JSON, shortened
  std::string actual;    ///< as JSON, shortened, or "absent"
};
[[nodiscard]] std::string to_string(const JsonDifference& difference);  ///< `json /value: expected "a", got "b"`

/// The first place at which `actual` is not as `expected` says, or nullopt. `$NAME` in expected texts stands for its
/// value; a text that is just one `$NAME` matches a number or boolean that reads the same.
/// Markers: #string #number #boolean #list #map #null #uuid #present #absent, and "#matches RE".
[[nodiscard]] std::optional<JsonDifference> json_difference(const nlohmann::json& expected,
                                                            const nlohmann::json& actual, const Variables& variables);
/// The same for a value that may be missing (nullptr).
[[nodiscard]] std::optional<JsonDifference> json_difference(const nlohmann::json& expected,
                                                            const nlohmann::json* actual, const Variables& variables);

/// Throws InputError for a marker whose pattern cannot be understood.
void require_valid_markers(const Node& expected);

/// The value of a key `json`: either partial JSON, or a map of `$.path` to partial JSON.
class JsonExpectation {
public:
  explicit JsonExpectation(const Node& value);
  [[nodiscard]] std::optional<JsonDifference> difference(const nlohmann::json& actual,
                                                         const Variables& variables) const;

private:
  nlohmann::json whole_;
  std::vector<std::pair<JsonPath, nlohmann::json>> parts_;
};

[[nodiscard]] nlohmann::json json_expectation_schema();

}  // namespace understudy
