// Platform time: where it is, where it goes, what comes.
#include <fmt/format.h>

#include <chrono>

#include "control/call.hpp"

namespace understudy::control {
namespace {

constexpr std::size_t kMostEvents = 50;

Time destination(Stage& stage, const json& body) {
  const Time now = stage.platform.now();
  const auto by = body.find("by");
  const auto to = body.find("to");
  if ((by == body.end()) == (to == body.end()))
    throw Refusal{.status = 400, .message = "One of by and to is needed", .hint = R"(for instance {"by": "12m"})"};
  if (by != body.end()) {
    const auto duration = by->is_string() ? parse_duration(by->get<std::string>()) : std::nullopt;
    if (!duration || *duration < Milliseconds{0})
      throw Refusal{.status = 400, .message = "by: expected a duration", .hint = "for instance 12m, 90s or 1h30m"};
    return now + *duration;
  }
  if (*to == "next") {
    const std::optional<Time> due = stage.platform.next_due();
    if (!due) throw Refusal{.status = 409, .message = "Nothing is due, now or later"};
    return *due;
  }
  const auto time = to->is_string() ? parse_time(to->get<std::string>()) : std::nullopt;
  if (!time)
    throw Refusal{
        .status = 400, .message = "to: expected a time, or next", .hint = "for instance 2026-03-01T05:00:00Z"};
  if (*time < now)
    throw Refusal{.status = 409,
                  .message = fmt::format("It is {} already, and time does not go back", format_time(now)),
                  .hint = "reset begins the world anew"};
  return *time;
}

json journal_of(const Journal& journal) {
  const Journal::Extent extent = journal.extent();
  return {{"first", extent.first},
          {"last", extent.last},
          {"entries", extent.entries},
          {"bytes", extent.bytes},
          {"limit", extent.limit}};
}

}  // namespace

json status_of(Office& office) {
  const std::shared_ptr<Stage> stage = office.stage();
  stage->pace.catch_up();
  const std::size_t projects =
      stage->platform.with_core([](const api::Core& core, Time) { return core.state.projects.size(); });
  return {{"format", 1},
          {"version", office.options().version},
          {"world", office.world_name()},
          {"client", office.options().client},
          {"url", office.base_url()},
          {"started_at", format_time(office.options().started_at)},
          {"begun", office.begun()},
          {"now", format_time(stage->platform.now())},
          {"speed", stage->pace.speed()},
          {"seed", office.seed()},
          {"projects", projects},
          {"journal", journal_of(office.journal())}};
}

Desk::Answer get_status(Call& call) { return answered(200, status_of(call.office)); }

Desk::Answer advance(Call& call) {
  const std::shared_ptr<Stage> stage = call.office.stage();
  stage->pace.catch_up();
  const Time from = stage->platform.now();
  stage->pace.advance_to(destination(*stage, call.body));
  return answered(200, {{"from", format_time(from)}, {"now", format_time(stage->platform.now())}});
}

Desk::Answer set_speed(Call& call) {
  const auto speed = call.body.find("speed");
  if (speed == call.body.end() || !speed->is_number() || speed->get<double>() < 0 ||
      speed->get<double>() > Pace::kFastest)
    throw Refusal{.status = 400,
                  .message = fmt::format("speed: expected a number from 0 to {}", Pace::kFastest),
                  .hint = "seconds of platform time to a second; 0: by hand only"};
  const std::shared_ptr<Stage> stage = call.office.stage();
  stage->set_speed(speed->get<double>());
  return answered(200, {{"speed", stage->pace.speed()}, {"now", format_time(stage->platform.now())}});
}

Desk::Answer get_events(Call& call) {
  const std::shared_ptr<Stage> stage = call.office.stage();
  stage->pace.catch_up();
  json events = json::array();
  for (const engine::Upcoming& event : stage->platform.upcoming(kMostEvents))
    events.push_back({{"at", format_time(event.at)}, {"what", call.office.cover(event.what)}});
  return answered(200, {{"now", format_time(stage->platform.now())}, {"events", std::move(events)}});
}

Desk::Answer get_timeline(Call& call) {
  const std::shared_ptr<Stage> stage = call.office.stage();
  stage->pace.catch_up();
  return answered(200, to_json(stage->platform.timeline()));
}

}  // namespace understudy::control
