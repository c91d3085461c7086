#include "model/access.hpp"
#include "wire/resources.hpp"

namespace understudy::wire {

using model::ApiToken;
using model::Project;
using model::User;

const Fields<User>& user_fields() {
  static const Fields<User> kFields{
      text<User>("id", &User::id, kShow, "UUID; drawn from the user's key if not given"),
      text<User>("username", &User::username, kShow, "the user's key if not given"),
      text<User>("email", &User::email, kShow, "unique over all accounts; KEY@example.com if not given"),
      text<User>("first_name", &User::first_name, kShow, "shown in activities"),
      text<User>("last_name", &User::last_name, kShow, "shown in activities"),
      [] {
        Field<User> machine =
            flag<User>("machine", &User::machine, kHidden, "a machine user: an account that belongs to a task");
        return machine;
      }(),
      plain<User>("display_name", Shape::kText, true, nullptr, kHidden, "shown by /me; the full name if not given"),
      plain<User>("deactivated", Shape::kFlag, false, false, kShow, "the account is closed"),
      plain<User>("namespace", Shape::kText, false, "platform", kShow, "brand that the account belongs to"),
      plain<User>("email_verified", Shape::kFlag, false, true, kShow, "the e-mail address was confirmed"),
      plain<User>("phone_number_verified", Shape::kFlag, false, true, kShow, "shown by auth:info"),
      plain<User>("picture", Shape::kText, false, "https://example.com/picture.png", kShow, "URL"),
      plain<User>("company", Shape::kText, false, "", kShow, "name of the company"),
      plain<User>("website", Shape::kText, false, "https://example.com/", kShow, "URL"),
      plain<User>("country", Shape::kText, false, "FR", kShow, "two-letter code"),
      plain<User>("mfa_enabled", Shape::kFlag, false, false, kShow, "multi-factor authentication is on"),
      plain<User>("sso_enabled", Shape::kFlag, false, false, kShow, "logs in by single sign-on"),
      plain<User>("consented_at", Shape::kTime, false, "2021-06-03T00:00:00.000000+00:00", kShow,
                  "when the terms were accepted"),
      plain<User>("consent_method", Shape::kText, false, "opt-in", kShow, "how"),
      plain<User>("ssh_keys", Shape::kList, false, json::array(), kHidden,
                  "list of {value, title}, or {title, fingerprint}"),
      [] {
        Field<User> verification = object<User>("verification", &User::verification, kHidden,
                                                "{state: true, type: phone}: to be proved before a project is made");
        return verification;
      }(),
      text<User>("phone_code", &User::phone_code, kHidden,
                 "secret; what is sent to verify a phone; drawn if not given"),
      time<User>("created_at", &User::created_at, "when the account was made"),
      time<User>("updated_at", &User::updated_at, "when it last changed"),
  };
  return kFields;
}

const Fields<ApiToken>& api_token_fields() {
  static const Fields<ApiToken> kFields{
      text<ApiToken>("id", &ApiToken::id, kShow, "UUID; drawn from the token's key if not given"),
      text<ApiToken>("name", &ApiToken::name, kShow | kCreate, "tells tokens apart; the key if not given"),
      text<ApiToken>("value", &ApiToken::value, kHidden, "the secret; drawn if not given"),
      flag<ApiToken>("mfa_on_creation", &ApiToken::mfa_on_creation, kShow, "MFA was on when it was made"),
      flag<ApiToken>("revoked", &ApiToken::revoked, kHidden, "it no longer exchanges"),
      [] {
        Field<ApiToken> expires =
            optional_time<ApiToken>("expires_at", &ApiToken::expires_at, "from then on it no longer exchanges");
        expires.use = kHidden;
        return expires;
      }(),
      time<ApiToken>("created_at", &ApiToken::created_at, "when it was made"),
      time<ApiToken>("updated_at", &ApiToken::updated_at, "when it last changed"),
      optional_time<ApiToken>("last_used_at", &ApiToken::last_used_at, "when it was last exchanged"),
  };
  return kFields;
}

json show_user(const User& user) { return show(user, user_fields()); }

json show_api_token(const ApiToken& token, bool with_value) {
  json result = show(token, api_token_fields());
  if (with_value) result["token"] = token.value;
  return result;
}

json show_account(const Viewer& viewer) {
  const User& user = *viewer.state.find_user(viewer.user);
  json projects = json::array();
  for (const auto& [id, project] : viewer.state.projects) {
    if (!model::may(viewer.state, project, user.id, model::Permission::kView)) continue;
    projects.push_back({{"id", id},
                        {"name", id},
                        {"title", project.title},
                        {"endpoint", project_path(id)},
                        {"uri", project_path(id)},
                        {"region", project.region},
                        {"region_label", project.region},
                        {"subscription_id", project.subscription},
                        {"owner", project.owner},
                        {"status", project.suspended ? "suspended" : "active"},
                        {"plan", project.plan},
                        {"vendor", project.extra.value("vendor", "ovhcloud")},
                        {"created_at", format_time(project.created_at)}});
  }
  json keys = json::array();
  for (const auto& [id, key] : user.ssh_keys)
    keys.push_back({{"key_id", std::stoi(id)},
                    {"title", key.extra.value("title", "")},
                    {"fingerprint", key.extra.value("fingerprint", "")},
                    {"changed", format_time(key.updated_at)}});
  return {{"id", user.id},
          {"uuid", user.id},
          {"username", user.username},
          {"display_name", user.extra.value("display_name", user.full_name())},
          {"status", 1},
          {"mail", user.email},
          {"ssh_keys", keys},
          {"has_key", !keys.empty()},
          {"projects", projects},
          {"sequence", 1},
          {"roles", json::array()},
          {"picture", user.extra.value("picture", "https://example.com/picture.png")},
          {"tickets", json::object()},
          {"trial", false},
          {"current_trial", json::array()}};
}

}  // namespace understudy::wire
