// Who there is, and tokens for them.
#include <fmt/format.h>

#include <algorithm>

#include "api/authentication.hpp"
#include "control/call.hpp"

namespace understudy::control {
namespace {

std::string text_of(const json& body, const char* key, const std::string& usual = "") {
  const auto found = body.find(key);
  return found == body.end() ? usual : found->get<std::string>();
}

const model::User& user_named(const api::Core& core, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [id, user] : core.state.users) {
    if (user.username == name || id == name) return user;
    known.push_back(user.username);
  }
  throw Refusal{
      .status = 422, .message = fmt::format("There is no user \"{}\"", name), .hint = did_you_mean(name, known)};
}

bool is_taken(const api::Core& core, const std::string& user, const std::string& name) {
  return std::ranges::any_of(core.state.api_tokens, [&](const auto& entry) {
    return entry.second.user == user && entry.second.name == name && !entry.second.revoked;
  });
}

}  // namespace

Desk::Answer create_token(Call& call) {
  const std::string owner = text_of(call.body, "user");
  const std::string kind = text_of(call.body, "kind", "api");
  const std::string name = text_of(call.body, "name");
  if (kind != "api" && kind != "access") throw Refusal{.status = 400, .message = "kind: expected api or access"};
  if (kind == "api" && name.empty()) throw Refusal{.status = 400, .message = "An API token needs a name"};
  const std::shared_ptr<Platform> platform = call.office.platform();
  return platform->with_core([&](api::Core& core, Time now) {
    const model::User& user = user_named(core, owner);
    if (kind == "access") {
      const model::Grant& grant = api::add_grant(
          core, now, {.user = user.id, .client_id = "(control)", .with_mfa = user.extra.value("mfa_enabled", false)},
          false);
      return answered(201, {{"value", grant.access_token},
                            {"name", name.empty() ? fmt::format("access token {}", grant.number) : name},
                            {"kind", kind},
                            {"user", user.username},
                            {"expires_at", format_time(grant.expires_at)}});
    }
    if (is_taken(core, user.id, name))
      throw Refusal{.status = 409, .message = fmt::format("{} has an API token \"{}\" already", user.username, name)};
    model::ApiToken token;
    token.user = user.id;
    token.name = name;
    const model::ApiToken& stored = api::add_api_token(core, now, std::move(token));
    return answered(201, {{"value", stored.value}, {"name", name}, {"kind", kind}, {"user", user.username}});
  });
}

Desk::Answer list_users(Call& call) {
  const std::shared_ptr<Stage> stage = call.office.stage();
  json users = stage->platform.with_core([](const api::Core& core, Time) {
    json list = json::array();
    for (const auto& [id, user] : core.state.users) {
      list.push_back({{"name", user.username},
                      {"id", id},
                      {"full_name", user.full_name()},
                      {"machine", user.machine},
                      {"email", user.email}});
    }
    return list;
  });
  return answered(200, std::move(users));
}

}  // namespace understudy::control
