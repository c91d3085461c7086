// Activities: lists with the client's filters, state, log, cancelling. Source: contract, 3.7 and 4.7.
#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"

namespace understudy::api {
namespace {

using model::Activity;

constexpr std::size_t kLongestPage = 100;

/// All values of a repeated parameter: `type=a&type=b`.
std::vector<std::string> all_values(const Parameters& parameters, std::string_view name) {
  std::vector<std::string> result;
  for (const auto& [key, value] : parameters) {
    if (key == name && !value.empty()) result.push_back(value);
  }
  return result;
}

bool is_one_of(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

struct Filter {
  std::vector<std::string> types;
  std::vector<std::string> states;
  std::vector<std::string> results;
  std::optional<Time> starts_at;
  std::size_t count = kLongestPage;

  [[nodiscard]] bool accepts(const Activity& activity) const {
    // To the second: the client cuts fractions off before it sends the time back.
    const bool early_enough = !starts_at || std::chrono::floor<std::chrono::seconds>(activity.created_at) <= *starts_at;
    return early_enough && is_one_of(types, activity.type) &&
           is_one_of(states, model::name_of(model::kStateNames, activity.state)) &&
           is_one_of(results, model::name_of(model::kResultNames, activity.result));
  }
};

Filter filter_of(const Context& context) {
  Filter filter{all_values(context.query, "type"), all_values(context.query, "state"),
                all_values(context.query, "result"), std::nullopt};
  if (const std::string* starts_at = find_parameter(context.query, "starts_at")) {
    filter.starts_at = parse_time(*starts_at);
    if (!filter.starts_at) throw ApiError{400, "Bad Request", {{"starts_at", "is not a time"}}};
  }
  filter.count = std::min(number_of_query(context, "count", kLongestPage), kLongestPage);
  return filter;
}

Activity& activity_of_path(Context& context) {
  const auto found = context.core.state.activities.find(context.param("activity"));
  const bool here =
      found != context.core.state.activities.end() && found->second.project == context.project->id &&
      (context.environment == nullptr ||
       std::ranges::find(found->second.environments, context.environment->id) != found->second.environments.end());
  if (!here) throw ApiError{404, "Activity not found: " + context.param("activity")};
  return found->second;
}

void remark(Context& context, const Activity& activity) {
  if (!activity.is_final()) {
    context.unfinished.emplace_back(activity.id, activity.version);
  }
}

/// Where the path names an integration: caused by it.
bool is_of_integration(const Context& context, const Activity& activity) {
  const auto integration = context.path.find("integration");
  return integration == context.path.end() || activity.extra.value("integration", json(nullptr)) == integration->second;
}

bool may_cancel(const Context& context, const Activity& activity) {
  if (context.sees_all) return true;
  if (activity.environments.empty()) return context.may(*context.project, model::Permission::kRunActions);
  return std::ranges::all_of(activity.environments, [&](const std::string& id) {
    const auto found = context.project->environments.find(id);
    return found != context.project->environments.end() &&
           context.may(*context.project, model::Permission::kRunActions, &found->second);
  });
}

}  // namespace

Response list_activities(Context& context) {
  const Filter filter = filter_of(context);
  json items = json::array();
  const std::vector<std::string>& ids = context.project->activities;
  for (auto id = ids.rbegin(); id != ids.rend() && items.size() < filter.count; ++id) {
    const Activity& activity = context.core.state.activities.at(*id);
    const bool here = context.environment == nullptr ||
                      std::ranges::find(activity.environments, context.environment->id) != activity.environments.end();
    if (!here || !is_of_integration(context, activity) || !filter.accepts(activity)) continue;
    remark(context, activity);
    items.push_back(wire::show_activity(context.viewer(), activity));
  }
  return json_response(200, std::move(items));
}

Response get_activity(Context& context) {
  const Activity& activity = activity_of_path(context);
  remark(context, activity);
  context.note = std::string{model::name_of(model::kStateNames, activity.state)};
  return json_response(200, wire::show_activity(context.viewer(), activity));
}

Response get_activity_log(Context& context) {
  const Activity& activity = activity_of_path(context);
  remark(context, activity);
  context.note = std::string{model::name_of(model::kStateNames, activity.state)};
  return {.status = 200, .content_type = "application/x-ndjson", .follow = LogFollow{activity.id}};
}

Response cancel_activity(Context& context) {
  const Activity& activity = activity_of_path(context);
  if (!may_cancel(context, activity)) throw ApiError{403, "You do not have the permission to cancel this activity"};
  if (!context.core.engine.cancel(context.core.state, context.now, activity.id, context.viewer().user)) {
    throw ApiError{400, "The activity cannot be cancelled in its current state"};
  }
  return accepted(context, 200, {});
}

}  // namespace understudy::api
