#include "page/axis.hpp"

#include <algorithm>
#include <array>

namespace understudy {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Every one up to a day divides the next day's beginning, so that midnight has a tick whenever it is in sight.
constexpr std::array<Milliseconds, 27> kSteps{
    Milliseconds{1},   Milliseconds{5}, Milliseconds{10}, Milliseconds{50}, Milliseconds{100}, Milliseconds{200},
    Milliseconds{500}, seconds{1},      seconds{2},       seconds{5},       seconds{10},       seconds{15},
    seconds{30},       minutes{1},      minutes{2},       minutes{5},       minutes{10},       minutes{15},
    minutes{30},       hours{1},        hours{2},         hours{3},         hours{6},          hours{12},
    days{1},           days{2},         days{7}};

/// Room that a label and the gap after it need, in pixels.
double room_for(Milliseconds step) {
  if (step >= days{1}) return 88;  // each has its date above it
  if (step >= minutes{1}) return 46;
  return step >= seconds{1} ? 70 : 94;
}

Milliseconds step_for(const Scale& scale) {
  const auto length = static_cast<double>((scale.to - scale.from).count());
  const auto fits = [&](Milliseconds step) {
    return static_cast<double>(step.count()) / length * scale.width >= room_for(step);
  };
  const auto* const found = std::find_if(kSteps.begin(), kSteps.end(), fits);
  if (found != kSteps.end()) return *found;
  Milliseconds step = kSteps.back();
  while (!fits(step)) step *= 2;
  return step;
}

std::string label_for(Time at, Milliseconds step) {
  const std::string text = format_time(at);
  if (step >= minutes{1}) return text.substr(11, 5);
  if (step >= seconds{1}) return text.substr(11, 8);
  return text.substr(11, step >= Milliseconds{100} ? 10 : 12);
}

}  // namespace

double Scale::x(Time time) const {
  const Time inside = std::clamp(time, from, to);
  return left + width * static_cast<double>((inside - from).count()) / static_cast<double>((to - from).count());
}

std::vector<Tick> ticks_of(const Scale& scale) {
  const Milliseconds step = step_for(scale);
  const Milliseconds since_epoch = scale.from.time_since_epoch();
  Milliseconds past = since_epoch % step;
  if (past < Milliseconds{0}) past += step;
  std::vector<Tick> ticks;
  for (Time at = past.count() == 0 ? scale.from : scale.from + (step - past); at <= scale.to; at += step) {
    const bool day_begins = at == std::chrono::floor<days>(at) && at > scale.from;
    ticks.push_back({.at = at, .label = label_for(at, step), .date = day_begins ? date_text(at) : ""});
  }
  return ticks;
}

std::string date_text(Time time) { return format_time(time).substr(0, 10); }

std::string clock_text(Time time) {
  const bool whole = time == std::chrono::floor<seconds>(time);
  return format_time(time).substr(11, whole ? 8 : 12);
}

std::string moment_text(Time time, bool with_date) {
  return (with_date ? date_text(time) + " " : "") + clock_text(time);
}

}  // namespace understudy
