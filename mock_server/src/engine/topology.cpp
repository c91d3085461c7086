#include "engine/topology.hpp"

#include <algorithm>

#include "document/hash.hpp"
#include "model/access.hpp"

namespace understudy::engine {
namespace {

using model::json;

std::chrono::seconds seconds_of(const json& definition, const char* key, std::chrono::seconds usual) {
  const auto found = definition.find(key);
  return found != definition.end() && found->is_number_integer() ? std::chrono::seconds{found->get<std::int64_t>()}
                                                                 : usual;
}

bool crons_are_on(const model::Environment& environment) {
  if (!model::is_running(environment)) return false;
  const auto state = environment.extra.find("deployment_state");
  if (state == environment.extra.end() || !state->is_object()) return true;
  const auto crons = state->find("crons");
  return crons == state->end() || !crons->is_object() || crons->value("enabled", json(true)) != json(false);
}

}  // namespace

const TimeZone& zone_of(const model::Project& project, const json& configuration) {
  for (const json* holder : {&configuration, &project.extra}) {
    const auto found = holder->find("timezone");
    if (found == holder->end() || !found->is_string()) continue;
    const TimeZone* zone = find_time_zone(found->get<std::string>());
    if (zone != nullptr) return *zone;
  }
  return utc();
}

Index Topology::project(const std::string& id) {
  const auto [entry, is_new] = projects_.try_emplace(id, kNoIndex);
  if (is_new) entry->second = simulation_->add_project();
  return entry->second;
}

Index Topology::environment(const model::Project& project, const std::string& id) {
  const bool production = project.environments.at(id).type == model::EnvironmentType::kProduction;
  const auto [entry, is_new] = environments_.try_emplace({project.id, id});
  Place& place = entry->second;
  if (is_new) {
    place.index = simulation_->add_environment(this->project(project.id), production);
    names_.emplace_back(project.id, id);
  }
  simulation_->set_production(place.index, production);
  return place.index;
}

void Topology::sync(Time now, const model::Project& project, const model::Environment& environment) {
  const bool known = environments_.contains({project.id, environment.id});
  const bool may_have_crons = environment.deployment && !environment.deployment.is_untouched();
  if (!known && !may_have_crons) return;
  const Index index = this->environment(project, environment.id);
  Place& place = environments_.at({project.id, environment.id});
  simulation_->set_crons(index, crons_are_on(environment));
  // (ours) what a world does not say was deployed when the world began
  if (environment.last_deployment_at || !known)
    simulation_->set_last_deployment(index, environment.last_deployment_at.value_or(now));
  if (!may_have_crons) return;
  std::map<std::pair<std::string, std::string>, json> wanted;
  const auto apps = environment.deployment->find("webapps");
  if (apps == environment.deployment->end() || !apps->is_object()) return;
  for (const auto& [app, configuration] : apps->items()) {
    const auto crons = configuration.find("crons");
    if (crons == configuration.end() || !crons->is_object()) continue;
    for (const auto& [name, definition] : crons->items()) wanted[{app, name}] = definition;
  }
  drop_others(place, wanted);
  for (const auto& [key, definition] : wanted) {
    if (place.crons.contains(key)) continue;
    add_cron(now, project, place, {project.id, environment.id, key.first, key.second, definition.dump()}, definition,
             zone_of(project, apps->at(key.first)));
  }
}

void Topology::drop_others(Place& place, const std::map<std::pair<std::string, std::string>, json>& wanted) {
  std::erase_if(place.crons, [&](const auto& entry) {
    const auto still = wanted.find(entry.first);
    if (still != wanted.end() && still->second.dump() == crons_[entry.second].definition) return false;
    simulation_->remove_cron(entry.second);
    return true;
  });
}

void Topology::add_cron(Time now, const model::Project& project, Place& place, CronPlace cron, const json& definition,
                        const TimeZone& zone) {
  const auto spec = definition.find("spec");
  if (spec == definition.end() || !spec->is_string()) return;
  const auto [container, is_new] = place.containers.try_emplace(cron.app, kNoIndex);
  if (is_new) container->second = simulation_->add_container(place.index);
  CronSettings settings{.container = container->second,
                        .schedule = CronSchedule::parse(spec->get<std::string>(), cron_hash(project.id), {}),
                        .zone = &zone,
                        .timeout = seconds_of(definition, "timeout", std::chrono::hours{24}),
                        .shutdown_timeout = seconds_of(definition, "shutdown_timeout", std::chrono::seconds{10})};
  if (!runs_jobs_) settings.script = {{ScriptStep::Kind::kSpend, options_.duration}};
  if (options_.offset_seed) settings.offset_seed = *options_.offset_seed ^ stable_hash(cron.app + "/" + cron.name);
  place.crons[{cron.app, cron.name}] = static_cast<Index>(crons_.size());
  crons_.push_back(std::move(cron));
  simulation_->add_cron(now, std::move(settings));
}

void Topology::forget(const std::string& project, const std::string& environment) {
  const auto found = environments_.find({project, environment});
  if (found == environments_.end()) return;
  for (const auto& [key, cron] : found->second.crons) simulation_->remove_cron(cron);
  // Its number stays with what still goes on there; one of the same name later is another one.
  environments_.erase(found);
}

}  // namespace understudy::engine
