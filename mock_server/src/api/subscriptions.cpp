// Subscriptions, by themselves or of an organization; plans, regions, estimates; what has to be proved before one can
// be made. Source: endpoints.md, "Subscriptions, plans, regions".
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/lists.hpp"
#include "wire/links.hpp"
#include "wire/organization.hpp"

namespace understudy::api {
namespace {

using model::Subscription;
using model::SubscriptionStatus;

constexpr std::size_t kProjectIdLength = 13;

/// With {organization} in the path only its own; else only those without one.
Subscription& subscription_of_path(Context& context) {
  auto& all = context.core.state.subscriptions;
  const auto found = all.find(context.param("subscription"));
  const bool gone = found == all.end() || found->second.status == SubscriptionStatus::kDeleted;
  if (gone) throw ApiError{404, "Subscription not found: " + context.param("subscription")};
  Subscription& subscription = found->second;
  if (context.organization != nullptr) {
    if (subscription.organization != context.organization->id)
      throw ApiError{404, "Subscription not found: " + subscription.id};
    return subscription;
  }
  const model::Organization* organization = context.core.state.find_organization(subscription.organization);
  const bool mine = context.sees_all || subscription.owner == context.viewer().user ||
                    (organization != nullptr && context.may(*organization, model::Permission::kManageSubscriptions));
  if (!mine) throw ApiError{403, "You do not have access to this subscription"};
  return subscription;
}

json shown(const Context& context, const Subscription& subscription) {
  return wire::show_subscription(context.viewer(), subscription);
}

bool is_listed(const json& list, const char* key, const std::string& wanted) {
  return std::ranges::any_of(list, [&](const json& one) { return one.value(key, "") == wanted; });
}

void check(const Context& context, const Subscription& subscription) {
  json problems = json::object();
  if (!is_listed(context.core.state.plans, "name", subscription.plan))
    problems["plan"] = "Invalid plan: " + subscription.plan;
  if (subscription.environments < 1) problems["environments"] = "Invalid number of environments";
  if (subscription.storage < 1024) problems["storage"] = "Invalid storage: at least 1024 MiB";
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
}

Response change(Context& context, Subscription& subscription) {
  Subscription changed = subscription;
  apply_or_refuse(changed, wire::subscription_fields(), context.body, wire::kPatch);
  check(context, changed);
  changed.updated_at = context.now;
  subscription = std::move(changed);
  if (model::Project* project = context.core.state.find_project(subscription.project))
    project->plan = subscription.plan;
  return json_response(200, shown(context, subscription));
}

Response create(Context& context, const std::string& organization) {
  Subscription subscription;
  subscription.plan = "development";
  apply_or_refuse(subscription, wire::subscription_fields(), context.body, wire::kCreate);
  check(context, subscription);
  const json& regions = context.core.state.regions;
  const auto region = std::ranges::find_if(
      regions, [&](const json& one) { return one.value("id", "") == subscription.project_region; });
  if (region == regions.end()) throw bad_request("project_region", "there is no region " + subscription.project_region);
  if (!region->value("available", true))
    throw bad_request("project_region", "The region " + subscription.project_region + " is not available");
  subscription.id = std::to_string(++context.core.last_subscription);
  subscription.project = context.core.ids.draw(kProjectIdLength);
  subscription.creator = context.viewer().user;
  subscription.owner = context.organization == nullptr ? subscription.creator : context.organization->owner;
  subscription.organization = organization;
  subscription.default_branch = text_of_body(context, "default_branch", "main");
  if (subscription.project_title.empty()) subscription.project_title = "Untitled Project";
  subscription.status = SubscriptionStatus::kRequested;
  subscription.created_at = subscription.updated_at = context.now;
  const Subscription& stored = context.core.state.subscriptions[subscription.id] = subscription;
  context.core.engine.provision(context.now, stored.id);
  // The answer shows it unfinished: the first look at it afterwards is waiting.
  context.unfinished_self = wire::subscription_path(stored);
  context.unfinished.emplace_back(stored.id, stored.version);
  return json_response(201, shown(context, stored));
}

}  // namespace

Response list_plans(Context& context) {
  const json& plans = context.core.state.plans;
  return json_response(200, {{"count", plans.size()}, {"plans", plans}, {"_links", json::object()}});
}

Response list_regions(Context& context) {
  return json_response(200, {{"regions", context.core.state.regions}, {"_links", json::object()}});
}

Response list_subscriptions(Context& context) {
  std::vector<json> items;
  for (const auto& [id, subscription] : context.core.state.subscriptions) {
    const bool here = subscription.organization == context.organization->id;
    if (here && subscription.status != SubscriptionStatus::kDeleted) items.push_back(shown(context, subscription));
  }
  return json_response(200, list_answer(context, std::move(items)));
}

Response get_subscription(Context& context) {
  const Subscription& subscription = subscription_of_path(context);
  if (!subscription.is_final()) context.unfinished.emplace_back(subscription.id, subscription.version);
  context.note = std::string{model::name_of(model::kSubscriptionNames, subscription.status)};
  return json_response(200, shown(context, subscription));
}

Response create_subscription(Context& context) {
  return create(context, context.organization == nullptr ? "" : context.organization->id);
}

Response update_subscription(Context& context) { return change(context, subscription_of_path(context)); }

Response delete_subscription(Context& context) {
  Subscription& subscription = subscription_of_path(context);
  // Within an organization its members' permissions have decided already.
  const bool may = context.sees_all || context.organization != nullptr || subscription.owner == context.viewer().user;
  if (!may) throw ApiError{403, "Only the owner can delete a project"};
  subscription.status = SubscriptionStatus::kDeleted;
  subscription.updated_at = context.now;
  if (const model::Project* project = context.core.state.find_project(subscription.project); project != nullptr)
    context.core.engine.forget(*project, context.now);
  context.core.state.remove_project(subscription.project);
  return {.status = 204};
}

/// Plans cost what they cost: the figures are ours, the fields are the platform's.
Response estimate_subscription(Context& context) {
  const std::string* plan = find_parameter(context.query, "plan");
  const std::string name = plan == nullptr ? "development" : *plan;
  const json& plans = context.core.state.plans;
  const auto found = std::ranges::find_if(plans, [&](const json& one) { return one.value("name", "") == name; });
  if (found == plans.end()) throw bad_request("plan", "Invalid plan: " + name);
  const std::int64_t base = 10 * (1 + std::distance(plans.begin(), found));
  const std::int64_t environments =
      2 * std::max<std::int64_t>(number_of_query<std::int64_t>(context, "environments", 3) - 3, 0);
  const std::int64_t storage = number_of_query<std::int64_t>(context, "storage", 5120) / 1024 * 2;
  const std::int64_t users =
      10 * std::max<std::int64_t>(number_of_query<std::int64_t>(context, "user_licenses", 1) - 1, 0);
  const auto euros = [](std::int64_t value) { return fmt::format("{}.00 EUR", value); };
  return json_response(200, {{"plan", euros(base)},
                             {"environments", euros(environments)},
                             {"storage", euros(storage)},
                             {"user_licenses", euros(users)},
                             {"options", json::object()},
                             {"total", euros(base + environments + storage + users)}});
}

Response can_create_subscription(Context& context) {
  const json verification = context.user == nullptr ? json::object() : context.user->verification;
  const bool asked = verification.value("state", false);
  json action = nullptr;
  if (asked) action = {{"action", "verification"}, {"type", verification.value("type", "")}};
  const bool may = context.viewer().may(*context.organization, model::Permission::kCreateSubscriptions);
  std::string message;
  if (!may) message = "You do not have the permission to create projects in this organization";
  if (asked) message = "Verification is required before a project can be created";
  return json_response(200, {{"can_create", may && !asked}, {"message", message}, {"required_action", action}});
}

Response get_setup_options(Context& context) {
  json plans = json::array();
  for (const json& plan : context.core.state.plans) plans.push_back(plan.value("name", ""));
  json regions = json::array();
  for (const json& region : context.core.state.regions) regions.push_back(region.value("id", ""));
  return json_response(200, {{"plans", plans},
                             {"user_licenses", json::object()},
                             {"environments", {3, 6, 9}},
                             {"storage", {5120, 10240}},
                             {"regions", regions},
                             {"initialize", {{"defaults", json::object()}, {"options", json::array()}}}});
}

}  // namespace understudy::api
