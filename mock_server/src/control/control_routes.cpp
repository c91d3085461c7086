// The table of contents of the control API. Its description is made of it.
#include "control/call.hpp"
#include "control/schemas.hpp"
#include "world/world_keys.hpp"

namespace understudy::control {
namespace {

json answer(const char* description, json schema) {
  return {{"description", description}, {"schema", std::move(schema)}};
}
json nothing(const char* description) { return answer(description, nullptr); }
json error(const char* description) { return answer(description, error_schema()); }

json fault_body() { return schema_of(fault_keys()); }
json fault_shown() {
  json schema = fault_body();
  schema["properties"]["id"] = {{"type", "integer"}, {"description", "for DELETE"}};
  schema["properties"]["hits"] = {{"type", "integer"}, {"description", "matching requests so far"}};
  schema["required"] = {"id", "on", "hits"};
  return schema;
}

std::vector<ControlRoute> make_routes() {
  return {
      {.method = "GET",
       .pattern = "/status",
       .handler = get_status,
       .operation = "getStatus",
       .summary = "What is served, and what time it is there",
       .answers = {{"200", answer("The state of the server", status_schema())}}},
      {.method = "POST",
       .pattern = "/advance",
       .handler = advance,
       .operation = "advance",
       .summary = "Let platform time pass at once, with all that is due in it",
       .body = object_of({{"by", text("so long: 12m, 90s, 1h30m")},
                          {"to", text("until then: ISO 8601, or next: the next event that is due")}},
                         {}),
       .answers = {{"200", answer("Time has passed", object_of({{"from", time()}, {"now", time()}}, {"from", "now"}))},
                   {"409", error("Nothing is due, or it is later already")}}},
      {.method = "PUT",
       .pattern = "/speed",
       .handler = set_speed,
       .operation = "setSpeed",
       .summary = "How fast platform time goes",
       .body = object_of({{"speed",
                           {{"type", "number"},
                            {"minimum", 0},
                            {"maximum", 1000},
                            {"description", "seconds to a second; 0: by hand"}}}},
                         {"speed"}),
       .answers = {{"200", answer("It goes so fast now",
                                  object_of({{"speed", {{"type", "number"}}}, {"now", time()}}, {"speed", "now"}))}}},
      {.method = "POST",
       .pattern = "/reset",
       .handler = reset,
       .operation = "reset",
       .summary = "Back to the start of the world",
       .body = object_of({{"journal", {{"enum", {"keep", "clear"}}, {"description", "keep if not given"}}}}, {}),
       .answers = {{"200", answer("The platform has begun anew", begun_schema())}}},
      {.method = "POST",
       .pattern = "/load",
       .handler = load,
       .operation = "load",
       .summary = "Begin anew with another world: one of them. What a state file held is kept beside it",
       .body = object_of(
           {{"world", text("its name")}, {"yaml", text("what a world's file holds")}, {"snapshot", snapshot_schema()}},
           {}),
       .answers = {{"200", answer("The platform has begun anew", begun_schema())},
                   {"422", error("The world cannot be understood, or is not there; with file, line and column")}}},
      {.method = "GET",
       .pattern = "/snapshot",
       .handler = get_snapshot,
       .operation = "getSnapshot",
       .summary = "The platform as it is: load brings it back. Holds tokens and passwords, as they are",
       .answers = {{"200", answer("World, seed and all that changed it", snapshot_schema())},
                   {"409", error("Too much has been changed for the memory; a state file has no limit")}}},
      {.method = "GET",
       .pattern = "/events",
       .handler = get_events,
       .operation = "getEvents",
       .summary = "What is due next, if nothing comes in between: 50 events at most",
       .answers = {{"200", answer("By time", events_schema())}}},
      {.method = "GET",
       .pattern = "/timeline",
       .handler = get_timeline,
       .operation = "getTimeline",
       .summary = "What happened since the world began, as lanes of spans",
       .answers = {{"200", answer("Times are seconds from its start", timeline_schema())}}},
      {.method = "GET",
       .pattern = "/faults",
       .handler = list_faults,
       .operation = "listFaults",
       .summary = "Faults that are played, in the order in which they are asked",
       .answers = {{"200",
                    answer("Theirs and the world's", object_of({{"faults", list_of(fault_shown())}}, {"faults"}))}}},
      {.method = "POST",
       .pattern = "/faults",
       .handler = add_fault,
       .operation = "addFault",
       .summary = "Play a fault, as a world's faults: describe it",
       .body = fault_body(),
       .answers = {{"201", answer("It is played from now on", fault_shown())},
                   {"422", error("It cannot be understood; with line and column of the body")}},
       .reads_body = true},
      {.method = "DELETE",
       .pattern = "/faults",
       .handler = clear_faults,
       .operation = "clearFaults",
       .summary = "No faults any more",
       .answers = {{"204", nothing("They are gone")}}},
      {.method = "DELETE",
       .pattern = "/faults/{id}",
       .handler = remove_fault,
       .operation = "removeFault",
       .summary = "One fault less",
       .answers = {{"204", nothing("It is gone")}, {"404", error("There is none with this id")}}},
      {.method = "GET",
       .pattern = "/journal",
       .handler = list_journal,
       .operation = "listJournal",
       .summary = "Requests to the platform; waits for them if asked to",
       .query = {{"after", "only with a higher number; those that have changed come again, see cursor", number(0)},
                 {"limit", "so many new ones at most; 200 if not given", number(0, 2000)},
                 {"wait", "if there is nothing new: seconds to wait for it; 0 if not given", number(0, 30)},
                 {"cursor",
                  "as the last answer had it: what has changed since then is news, too; if not given, what "
                  "changes from now on",
                  number(0)}},
       .answers = {{"200", answer("By number", journal_schema())}}},
      {.method = "DELETE",
       .pattern = "/journal",
       .handler = clear_journal,
       .operation = "clearJournal",
       .summary = "Forget every request that has been answered",
       .answers = {{"204", nothing("They are forgotten")}}},
      {.method = "GET",
       .pattern = "/journal.ndjson",
       .handler = stream_journal,
       .operation = "streamJournal",
       .summary = "The whole journal, a line of JSON for each request",
       .answers = {{"200",
                    {{"description", "As of getExchange, less curl and step"},
                     {"type", "application/x-ndjson"},
                     {"schema", text("lines")}}}}},
      {.method = "GET",
       .pattern = "/journal/{number}",
       .handler = get_exchange,
       .operation = "getExchange",
       .summary = "One request with all that went over the wire, secrets covered, bodies cut at 256 KiB",
       .answers = {{"200", answer("With curl, a line for a shell, and step, a scenario's", exchange_schema())},
                   {"404", error("It is not there, or not any more")}}},
      {.method = "POST",
       .pattern = "/tokens",
       .handler = create_token,
       .operation = "createToken",
       .summary = "A token for a user of the world, shown this once",
       .body = object_of({{"user", text("its name or id")},
                          {"kind", {{"enum", {"api", "access"}}, {"description", "api if not given"}}},
                          {"name", text("of an API token")}},
                         {"user"}),
       .answers = {{"201", answer("It works from now on", token_schema())},
                   {"409", error("The user has an API token with this name")},
                   {"422", error("There is no such user")}}},
      {.method = "GET",
       .pattern = "/users",
       .handler = list_users,
       .operation = "listUsers",
       .summary = "Who has an account",
       .answers = {{"200", answer("Machine users are marked", users_schema())}}},
      {.method = "GET",
       .pattern = "/openapi.json",
       .handler = get_description,
       .operation = "getDescription",
       .summary = "This description",
       .answers = {{"200", answer("OpenAPI 3.1", {{"type", "object"}})}},
       .open = true},
  };
}

}  // namespace

const std::vector<ControlRoute>& control_routes() {
  static const std::vector<ControlRoute> kRoutes = make_routes();
  return kRoutes;
}

}  // namespace understudy::control
