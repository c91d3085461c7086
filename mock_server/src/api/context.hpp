#pragma once
/// What a handler gets: the request as it was understood, who sent it, and the platform's insides. A handler
/// translates; the rules are in model/ and engine/.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/activity_engine.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/secrets.hpp"
#include "mock_server/url.hpp"
#include "model/access.hpp"
#include "model/ids.hpp"
#include "model/model.hpp"
#include "wire/resources.hpp"

namespace understudy::api {

using model::json;

struct Request {
  std::string method;
  std::string path;   ///< raw, percent-encoded
  std::string query;  ///< raw
  std::vector<Header> headers;
  std::string body;
};

/// A log that is to be sent as it is written, until it is sealed.
struct LogFollow {
  std::string activity;
};

struct Response {
  int status = 200;
  std::optional<json> document{};  ///< becomes the body in `finish`, which needs no lock
  std::string body{};
  std::vector<Header> headers{};
  std::string content_type = "application/json";
  std::optional<LogFollow> follow{};
};
[[nodiscard]] Response json_response(int status, json document);
/// Writes the document into the body, and gives what a GET shows an ETag; 304 for who has it already.
void finish(Response& response, const Request& request);

/// An answer that refuses: thrown anywhere below `dispatch`, which makes the platform's error body of it.
struct ApiError {
  int status;
  std::string message;
  json detail = json::object();
  std::vector<Header> headers{};
  json more = json::object();  ///< keys of the body beside the usual ones
};
[[nodiscard]] Response error_response(const ApiError& error);

/// How the token endpoint behaves in this world.
struct AuthSettings {
  std::chrono::seconds token_lifetime{900};           ///< of access tokens. (ours) platform-semantics.md, section 1
  bool opaque_tokens = false;                         ///< random text instead of a JWT with `sub`
  bool refresh_tokens = false;                        ///< hand one out with every exchange, not only at logins
  std::string login_user{};                           ///< id; whom the authorize page approves
  std::map<std::string, std::string> client_users{};  ///< client_credentials: client id -> user id
};

/// Everything behind the lock.
struct Core {
  model::State state;
  AuthSettings auth;
  model::IdSource ids;
  engine::ActivityEngine engine;
  SecretRegistry* secrets;
  int tokens_issued = 0;
  int codes_issued = 0;
  int last_ssh_key = 1000;
  int last_subscription = 100'000;
};

/// Path parameters by name, decoded.
using PathParameters = std::map<std::string, std::string, std::less<>>;
/// Query and form parameters, in order, decoded.
using Parameters = Pairs;
[[nodiscard]] const std::string* find_parameter(const Parameters& parameters, std::string_view name);

struct Route;

struct Context {
  Core& core;
  Time now;
  const Request& request;
  const PathParameters& path;
  Parameters query{};
  Parameters form{};  ///< body of the OAuth endpoints
  json body{};        ///< of JSON requests; {} if there was none
  const Route* route = nullptr;
  const model::User* user = nullptr;
  const model::Grant* grant = nullptr;
  model::Project* project = nullptr;            ///< where the route has {project}
  model::Environment* environment = nullptr;    ///< where it has {environment}
  model::Organization* organization = nullptr;  ///< where it has {organization}
  model::Team* team = nullptr;                  ///< where it has {team}
  json items{};                                 ///< the body of a request that sends a list
  bool sees_all = false;
  /// Unfinished activities that the answer shows, with their versions: asking again for the same is waiting.
  std::vector<std::pair<std::string, std::uint64_t>> unfinished{};
  std::string unfinished_self{};  ///< path that a change showed them at already, "" if it is the request's own
  std::string note{};             ///< for the journal
  mutable Authentication auth{};  ///< likewise; grows with each question that `may` answers
  mutable int asked_strength = 0;

  [[nodiscard]] wire::Viewer viewer() const {
    return {.state = core.state, .user = user == nullptr ? "" : user->id, .sees_all = sees_all};
  }
  /// As of `viewer()`, where the answer decides over the request: the question goes into the journal, which so knows
  /// what role the request needed. What only shows links, or leaves things out of a list, asks the viewer.
  [[nodiscard]] bool may(const model::Project& on, model::Permission permission,
                         const model::Environment* at = nullptr) const;
  [[nodiscard]] bool may(const model::Organization& in, model::Permission permission) const;
  /// Registers what a client gives; before it is looked at, since what is refused was sent as well.
  void keep(const std::vector<Secret>& secrets) const {
    for (const Secret& secret : secrets) core.secrets->add(secret);
  }
  void note_role(model::Permission permission, std::string had, std::string on) const;
  [[nodiscard]] const std::string& param(std::string_view name) const { return path.find(name)->second; }
};

/// Reads fields from the body into `resource` or throws ApiError 400 with the platform's `detail` map.
template <class T>
void apply_or_refuse(T& resource, const wire::Fields<T>& fields, const json& body, unsigned uses) {
  const json problems = wire::apply(resource, fields, body, uses);
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
}

}  // namespace understudy::api
