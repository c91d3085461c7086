#pragma once
/// What most handlers that change something have in common.

#include <charconv>

#include "api/context.hpp"

namespace understudy::api {

/// Starts an activity; project, environment (unless given) and user are the request's.
std::string begin(Context& context, engine::NewActivity wanted);
/// {"status", "code", "_embedded"}: the answer to a change, with the activities that it caused. Never 202: the
/// platform's JavaScript client does not look into the body of such an answer, and then misses the activity.
[[nodiscard]] Response accepted(const Context& context, int code, const std::vector<std::string>& activities,
                                const std::optional<json>& entity = std::nullopt);
/// Throws ApiError 400 when the environment's state does not offer the operation that has this link.
void expect_available(const Context& context, std::string_view link);

// Fields of a JSON body; a value of another type is ApiError 400 with the platform's `detail`.
[[nodiscard]] bool flag_of_body(const Context& context, const char* name, bool fallback);
[[nodiscard]] std::string text_of_body(const Context& context, const char* name, const std::string& fallback = "");
[[nodiscard]] std::string needed_text(const Context& context, const char* name);  ///< 400 if missing or empty
[[nodiscard]] std::vector<std::string> texts_of_body(const Context& context, const char* name);

[[nodiscard]] ApiError bad_request(const std::string& field, const std::string& problem);

/// A number in the query, or `fallback` where there is none; 400 if it is no number of this type.
template <class Number>
[[nodiscard]] Number number_of_query(const Context& context, std::string_view name, Number fallback) {
  const std::string* text = find_parameter(context.query, name);
  if (text == nullptr) return fallback;
  Number number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size())
    throw bad_request(std::string{name}, "is not a number");
  return number;
}

}  // namespace understudy::api
