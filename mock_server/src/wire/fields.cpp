#include "wire/fields.hpp"

#include <algorithm>

namespace understudy::wire {
namespace {

bool is_texts(const json& value) {
  return value.is_array() && std::ranges::all_of(value, [](const json& item) { return item.is_string(); });
}

bool has_shape(const json& value, Shape shape) {
  switch (shape) {
    case Shape::kText:
      return value.is_string();
    case Shape::kFlag:
      return value.is_boolean();
    case Shape::kInteger:
      return value.is_number_integer();
    case Shape::kNumber:
      return value.is_number();
    case Shape::kTime:
      return value.is_string() && parse_time(value.get<std::string>()).has_value();
    case Shape::kObject:
      return value.is_object() || (value.is_array() && value.empty());  // PHP writes {} as []
    case Shape::kList:
      return value.is_array();
    case Shape::kTexts:
      return is_texts(value);
  }
  return false;
}

std::string_view describe(Shape shape) {
  switch (shape) {
    case Shape::kText:
      return "a string";
    case Shape::kFlag:
      return "true or false";
    case Shape::kInteger:
      return "an integer";
    case Shape::kNumber:
      return "a number";
    case Shape::kTime:
      return "a time like 2026-03-01T03:00:00Z";
    case Shape::kObject:
      return "an object";
    case Shape::kList:
      return "a list";
    case Shape::kTexts:
      return "a list of strings";
  }
  return "";
}

}  // namespace

json schema_of_shape(Shape shape, bool nullable) {
  json schema;
  switch (shape) {
    case Shape::kText:
      schema = {{"type", "string"}};
      break;
    case Shape::kFlag:
      schema = {{"type", "boolean"}};
      break;
    case Shape::kInteger:
      schema = {{"type", "integer"}};
      break;
    case Shape::kNumber:
      schema = {{"type", "number"}};
      break;
    case Shape::kTime:
      schema = {{"type", "string"}, {"format", "date-time"}};
      break;
    case Shape::kObject:
      schema = {{"type", "object"}};
      break;
    case Shape::kList:
      schema = {{"type", "array"}};
      break;
    case Shape::kTexts:
      schema = {{"type", "array"}, {"items", {{"type", "string"}}}};
      break;
  }
  if (nullable) schema["type"] = json::array({schema["type"], "null"});
  return schema;
}

void expect_shape(const json& value, Shape shape, bool nullable) {
  if (value.is_null() && nullable) return;
  if (!has_shape(value, shape))
    throw FieldError{"expected " + std::string{describe(shape)} + ", found " + value.type_name()};
}

Time time_from(const json& value) {
  expect_shape(value, Shape::kTime, false);
  return *parse_time(value.get<std::string>());
}

}  // namespace understudy::wire
