// The control API as OpenAPI 3.1, made of its table.
#include "control/call.hpp"
#include "control/schemas.hpp"
#include "mock_server/ascii.hpp"

namespace understudy::control {
namespace {

json parameters_of(const ControlRoute& route) {
  json parameters = json::array();
  for (std::size_t open = route.pattern.find('{'); open != std::string::npos;
       open = route.pattern.find('{', open + 1)) {
    parameters.push_back({{"name", route.pattern.substr(open + 1, route.pattern.find('}', open) - open - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const Parameter& parameter : route.query) {
    parameters.push_back(
        {{"name", parameter.name}, {"in", "query"}, {"description", parameter.help}, {"schema", parameter.schema}});
  }
  return parameters;
}

json response_of(const json& row) {
  json response{{"description", row.at("description")}};
  if (!row.at("schema").is_null())
    response["content"][row.value("type", "application/json")] = {{"schema", row.at("schema")}};
  return response;
}

json operation_of(const ControlRoute& route) {
  json operation{{"operationId", route.operation}, {"summary", route.summary}};
  const json parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (!route.body.is_null()) operation["requestBody"] = {{"content", {{"application/json", {{"schema", route.body}}}}}};
  for (const auto& [status, row] : route.answers.items()) operation["responses"][status] = response_of(row);
  const json error{{"$ref", "#/components/responses/Error"}};
  if (!route.open) operation["responses"]["401"] = error;
  if (!route.query.empty() || !route.body.is_null()) operation["responses"]["400"] = error;
  if (!route.body.is_null()) operation["responses"]["413"] = error;
  if (route.method != "GET") operation["responses"]["503"] = error;  // what cannot be kept is not done
  for (const char* const kept_out : {"403", "421"}) operation["responses"][kept_out] = error;  // Origin, Host
  if (route.open) operation["security"] = json::array();
  return operation;
}

}  // namespace

Desk::Answer get_description(Call& call) { return answered(200, control_description(call.office.options().version)); }

}  // namespace understudy::control

nlohmann::json understudy::control_description(const std::string& version) {
  using namespace control;
  json paths = json::object();
  for (const ControlRoute& route : control_routes()) paths[route.pattern][lower(route.method)] = operation_of(route);
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Understudy's control API"},
            {"version", version},
            {"description",
             "Moves the time of the fake that understudy serve runs, loads worlds, plays faults, shows what was asked. "
             "The control token stands in the URL of the console that serve prints."}}},
          {"servers", json::array({{{"url", std::string{kApi}}}})},
          {"security", json::array({{{"controlToken", json::array()}}})},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes", {{"controlToken", {{"type", "http"}, {"scheme", "bearer"}}}}},
            {"responses",
             {{"Error",
               {{"description", "What is wrong, and often what to do about it"},
                {"content", {{"application/json", {{"schema", error_schema()}}}}}}}}}}}};
}
