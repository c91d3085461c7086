#pragma once
/// What is called how in a text: the parameters of a query or form, the fields of JSON, the parts of headers.

#include <functional>
#include <string>
#include <string_view>

#include "recording/secret_fields.hpp"
#include "recording/texts.hpp"

namespace understudy::recording {

struct Field {
  Where where;
  std::string name;   ///< decoded
  std::string value;  ///< decoded: of a JSON string what it says, of a parameter without percent signs
  std::size_t begin;  ///< of the value in the text, without quotes
  std::size_t end;
  bool is_sensitive = false;  ///< the value of a variable that is said to be sensitive
};

/// Calls `each` for every field of `text`, however deep. JSON, one JSON document a line, forms (also multipart),
/// queries, cookies, and URLs in any of these (their parameters). `content_type` is of the body that it is, or "".
void for_each_field(const ExchangeText& text, std::string_view content_type,
                    const std::function<void(const Field&)>& each);

/// The value of a boolean in a JSON object, or in the entity that it embeds as answers to changes do.
enum class Stated { kNo, kYes, kUnsaid };
[[nodiscard]] Stated stated(const std::string& json, std::string_view key);

}  // namespace understudy::recording
