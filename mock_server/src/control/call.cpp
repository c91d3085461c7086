// From a path to a row of the table, and what is said to whom no row fits.
#include "control/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/path_segments.hpp"
#include "control/guard.hpp"

namespace understudy::control {
namespace {

bool matches(const ControlRoute& route, const std::vector<std::string_view>& path, api::PathParameters& into) {
  const std::vector<std::string_view> pattern = api::path_segments(route.pattern);
  if (pattern.size() != path.size()) return false;
  api::PathParameters found;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i].starts_with('{'))
      found.emplace(pattern[i].substr(1, pattern[i].size() - 2), percent_decoded(path[i], false));
    else if (pattern[i] != path[i])
      return false;
  }
  into = std::move(found);
  return true;
}

json body_of(const api::Request& request, const ControlRoute& route) {
  if (route.body.is_null() || route.reads_body || request.body.empty()) return json::object();
  json parsed = json::parse(request.body, nullptr, false);
  if (parsed.is_discarded()) throw Refusal{.status = 400, .message = "The body is no JSON"};
  if (!parsed.is_object())
    throw Refusal{.status = 400, .message = fmt::format("The body has to be a map, found {}", parsed.type_name())};
  std::vector<std::string> known;
  for (const auto& [key, ignored] : route.body.at("properties").items()) known.push_back(key);
  for (const auto& [key, ignored] : parsed.items()) {
    if (std::ranges::find(known, key) == known.end())
      throw Refusal{.status = 400, .message = fmt::format("Unknown key \"{}\"", key), .hint = did_you_mean(key, known)};
  }
  return parsed;
}

[[noreturn]] void fail_unknown(const std::string& path) {
  std::vector<std::string> known;
  for (const ControlRoute& route : control_routes()) known.push_back(std::string{kApi} + route.pattern);
  std::string hint = did_you_mean(path, known);
  if (hint.empty()) hint = fmt::format("GET {}/openapi.json lists what there is", kApi);
  throw Refusal{.status = 404, .message = fmt::format("Nothing is at {}", path), .hint = hint};
}

Desk::Answer answer_or_throw(Office& office, const api::Request& request) {
  const bool below = request.path.starts_with(std::string{kApi} + "/");
  const std::vector<std::string_view> path =
      below ? api::path_segments(std::string_view{request.path}.substr(kApi.size())) : std::vector<std::string_view>{};
  std::string allowed;
  for (const ControlRoute& route : control_routes()) {
    Call call{.office = office, .request = request};
    if (!below || !matches(route, path, call.path)) continue;
    if (route.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    if (!route.open && !has_token(request, office.options().control_token)) break;
    call.query = parameters_of(request.query, true);
    call.body = body_of(request, route);
    Desk::Answer answer = route.handler(call);
    office.stage()->platform.make_safe();  // the time that it shows, too
    return answer;
  }
  if (!has_token(request, office.options().control_token)) {
    throw Refusal{.status = 401,
                  .message = "The control token is missing or wrong",
                  .hint = "send Authorization: Bearer TOKEN; understudy serve prints the token in the console's URL",
                  .headers = {{"WWW-Authenticate", "Bearer realm=\"understudy\""}}};
  }
  if (allowed.empty()) fail_unknown(request.path);
  throw Refusal{.status = 405,
                .message = fmt::format("{} cannot be asked by {}", request.path, request.method),
                .hint = "it can by " + allowed,
                .headers = {{"Allow", allowed}}};
}

}  // namespace

std::uint64_t Call::number(std::string_view name, std::uint64_t usual, std::uint64_t most) const {
  const std::string* text = api::find_parameter(query, name);
  if (text == nullptr) return usual;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value > most)
    throw Refusal{.status = 400, .message = fmt::format("{}: expected a number up to {}", name, most)};
  return value;
}

api::Response refused(const Refusal& refusal) {
  json error{{"message", refusal.message}};
  if (!refusal.hint.empty()) error["hint"] = refusal.hint;
  error.update(refusal.more);
  api::Response response{.status = refusal.status};
  response.body = json{{"error", std::move(error)}}.dump(-1, ' ', false, json::error_handler_t::replace);
  response.headers = refusal.headers;
  return response;
}

Refusal refusal_of(const InputError& error) {
  std::string message = error.what();
  const std::string at = to_string(error.at());
  if (message.starts_with(at + ": ")) message.erase(0, at.size() + 2);
  return {.status = 422,
          .message = message,
          .more = {{"file", error.at().file}, {"line", error.at().line}, {"column", error.at().column}}};
}

Desk::Answer answer_call(Office& office, const api::Request& request) {
  try {
    return answer_or_throw(office, request);
  } catch (const Refusal& refusal) {
    return {.response = refused(refusal)};
  } catch (const InputError& error) {
    return {.response = refused(refusal_of(error))};
  } catch (const LedgerFailure& failure) {
    return {.response =
                refused({.status = 503, .message = fmt::format("The state cannot be kept: {}", failure.what())})};
  } catch (const json::exception& wrong) {  // a number where a text is expected, say
    return {.response = refused({.status = 400,
                                 .message = "The body does not have the form that is expected here",
                                 .hint = std::string{wrong.what()}})};
  }
}

}  // namespace understudy::control
