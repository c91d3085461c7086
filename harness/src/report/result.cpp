#include "harness/result.hpp"

#include <array>
#include <stdexcept>

namespace understudy {
namespace {

using nlohmann::json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::array<std::pair<Verdict, std::string_view>, 4> kVerdicts{{
    {Verdict::kPassed, "passed"},
    {Verdict::kFailed, "failed"},
    {Verdict::kError, "error"},
    {Verdict::kSkipped, "skipped"},
}};

Verdict verdict_from(const std::string& text) {
  for (const auto& [verdict, name] : kVerdicts) {
    if (name == text) return verdict;
  }
  throw std::runtime_error{"unknown verdict \"" + text + "\" in a result"};
}

template <class T>
T member(const json& object, const char* key) {
  return object.value(key, T{});
}

template <class Duration>
Duration duration_member(const json& object, const char* key) {
  return Duration{object.value(key, typename Duration::rep{})};
}

json position_json(const Position& at) { return {{"file", at.file}, {"line", at.line}, {"column", at.column}}; }

Position position_from(const json& object) {
  return {member<std::string>(object, "file"), member<int>(object, "line"), member<int>(object, "column")};
}

template <class T, class From>
std::vector<T> list_from(const json& object, const char* key, From from) {
  std::vector<T> items;
  if (const auto found = object.find(key); found != object.end()) {
    for (const json& item : *found) items.push_back(from(item));
  }
  return items;
}

template <class T, class To>
json list_json(const std::vector<T>& items, To to) {
  json list = json::array();
  for (const T& item : items) list.push_back(to(item));
  return list;
}

json failure_json(const Failure& failure) {
  json out{{"at", position_json(failure.at)}, {"subject", failure.subject}, {"expected", failure.expected},
           {"actual", failure.actual},        {"detail", failure.detail},   {"show_requests", failure.show_requests},
           {"culprits", failure.culprits}};
  if (failure.nearest) out["nearest"] = {{"number", *failure.nearest}, {"why", failure.nearest_why}};
  if (failure.rewrite) {
    out["rewrite"] = {{"at", position_json(failure.rewrite->at)}, {"new_text", failure.rewrite->new_text}};
  }
  return out;
}

Failure failure_from(const json& in) {
  Failure failure{.at = position_from(in.at("at")),
                  .subject = member<std::string>(in, "subject"),
                  .expected = member<std::string>(in, "expected"),
                  .actual = member<std::string>(in, "actual"),
                  .detail = member<std::string>(in, "detail"),
                  .show_requests = member<bool>(in, "show_requests"),
                  .culprits = member<std::vector<std::uint64_t>>(in, "culprits")};
  if (const auto nearest = in.find("nearest"); nearest != in.end()) {
    failure.nearest = nearest->at("number").get<std::uint64_t>();
    failure.nearest_why = member<std::string>(*nearest, "why");
  }
  if (const auto rewrite = in.find("rewrite"); rewrite != in.end()) {
    failure.rewrite = Rewrite{position_from(rewrite->at("at")), member<std::string>(*rewrite, "new_text")};
  }
  return failure;
}

json request_json(const RequestLine& line) {
  return {{"number", line.number},
          {"wall_us", line.wall_time.count()},
          {"platform_ms", line.platform_time.count()},
          {"method", line.method},
          {"target", line.target},
          {"status", line.status},
          {"note", line.note},
          {"route", line.route}};
}

RequestLine request_from(const json& in) {
  return {.number = member<std::uint64_t>(in, "number"),
          .wall_time = duration_member<microseconds>(in, "wall_us"),
          .platform_time = duration_member<milliseconds>(in, "platform_ms"),
          .method = member<std::string>(in, "method"),
          .target = member<std::string>(in, "target"),
          .status = member<int>(in, "status"),
          .note = member<std::string>(in, "note"),
          .route = member<std::string>(in, "route")};
}

json job_json(const JobLine& job) {
  return {{"name", job.name}, {"environment", job.environment}, {"outcome", job.outcome}, {"output", job.output}};
}

JobLine job_from(const json& in) {
  return {.name = member<std::string>(in, "name"),
          .environment = member<std::string>(in, "environment"),
          .outcome = member<std::string>(in, "outcome"),
          .output = member<std::vector<std::string>>(in, "output")};
}

json step_json(const StepResult& step) {
  return {{"at", position_json(step.at)},
          {"command", step.command},
          {"subcommand", step.subcommand},
          {"outcome", step.outcome},
          {"exit_code", step.exit_code ? json(*step.exit_code) : json(nullptr)},
          {"stdout", step.stdout_text},
          {"stderr", step.stderr_text},
          {"requests", list_json(step.requests, request_json)},
          {"failures", list_json(step.failures, failure_json)},
          {"jobs", list_json(step.jobs, job_json)},
          {"remarks", step.remarks},
          {"platform_ms", step.platform_time.count()},
          {"blocked_on", step.blocked_on},
          {"wall_us", step.wall_time.count()},
          {"by_hand", step.by_hand},
          {"exchanges", step.exchanges}};
}

StepResult step_from(const json& in) {
  const json exit_code = in.value("exit_code", json(nullptr));
  return {.at = position_from(in.at("at")),
          .command = member<std::string>(in, "command"),
          .subcommand = member<std::string>(in, "subcommand"),
          .outcome = member<std::string>(in, "outcome"),
          .exit_code = exit_code.is_number() ? std::optional{exit_code.get<int>()} : std::nullopt,
          .stdout_text = member<std::string>(in, "stdout"),
          .stderr_text = member<std::string>(in, "stderr"),
          .requests = list_from<RequestLine>(in, "requests", request_from),
          .failures = list_from<Failure>(in, "failures", failure_from),
          .jobs = list_from<JobLine>(in, "jobs", job_from),
          .remarks = member<std::vector<std::string>>(in, "remarks"),
          .platform_time = duration_member<milliseconds>(in, "platform_ms"),
          .blocked_on = member<std::string>(in, "blocked_on"),
          .wall_time = duration_member<microseconds>(in, "wall_us"),
          .by_hand = member<std::string>(in, "by_hand"),
          .exchanges = in.value("exchanges", json::array())};
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  for (const auto& [known, name] : kVerdicts) {
    if (known == verdict) return name;
  }
  return "error";
}

bool is_broken(Verdict verdict) { return verdict == Verdict::kFailed || verdict == Verdict::kError; }

json to_json(const ScenarioResult& result) {
  json out{{"id", result.id},
           {"file", result.file},
           {"line", result.line},
           {"name", result.name},
           {"tags", result.tags},
           {"client", result.client},
           {"verdict", to_string(result.verdict)},
           {"reason", result.reason},
           {"bad_input", result.bad_input},
           {"steps", list_json(result.steps, step_json)},
           {"wall_us", result.wall_time.count()},
           {"sandbox", result.sandbox},
           {"repeat", result.repeat}};
  if (!result.platform.empty()) out["platform"] = result.platform;
  if (result.timeline) out["timeline"] = to_json(*result.timeline);
  return out;
}

ScenarioResult scenario_result_from_json(const json& in) {
  return {.id = member<std::string>(in, "id"),
          .file = member<std::string>(in, "file"),
          .line = member<int>(in, "line"),
          .name = member<std::string>(in, "name"),
          .tags = member<std::vector<std::string>>(in, "tags"),
          .client = member<std::string>(in, "client"),
          .verdict = verdict_from(in.at("verdict").get<std::string>()),
          .reason = member<std::string>(in, "reason"),
          .bad_input = member<bool>(in, "bad_input"),
          .steps = list_from<StepResult>(in, "steps", step_from),
          .wall_time = duration_member<microseconds>(in, "wall_us"),
          .sandbox = member<std::string>(in, "sandbox"),
          .platform = in.value("platform", ""),
          .repeat = member<int>(in, "repeat"),
          .timeline = in.contains("timeline") ? std::optional{timeline_from_json(in.at("timeline"))} : std::nullopt};
}

}  // namespace understudy
