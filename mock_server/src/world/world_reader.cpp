#include "world/world_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "document/hash.hpp"
#include "model/defaults.hpp"

namespace understudy {

using model::json;

namespace {

constexpr std::string_view kDefaultClock = "2026-03-01T03:00:00Z";
constexpr std::string_view kLongAgo = "2021-06-03T00:00:00Z";

}  // namespace

model::IdSource ids_for(const std::string& name) { return model::IdSource{stable_hash(name)}; }

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

WorldReader::WorldReader(const Node& node) : world_{std::make_shared<World::Data>()} {
  read_map(node, world_keys(), draft_, "a world");
  world_->start = draft_.clock.value_or(*parse_time(kDefaultClock));
  created_ = *parse_time(kLongAgo);
}

std::shared_ptr<const World::Data> WorldReader::read() {
  read_users();
  read_tokens();
  read_organizations();
  read_projects();
  read_teams();
  world_->state.plans = given(draft_.plans) ? draft_.plans.to_json() : model::default_plans();
  read_regions();
  read_auth();
  read_behaviours();
  if (given(draft_.crons)) read_map(draft_.crons, cron_option_keys(), world_->crons, "crons");
  read_programs();
  read_events();
  read_faults();
  describe();
  return world_;
}

std::string WorldReader::type_named(const std::string& name, const Position& at) {
  const std::string full = engine::full_type_name(name);
  if (engine::find_activity_type(full) != nullptr) return full;
  std::vector<std::string> known;
  for (const engine::ActivityType& type : engine::activity_types()) {
    known.emplace_back(type.name);
    known.emplace_back(type.name.substr(type.name.find('.') + 1));
  }
  throw InputError{at, "there is no activity type \"" + name + "\"", did_you_mean(name, known)};
}

void WorldReader::read_behaviours() {
  for (const Node::Entry& entry : entries_of(draft_.activity_types)) {
    engine::Behaviour behaviour;
    read_resource(entry.value, behaviour_keys(), behaviour, "activity type \"" + entry.key + "\"");
    world_->behaviours[type_named(entry.key, entry.key_at)] = behaviour;
  }
}

void WorldReader::read_programs() {
  for (const Node::Entry& entry : entries_of(draft_.programs)) {
    if (entry.key.empty()) throw InputError{entry.key_at, "a program needs a name", "for instance drush: 12m"};
    if (given(entry.value)) world_->programs[entry.key] = duration_from(entry.value);
  }
}

void WorldReader::read_events() {
  for (const Node& node : items_of(draft_.events)) {
    EventDraft draft;
    read_map(node, event_keys(), draft, "an event");
    engine::Happening& happening = draft.happening;
    happening.user = user_or_first(draft.by);
    const auto effects = std::ranges::count_if(
        std::initializer_list<Node>{draft.cancel, draft.revoke, draft.remove, draft.accept, draft.start}, given);
    if (effects != 1) throw InputError{node.at(), "an event needs one of cancel, revoke, remove, accept and start"};
    if (given(draft.project) && !given(draft.start))
      throw InputError{draft.project.at(), "project says where `start` begins something, and there is none"};
    if (given(draft.environment) && !given(draft.start))
      throw InputError{draft.environment.at(), "environment says where `start` begins something, and there is none"};
    if (given(draft.cancel)) {
      happening.kind = engine::Happening::Kind::kCancel;
      happening.subject = type_named(draft.cancel.text(), draft.cancel.at());
    } else if (given(draft.start)) {
      read_start(happening, draft);
    } else if (given(draft.remove)) {
      happening.kind = engine::Happening::Kind::kRemove;
      happening.subject = removable_user(draft.remove);
    } else if (given(draft.accept)) {
      happening.kind = engine::Happening::Kind::kAccept;
      happening.subject = draft.accept.text();
    } else {
      happening.kind = engine::Happening::Kind::kRevoke;
      const auto found = token_ids_.find(draft.revoke.text());
      if (found == token_ids_.end()) {
        std::vector<std::string> known;
        for (const World::Token& token : world_->tokens) known.push_back(token.name);
        throw InputError{draft.revoke.at(), "there is no token \"" + draft.revoke.text() + "\"",
                         did_you_mean(draft.revoke.text(), known)};
      }
      happening.subject = found->second;
    }
    world_->happenings.push_back(happening);
  }
}

/// Nothing may be left without an owner.
std::string WorldReader::removable_user(const Node& name) const {
  const std::string user = user_named(name);
  const auto owned = [&](const auto& entry) { return entry.second.owner == user; };
  if (std::ranges::any_of(world_->state.projects, owned) || std::ranges::any_of(world_->state.organizations, owned))
    throw InputError{name.at(), "\"" + name.text() + "\" owns something, and cannot be removed"};
  return user;
}

void WorldReader::read_start(engine::Happening& happening, const EventDraft& draft) const {
  happening.kind = engine::Happening::Kind::kStart;
  happening.subject = type_named(draft.start.text(), draft.start.at());
  const auto& projects = world_->state.projects;
  if (!happening.subject.starts_with("environment.") || happening.subject == model::kCronRun)
    throw InputError{draft.start.at(), "only what is done to an environment can be started",
                     "for instance push or redeploy; crons start by their schedule"};
  if (!given(draft.project) && projects.size() != 1)
    throw InputError{draft.start.at(),
                     "start needs a project: this world has " + std::to_string(projects.size()) + " of them"};
  const auto found = given(draft.project) ? projects.find(draft.project.text()) : projects.begin();
  if (found == projects.end()) {
    std::vector<std::string> known;
    for (const auto& [id, ignored] : projects) known.push_back(id);
    throw InputError{draft.project.at(), "there is no project \"" + draft.project.text() + "\"",
                     did_you_mean(draft.project.text(), known)};
  }
  const model::Project& project = found->second;
  happening.project = project.id;
  happening.environment = given(draft.environment) ? draft.environment.text() : project.default_branch;
  if (project.environments.contains(happening.environment)) return;
  std::vector<std::string> known;
  for (const auto& [id, ignored] : project.environments) known.push_back(id);
  throw InputError{draft.environment.at(), "there is no environment \"" + happening.environment + "\"",
                   did_you_mean(happening.environment, known)};
}

void WorldReader::read_faults() {
  for (const Node& node : items_of(draft_.faults)) {
    world_->faults.push_back(fault_from(node));
  }
}

Fault fault_from(const Node& node) {
  Fault fault;
  read_map(node, fault_keys(), fault, "a fault");
  const int effects = (fault.status ? 1 : 0) + (fault.drop ? 1 : 0) + (fault.hang ? 1 : 0);
  if (effects > 1) throw InputError{node.at(), "a fault can have one of status (or body), drop and hang"};
  if (effects == 0 && fault.delay == Milliseconds{0}) {
    throw InputError{node.at(), "this fault does nothing", "give it a status, a body, a delay, drop or hang"};
  }
  return fault;
}

void WorldReader::describe() {
  json users = json::object();
  for (const std::string& key : user_order_) users[key] = world_->state.users.at(user_ids_.at(key)).full_name();
  json projects = json::object();
  for (const auto& [id, project] : world_->state.projects) {
    projects[id] = json::array();
    for (const auto& [environment, ignored] : project.environments) projects[id].push_back(environment);
  }
  world_->description = {{"users", users}, {"projects", projects}};
}

World::World() : data_{WorldReader{Node::map({}, {})}.read()} {}

World World::from_node(const Node& node, const WorldLibrary& library) {
  World world;
  world.data_ = WorldReader{unfold_extends(node, library)}.read();
  return world;
}

World World::load(const std::filesystem::path& file, const WorldLibrary& library) {
  const std::vector<Node> documents = load_documents(file);
  if (documents.size() != 1)
    throw InputError{{file.string(), 1, 1}, "a world is one document, found " + std::to_string(documents.size())};
  return from_node(documents.front(), library);
}

const std::vector<World::Token>& World::tokens() const { return data_->tokens; }
const nlohmann::json& World::describe() const { return data_->description; }
const std::map<std::string, Milliseconds>& World::programs() const { return data_->programs; }

nlohmann::json world_schema() {
  nlohmann::json schema = schema_of(world_keys());
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Understudy world";
  return schema;
}

}  // namespace understudy
