#pragma once
/// The shape of JSON: which fields there are and of which type, whatever they hold. Two answers to the same request
/// differ in ids and times; that they differ in shape is what breaks a client.

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// What stood at one place, in one value or in several laid over each other.
struct JsonShape {
  enum Kind : unsigned {
    kNull = 1U << 0U,
    kBoolean = 1U << 1U,
    kInteger = 1U << 2U,
    kNumber = 1U << 3U,
    kText = 1U << 4U,
    kList = 1U << 5U,
    kObject = 1U << 6U
  };
  unsigned kinds = 0;          ///< all that were seen
  std::size_t seen = 0;        ///< how many values
  std::size_t objects = 0;     ///< how many of them were objects
  bool is_dictionary = false;  ///< its keys are data; `fields` has one entry "*" for all of them
  std::map<std::string, JsonShape> fields{};
  std::vector<JsonShape> items{};  ///< one for all items of all lists; none if all were empty
};
[[nodiscard]] std::string describe_kinds(unsigned kinds);  ///< "text or null"

/// Of one value. An object is taken for a dictionary (names of apps, URLs of routes, ids) if the field that it stands
/// in is known as one, or if its keys look like URLs, paths or ids.
[[nodiscard]] JsonShape shape_of(const nlohmann::json& value);
/// Of a response: JSON, or one JSON value a line (log streams), which is a list then. None for anything else.
[[nodiscard]] std::optional<JsonShape> shape_of_body(std::string_view content_type, std::string_view body);
void lay_over(JsonShape& into, const JsonShape& other);

struct ShapeChange {
  enum class What { kCame, kWent, kChanged };
  std::string path;  ///< "$.items[].id", "$._links[\"#edit\"].href", "$.routes.*.type"
  What what = What::kChanged;
  std::string then{};  ///< "text"; "" if it came
  std::string now{};   ///< "integer", "text in some"; "" if it went
};
[[nodiscard]] std::string_view to_string(ShapeChange::What what);  ///< "came", "went", "changed"

/// In the order of the paths. Of what was an empty list or null then or is now nothing is known, so nothing is said. A
/// field that only some items had may be gone; 1 may become 1.5 (JSON has one kind of number). `strict` says all these,
/// too.
[[nodiscard]] std::vector<ShapeChange> compare_shapes(const JsonShape& then, const JsonShape& now, bool strict = false);

}  // namespace understudy
