// Users, their API tokens, and how they log in.
#include <fmt/format.h>

#include "world/world_reader.hpp"

namespace understudy {

using model::json;

void WorldReader::add_user(const std::string& key, const Node& node) {
  model::User user;
  user.id = ids_for("user " + key).uuid();
  user.username = key;
  user.email = key + "@example.com";
  user.first_name = capitalized(key);
  user.created_at = user.updated_at = created_;
  read_resource(node, user_keys(), user, "user \"" + key + "\"");
  for (const auto& [id, other] : world_->state.users) {
    if (other.email == user.email)
      throw InputError{node.at(), fmt::format("two users have the e-mail address {}", user.email),
                       "addresses are unique over all accounts"};
    if (id == user.id) throw InputError{node.at(), "two users have the id " + id};
  }
  read_ssh_keys(user);
  user_ids_[key] = user.id;
  user_order_.push_back(key);
  world_->state.users[user.id] = std::move(user);
}

void WorldReader::read_ssh_keys(model::User& user) {
  int number = 100;
  for (const json& given : user.extra.value("ssh_keys", json::array())) {
    model::Record key;
    key.extra = given.is_object() ? given : json{{"title", given}};
    key.id = key.extra.contains("key_id") ? key.extra["key_id"].dump() : std::to_string(++number);
    std::erase(key.id, '"');
    key.created_at = key.updated_at = user.created_at;
    user.ssh_keys[key.id] = key;
  }
  user.extra.erase("ssh_keys");
}

void WorldReader::read_users() {
  for (const Node::Entry& entry : entries_of(draft_.users)) add_user(entry.key, entry.value);
  if (user_order_.empty()) add_user("alice", {});
}

std::string WorldReader::user_named(const Node& name) const {
  const auto found = user_ids_.find(name.text());
  if (found == user_ids_.end()) {
    throw InputError{name.at(), "there is no user \"" + name.text() + "\"", did_you_mean(name.text(), user_order_)};
  }
  return found->second;
}

std::string WorldReader::user_or_first(const Node& name) const {
  return given(name) ? user_named(name) : user_ids_.at(user_order_.front());
}

void WorldReader::add_token(const std::string& key, TokenDraft draft, const std::string& user_key) {
  model::ApiToken& token = draft.token;
  model::IdSource ids = ids_for("token " + key);
  if (token.id.empty()) token.id = ids.uuid();
  if (token.name.empty()) token.name = key;
  if (token.value.empty()) token.value = ids.token(43);
  token.created_at = token.created_at == Time{} ? created_ : token.created_at;
  token.updated_at = token.updated_at == Time{} ? token.created_at : token.updated_at;
  world_->tokens.push_back({key, user_key, token.value});
  token_ids_[key] = token.id;
  world_->state.api_tokens[token.id] = std::move(token);
}

void WorldReader::read_tokens() {
  for (const Node::Entry& entry : entries_of(draft_.tokens)) {
    TokenDraft draft;
    read_map(entry.value, token_keys(), draft, "token \"" + entry.key + "\"");
    draft.token.user = user_named(draft.user);
    add_token(entry.key, draft, draft.user.text());
  }
  if (!world_->tokens.empty()) return;
  for (const std::string& key : user_order_) {
    TokenDraft draft;
    draft.token.user = user_ids_.at(key);
    add_token(key, draft, key);
  }
}

void WorldReader::read_auth() {
  AuthDraft draft;
  read_resource(draft_.auth, auth_keys(), draft, "auth");
  draft.settings.login_user = user_or_first(draft.login);
  for (const Node::Entry& entry : entries_of(draft.clients))
    draft.settings.client_users[entry.key] = user_named(entry.value);
  world_->auth = draft.settings;
}

}  // namespace understudy
