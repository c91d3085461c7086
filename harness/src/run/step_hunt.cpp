#include "run/step_hunt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <set>
#include <utility>

#include "harness/stopwatch.hpp"

namespace understudy {
namespace {

std::atomic<std::int64_t> taken_us{0};

std::string name_of(const JobRecord& job) {
  return job.kind == JobKind::kCron ? "cron " + job.name : "hook " + job.name;
}

/// As the platform's logs have it: what is no UTF-8 is U+FFFD.
std::string as_text(const std::string& bytes) {
  const auto replace = nlohmann::json::error_handler_t::replace;
  return nlohmann::json::parse(nlohmann::json(bytes).dump(-1, ' ', false, replace)).get<std::string>();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

void StepHunt::give_file(const GivenFile& file) { traces_.given_files["file " + file.path] = file.content; }

void StepHunt::give(const Command& command, const Variables& named_in_shell) {
  traces_.terminal = command.terminal.has_value();
  traces_.given_arguments = command.argv;
  for (const auto& [name, value] : named_in_shell) traces_.given_arguments.push_back(value);
  for (const auto& [name, value] : command.env) traces_.given_environment.push_back(value);
}

void StepHunt::add(const RefusingProxy::Contact& contact) {
  traces_.foreign.push_back({contact.method, contact.url, contact.head, contact.body, contact.is_cut});
}

void StepHunt::add(const std::vector<JobProcesses>& jobs) {
  const std::vector<JobRecord> records = server_.history().jobs;
  for (const JobProcesses& job : jobs) {
    std::ranges::copy(job.processes, std::back_inserter(traces_.container_processes));
    if (job.dropped_output == 0) continue;
    const auto record = std::ranges::find(records, job.job, &JobRecord::number);
    unsearched_.push_back(unsearched("output of " + (record == records.end() ? "a job" : name_of(*record)),
                                     fmt::format("the last {} bytes of it", job.dropped_output)));
  }
}

void StepHunt::gather_platform_texts() {
  std::set<std::string> printed;
  for (const JobRecord& job : server_.history().jobs) {
    traces_.platform.push_back({"output of " + name_of(job), job.output + "\n" + job.error});
    for (std::string& line : lines_of(as_text(job.output))) printed.insert(std::move(line));
  }
  for (nlohmann::json& activity : server_.activities()) {
    // What a job printed is in its activity's log, too: that is no second leak.
    if (const auto log = activity.find("log"); !printed.empty() && log != activity.end() && log->is_string()) {
      std::string others;
      for (const std::string& line : lines_of(log->get<std::string>())) {
        if (!printed.contains(line)) others += line + "\n";
      }
      *log = others;
    }
    traces_.platform.push_back({"activity " + activity.value("type", ""), activity.dump()});
  }
}

std::chrono::microseconds StepHunt::time_taken() { return std::chrono::microseconds{taken_us}; }

AuthTraces StepHunt::auth_traces(const Finished& finished, const std::vector<Exposure>& shown) const {
  const auto* const exited = std::get_if<Exited>(&finished.outcome);
  AuthTraces traces{
      .subcommand = traces_.subcommand, .succeeded = exited != nullptr && exited->code == 0, .shown = shown};
  std::ranges::copy_if(traces_.exchanges, std::back_inserter(traces.exchanges),
                       [](const Exchange& exchange) { return exchange.client_id == 0; });
  for (const LiveGrant& grant : server_.live_grants()) {
    const std::string until = grant.expires_at ? "good until " + format_time(*grant.expires_at) : "good for ever";
    traces.good.push_back({grant.name, until});
  }
  return traces;
}

std::vector<Exposure> StepHunt::look(const Finished& finished, const std::string& subcommand, std::size_t first,
                                     std::vector<std::string> wanted_output) {
  const Stopwatch stopwatch;
  for (Secret& key : hunt_.take_private_keys()) server_.secrets().add(std::move(key));
  traces_.subcommand = subcommand;
  traces_.stdout_text = finished.stdout_text;
  traces_.stderr_text = finished.stderr_text;
  traces_.processes = finished.processes;
  traces_.exchanges = server_.journal().entries(first);
  traces_.wanted_output = std::move(wanted_output);
  gather_platform_texts();
  std::vector<Exposure> exposures = hunt_.look(traces_, *server_.secrets().hunter());
  std::ranges::move(std::exchange(unsearched_, {}), std::back_inserter(exposures));
  if (finished.dropped_bytes > 0)
    exposures.push_back(unsearched("output", fmt::format("the last {} bytes of it", finished.dropped_bytes)));
  std::ranges::move(broken_auth_rules(auth_traces(finished, exposures)), std::back_inserter(exposures));
  traces_ = {.given_files = std::move(traces_.given_files)};
  taken_us += stopwatch.elapsed().count();
  return exposures;
}

void StepHunt::require_huntable(const Position& at) const {
  for (const Secret& secret : server_.secrets().all()) {
    if (secret.kind == SecretKind::kPublic) continue;
    if (const std::string why = why_not_hunted(secret.value); !why.empty())
      throw InputError{at, fmt::format("{} cannot be hunted: {}", secret.name, why),
                       "give it a longer value; secrets: {NAME: random 24} draws one"};
  }
}

std::vector<std::string> remarks_on(const std::vector<Exposure>& exposures, const std::vector<ExposureLine>& lines) {
  std::vector<std::string> remarks;
  for (const Exposure& exposure : exposures) {
    const auto line = std::ranges::find_if(lines, [&](const ExposureLine& each) { return each.fits(exposure); });
    if (line == lines.end()) continue;
    remarks.push_back(line->known ? fmt::format("known: {}: {}", line->reason, exposure.what())
                                  : fmt::format("allowed: {}: {}", line->reason, exposure.what()));
  }
  return remarks;
}

std::vector<std::string> remarks_on(const std::vector<JobProcesses>& jobs) {
  std::vector<std::string> remarks;
  const auto add = [&](std::string remark) {
    if (std::ranges::find(remarks, remark) == remarks.end()) remarks.push_back(std::move(remark));
  };
  std::size_t unseen = 0;
  for (const JobProcesses& job : jobs) {
    unseen += job.unseen_processes;
    if (!job.why_processes_unseen.empty())
      add("arguments of short-lived processes in containers may have escaped the hunt: " + job.why_processes_unseen);
  }
  if (unseen > 0) add(fmt::format("{} processes in containers were too many to be kept for the hunt", unseen));
  return remarks;
}

}  // namespace understudy
