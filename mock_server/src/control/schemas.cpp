#include "control/schemas.hpp"

namespace understudy::control {
namespace {

json flag(const char* description = "") {
  json schema{{"type", "boolean"}};
  if (*description != '\0') schema["description"] = description;
  return schema;
}
json real() { return {{"type", "number"}}; }

/// All of it is there in every answer.
json all_of(const std::initializer_list<std::pair<const char*, json>>& properties) {
  json schema = object_of(properties, {});
  for (const auto& [name, ignored] : properties) schema["required"].push_back(name);
  return schema;
}

json entry_schema() {
  return all_of({{"number", number(1)},
                 {"at", time()},
                 {"wall", time()},
                 {"duration_ms", real()},
                 {"method", text()},
                 {"path", text("as it was sent, secrets covered")},
                 {"query", text()},
                 {"status", number(0)},
                 {"user", text("of the bearer")},
                 {"client", text("that was attached")},
                 {"route", text("path template that answered")},
                 {"operation", text("in the published API description")},
                 {"note", text()},
                 {"poll", flag()},
                 {"finished", flag()},
                 {"answered", flag()},
                 {"let_in", flag("false: for a foreign host, or from a foreign page")},
                 {"console", flag("asked by the console")},
                 {"auth", all_of({{"role_needed", text()},
                                  {"role_had", text()},
                                  {"role_on", text()},
                                  {"refused", text("none, missing, unknown, expired, revoked, owner gone, challenged")},
                                  {"bearer", text("access token 2")},
                                  {"token", text("API token behind it")}})}});
}

}  // namespace

json text(const char* description) {
  json schema{{"type", "string"}};
  if (*description != '\0') schema["description"] = description;
  return schema;
}
json time() { return {{"type", "string"}, {"format", "date-time"}}; }
json number(std::int64_t least) { return {{"type", "integer"}, {"minimum", least}}; }
json number(std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}
json list_of(json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

json object_of(const std::initializer_list<std::pair<const char*, json>>& properties,
               const std::initializer_list<const char*>& required) {
  json schema{{"type", "object"}, {"properties", json::object()}, {"additionalProperties", false}};
  for (const auto& [name, property] : properties) schema["properties"][name] = property;
  for (const char* const name : required) schema["required"].push_back(name);
  return schema;
}

json error_schema() {
  return object_of(
      {{"error",
        object_of({{"message", text()}, {"hint", text()}, {"file", text()}, {"line", number(0)}, {"column", number(0)}},
                  {"message"})}},
      {"error"});
}

json status_schema() {
  json begun = number(1);
  begun["description"] = "how often the platform began: once, and with each load, reset and change of the world's file";
  return all_of({{"format", number(1)},
                 {"version", text()},
                 {"world", text()},
                 {"client", text("profile")},
                 {"url", text("of the platform")},
                 {"started_at", time()},
                 {"begun", begun},
                 {"now", time()},
                 {"speed", real()},
                 {"seed", number(0)},
                 {"projects", number(0)},
                 {"journal", all_of({{"first", number(0)},
                                     {"last", number(0)},
                                     {"entries", number(0)},
                                     {"bytes", number(0)},
                                     {"limit", number(0)}})}});
}

json begun_schema() {
  json schema = status_schema();
  schema["properties"]["remarks"] = list_of(text("a sentence: what has become of tokens that clients have"));
  return schema;
}

json snapshot_schema() {
  const json bytes = {{"description", "a text, or {\"base64\": ...} for what is none"}};
  const json entry =
      object_of({{"at", time()},
                 {"events", number(0)},
                 {"draws", number(0)},
                 {"method", text()},
                 {"path", bytes},
                 {"query", bytes},
                 {"headers", list_of(list_of(bytes))},
                 {"body", bytes},
                 {"status", number(0)},
                 {"answer", text("hash of the answer, 16 hex digits")}},
                {"at", "events", "draws", "method", "path", "query", "headers", "body", "status", "answer"});
  return object_of({{"format", number(1)},
                    {"world", text("the world that it began with, in one line of YAML")},
                    {"seed", number(0)},
                    {"now", time()},
                    {"entries", list_of(entry)}},
                   {"format", "world", "seed", "now", "entries"});
}

json events_schema() {
  return all_of({{"now", time()}, {"events", list_of(all_of({{"at", time()}, {"what", text("a sentence")}}))}});
}

json timeline_schema() {
  return {{"type", "object"},
          {"properties",
           {{"start", time()},
            {"seconds", real()},
            {"lanes", list_of({{"type", "object"}})},
            {"spans", list_of({{"type", "object"}})},
            {"marks", list_of({{"type", "object"}})}}}};
}

json journal_schema() {
  return all_of(
      {{"first", number(0)}, {"last", number(0)}, {"cursor", number(0)}, {"entries", list_of(entry_schema())}});
}

json exchange_schema() {
  json schema = entry_schema();
  const json headers = list_of(all_of({{"name", text()}, {"value", text()}}));
  for (const char* const name : {"request_headers", "response_headers"}) schema["properties"][name] = headers;
  for (const char* const name : {"request_body", "response_body", "curl", "step"}) schema["properties"][name] = text();
  schema["properties"]["cut"] = flag();
  for (const char* const name :
       {"request_headers", "response_headers", "request_body", "response_body", "cut", "curl", "step"})
    schema["required"].push_back(name);
  return schema;
}

json token_schema() {
  return object_of(
      {{"value", text("a secret")}, {"name", text()}, {"kind", text()}, {"user", text()}, {"expires_at", time()}},
      {"value", "name", "kind", "user"});
}

json users_schema() {
  return list_of(
      all_of({{"name", text()}, {"id", text()}, {"full_name", text()}, {"machine", flag()}, {"email", text()}}));
}

}  // namespace understudy::control
