#pragma once
/// A request to the control API, and the table of those that there are.

#include <string>
#include <string_view>
#include <vector>

#include "control/office.hpp"

namespace understudy::control {

using model::json;

inline constexpr std::string_view kRoot = "/.understudy";
inline constexpr std::string_view kApi = "/.understudy/v1";
inline constexpr std::string_view kConsole = "/.understudy/console/";

/// An answer that refuses: thrown anywhere below `answer_call`.
struct Refusal {
  int status = 400;
  std::string message{};
  std::string hint{};
  json more = json::object();  ///< beside them, below "error"
  std::vector<Header> headers{};
};
[[nodiscard]] api::Response refused(const Refusal& refusal);
/// 422, with the place if it has one.
[[nodiscard]] Refusal refusal_of(const InputError& error);

struct Call {
  Office& office;
  const api::Request& request;
  api::PathParameters path{};
  api::Parameters query{};
  json body = json::object();  ///< a map, always

  /// Value of a parameter of the query that is a number; throws Refusal for one that is none or lies beyond.
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t usual, std::uint64_t most) const;
};

using Handler = Desk::Answer (*)(Call&);

struct Parameter {
  std::string name;
  std::string help;
  json schema;
};

struct ControlRoute {
  std::string method;
  std::string pattern;  ///< "/journal/{number}", below kApi
  Handler handler;
  std::string operation;
  std::string summary;
  std::vector<Parameter> query{};
  json body{};              ///< schema of the request's body; null: it has none
  json answers{};           ///< by status: {"description", "schema"}; a schema of null: no body
  bool open = false;        ///< no token is needed
  bool reads_body = false;  ///< the handler does, and complains with the place
};
[[nodiscard]] const std::vector<ControlRoute>& control_routes();

/// The whole of it: from a path below kApi to an answer.
[[nodiscard]] Desk::Answer answer_call(Office& office, const api::Request& request);

[[nodiscard]] inline Desk::Answer answered(int status, json document) {
  return {.response = api::json_response(status, std::move(document))};
}
[[nodiscard]] inline Desk::Answer no_content() { return {.response = {.status = 204}}; }

// clock.cpp
[[nodiscard]] json status_of(Office& office);  ///< what `get_status` answers
Desk::Answer get_status(Call& call);
Desk::Answer advance(Call& call);
Desk::Answer set_speed(Call& call);
Desk::Answer get_events(Call& call);
Desk::Answer get_timeline(Call& call);
// world.cpp
Desk::Answer reset(Call& call);
Desk::Answer load(Call& call);
Desk::Answer get_snapshot(Call& call);
// fault_calls.cpp
Desk::Answer list_faults(Call& call);
Desk::Answer add_fault(Call& call);
Desk::Answer clear_faults(Call& call);
Desk::Answer remove_fault(Call& call);
// journal_calls.cpp
Desk::Answer list_journal(Call& call);
Desk::Answer get_exchange(Call& call);
Desk::Answer clear_journal(Call& call);
Desk::Answer stream_journal(Call& call);
// accounts.cpp
Desk::Answer create_token(Call& call);
Desk::Answer list_users(Call& call);
// description.cpp
Desk::Answer get_description(Call& call);

}  // namespace understudy::control
