#include "api/answers.hpp"

#include <fmt/format.h>

namespace understudy::api {

std::string begin(Context& context, engine::NewActivity wanted) {
  wanted.project = context.project->id;
  if (wanted.environment.empty() && context.environment != nullptr) wanted.environment = context.environment->id;
  wanted.user = context.viewer().user;
  return context.core.engine.create(context.core.state, context.now, wanted);
}

Response accepted(const Context& context, int code, const std::vector<std::string>& activities,
                  const std::optional<json>& entity) {
  return json_response(code, wire::accepted(context.viewer(), code, activities, entity));
}

void expect_available(const Context& context, std::string_view link) {
  const model::Operation& operation = model::environment_operation(link);
  if (!model::has_capability(*context.project, operation.capability))
    throw ApiError{403, fmt::format("The project's plan has no {}", operation.capability)};
  if (model::is_available(operation, *context.environment)) return;
  const model::Environment& environment = *context.environment;
  std::string why = fmt::format("is {}", model::name_of(model::kStatusNames, environment.status));
  if (link == "#deploy") why = "has no staged changes";
  if (link == "#initialize") why = "has code already";
  if ((link == "#merge" || link == "#synchronize") && !environment.parent) why = "has no parent";
  const bool running = model::is_running(environment);
  if ((link == "#pause" || link == "#deactivate") && running) why = "is the production environment";
  throw ApiError{400, fmt::format("The environment {} {}", environment.id, why), {{"error", "The environment " + why}}};
}

ApiError bad_request(const std::string& field, const std::string& problem) {
  return {400, "Bad Request", {{field, problem}}};
}

bool flag_of_body(const Context& context, const char* name, bool fallback) {
  const auto found = context.body.find(name);
  if (found == context.body.end() || found->is_null()) return fallback;
  if (!found->is_boolean()) throw bad_request(name, "expected true or false");
  return *found;
}

std::string text_of_body(const Context& context, const char* name, const std::string& fallback) {
  const auto found = context.body.find(name);
  if (found == context.body.end() || found->is_null()) return fallback;
  if (!found->is_string()) throw bad_request(name, "expected a string");
  return *found;
}

std::string needed_text(const Context& context, const char* name) {
  std::string text = text_of_body(context, name);
  if (text.empty()) throw bad_request(name, "is required");
  return text;
}

std::vector<std::string> texts_of_body(const Context& context, const char* name) {
  const auto found = context.body.find(name);
  if (found == context.body.end() || found->is_null()) return {};
  try {
    wire::expect_shape(*found, wire::Shape::kTexts, false);
  } catch (const wire::FieldError& e) {
    throw bad_request(name, e.what());
  }
  return *found;
}

}  // namespace understudy::api
