#pragma once
/// From the nodes of a world's file to the platform's state: one pass, everything checked, each complaint with its
/// place. The methods stand in a file for each part of a world: read_accounts.cpp, read_organizations.cpp,
/// read_projects.cpp, read_environments.cpp; what holds them together is in world_reader.cpp.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.hpp"
#include "world/world_data.hpp"
#include "world/world_keys.hpp"

namespace understudy {

/// Ids in a world follow from the names in it, so that adding one thing does not rename another.
[[nodiscard]] model::IdSource ids_for(const std::string& name);
[[nodiscard]] std::string capitalized(std::string text);  ///< "feature" -> "Feature"
[[nodiscard]] inline bool given(const Node& node) { return !node.is(Node::Kind::kNull); }

class WorldReader {
public:
  explicit WorldReader(const Node& node);  ///< throws InputError, as everything here does
  [[nodiscard]] std::shared_ptr<const World::Data> read();

private:
  static const std::vector<Node::Entry>& entries_of(const Node& node) {
    static const std::vector<Node::Entry> kNone;
    return given(node) ? node.entries() : kNone;
  }
  static const std::vector<Node>& items_of(const Node& node) {
    static const std::vector<Node> kNone;
    return given(node) ? node.items() : kNone;
  }
  /// A resource without anything to say may stand as a bare `name:`.
  template <class T>
  static void read_resource(const Node& node, const Keys<T>& keys, T& into, const std::string& what) {
    if (given(node)) read_map(node, keys, into, what);
  }
  void add_user(const std::string& key, const Node& node);
  static void read_ssh_keys(model::User& user);
  void read_users();
  std::string user_named(const Node& name) const;
  std::string user_or_first(const Node& name) const;
  void add_token(const std::string& key, TokenDraft draft, const std::string& user_key);
  void read_tokens();
  std::string organization_named(const Node& name) const;
  void read_organizations();
  void add_member(model::Organization& organization, const std::string& user, std::vector<std::string> permissions);
  static std::vector<std::string> member_permissions(const Node& list);
  void read_member(model::Organization& organization, const Node::Entry& entry);
  void read_teams();
  void read_regions();
  /// What is described by its fields alone.
  void read_records(model::Records& records, const Node& node, const Keys<model::Record>& keys,
                    const std::string& what) const;
  void read_domains(model::Environment& environment, const Node& node) const;
  void read_integrations(model::Project& project, const Node& node) const;
  /// `of` is the project or organization; `owner` invites where nobody else is named.
  [[nodiscard]] model::Invitation read_invitation(const Node& item, const std::string& of, const std::string& owner,
                                                  std::vector<std::string> usual);
  void read_invitations(model::Organization& organization, const Node& node);
  void read_invitations(model::Project& project, const Node& node);
  void read_subscription(model::Project& project, const Node& node);
  void read_commits(model::Project& project, model::Environment& environment, const Node& node);
  void read_projects();
  void read_project(const Node::Entry& entry);
  static nlohmann::json changed(nlohmann::json defaults, const Node& changes, const std::string& what);
  static model::Role role_from(const Node& node, bool project_level);
  void read_access(model::Project& project, const Node& access);
  void read_variables(model::Variables& variables, const Node& node, const Keys<model::Variable>& keys,
                      bool visible_build) const;
  void read_environments(model::Project& project, const Node& environments);
  void read_environment(model::Project& project, const Node::Entry& entry, const std::vector<std::string>& ids);
  static void check_crons(const model::Project& project, const Node& webapps);
  static void read_deployment(const model::Project& project, EnvironmentDraft& draft);
  void read_backup(model::Environment& environment, const Node::Entry& entry) const;
  void read_activity(const std::string& project_id, const Node& node);
  static void check_environments(const model::Project& project, const Node& node, const model::Activity& activity);
  static engine::Subject named_subject(std::string_view what, const nlohmann::json& name);
  void write_text(const model::Project& project, model::Activity& activity) const;
  void read_auth();
  static std::string type_named(const std::string& name, const Position& at);
  void read_behaviours();
  void read_programs();
  void read_events();
  [[nodiscard]] std::string removable_user(const Node& name) const;
  void read_start(engine::Happening& happening, const EventDraft& draft) const;
  void read_faults();
  void describe();

  std::shared_ptr<World::Data> world_;
  WorldDraft draft_{};
  Time created_{};
  std::map<std::string, std::string> user_ids_;          // key -> id
  std::vector<std::string> user_order_;                  // keys, in the order of the file
  std::map<std::string, std::string> token_ids_;         // key -> id
  std::map<std::string, std::string> organization_ids_;  // key -> id
};

}  // namespace understudy
