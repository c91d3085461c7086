#include "http/conductor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "api/context.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;

// Between two looks at processes that compute. Nothing is decided by it: it only costs real time.
constexpr auto kBetweenLooks = 500us;

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

void account(Client& client, Milliseconds passed) {
  client.report.platform_time += passed;
  if (client.waits_now.empty()) return;
  const ClientReport::Wait& now = client.waits_now.front();
  auto& waits = client.report.waits;
  auto known = std::ranges::find_if(
      waits, [&](const ClientReport::Wait& wait) { return wait.activity == now.activity && wait.type == now.type; });
  if (known == waits.end()) known = waits.insert(waits.end(), now);
  known->duration += passed;
}

}  // namespace

// ---- waiting

void Conductor::set_front(ClientHandle client) {
  front_ = std::move(client);
  changed_.notify_all();
}

bool Conductor::wait(Lock& lock, Client& client, ClientReport::Wait what, bool for_ever,
                     const std::function<bool()>& done) {
  if (done()) return true;
  --client.active;
  ++client.waiting;
  client.waits_now.push_back(what);
  if (client.job != 0) core_.engine.job_awaits(client.job, what.activity);
  Waiting waiting{
      .done = done, .for_ever = for_ever, .client = &client, .job = client.job, .what = what.type, .round = round_};
  const Time from = clock_.now();
  const bool came = wait(lock, waiting);
  if (client.job != 0) note_wait(client, what, from);
  const auto mine = std::ranges::find_if(client.waits_now, [&](const ClientReport::Wait& wait) {
    return wait.activity == what.activity && wait.type == what.type;
  });
  if (mine != client.waits_now.end()) client.waits_now.erase(mine);
  --client.waiting;
  ++client.active;
  return came || done();
}

void Conductor::note_wait(const Client& client, const ClientReport::Wait& what, Time from) {
  core_.engine.job_awaits(client.job, "");
  if (clock_.now() == from) return;
  const std::string whom = what.activity.empty() ? what.type : engine::Chronicle::label_of(what.type, what.activity);
  // The name of a cron's client is the id of its run.
  core_.engine.chronicle().blocked(client.name, from, clock_.now(), "waited for " + whom);
}

bool Conductor::wait(Lock& lock, Waiting& waiting) {
  const auto rank = [](const Waiting& each) { return std::tie(each.round, each.job, each.what); };
  const auto later = std::ranges::find_if(waiting_, [&](const Waiting* other) { return rank(waiting) < rank(*other); });
  const auto place = waiting_.insert(later, &waiting);
  changed_.notify_all();  // perhaps everybody waits now
  while (waiting.state == Waiting::State::kWaits && !gave_up(waiting)) go_on_or_wait(lock);
  const bool let_go = waiting.state == Waiting::State::kLetGo;
  if (let_go) let_go_pending_ = false;
  waiting_.erase(place);
  if (const auto job = running_.find(waiting.job); job != running_.end()) job->second.computes = true;
  changed_.notify_all();  // somebody else has to look after the rest
  return let_go && !gave_up(waiting);
}

void Conductor::settle(Lock& lock, Client& client) {
  const auto calm = [this] {
    return std::ranges::none_of(running_, [](const auto& entry) { return entry.second.stirred; });
  };
  wait(lock, client, {.activity = "", .type = "jobs that were stopped", .how = "waited for them"}, true, calm);
}

bool Conductor::gave_up(const Waiting& waiting) const {
  if (stopping_ || (waiting.client != nullptr && waiting.client->gone)) return true;
  return waiting.job != 0 && !running_.contains(waiting.job);
}

void Conductor::go_on_or_wait(Lock& lock) {
  if (runner_ != nullptr || !go_on(lock)) changed_.wait(lock);
}

bool Conductor::go_on(Lock& lock) {
  if (!is_idle() || !step(lock)) return false;
  ++round_;
  changed_.notify_all();
  return true;
}

/// What a job does is only known from one look to the next, and nobody else looks: between two looks whatever was set
/// going has had the lock and a moment of real time to show itself.
void Conductor::conduct(Lock& lock) {
  auto next_look = std::chrono::steady_clock::now();
  while (!stopping_) {
    if (go_on(lock)) continue;
    if (!clients_wait() || !jobs_compute()) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < next_look) {
      changed_.wait_until(lock, next_look);
    } else {
      look_at_jobs();
      next_look = std::chrono::steady_clock::now() + kBetweenLooks;
    }
  }
}

void Conductor::look_at_jobs() {
  for (auto& [number, job] : running_) {
    if (job.computes) job.computes = !runner_->is_quiet(number);
    if (!job.computes) job.stirred = false;
  }
  if (!jobs_compute()) changed_.notify_all();  // somebody may let time pass
}

void Conductor::stop() {
  stopping_ = true;
  changed_.notify_all();
}

bool Conductor::driver_waits() const { return advances_to_.has_value() || front_->waits(); }

bool Conductor::is_idle() const { return clients_wait() && !jobs_compute(); }

bool Conductor::clients_wait() const {
  if (stopping_ || let_go_pending_ || !driver_waits()) return false;
  return std::ranges::all_of(clients_, [](const ClientHandle& client) { return client->waits(); });
}

bool Conductor::jobs_compute() const {
  return std::ranges::any_of(running_, [](const auto& entry) { return entry.second.computes; });
}

// ---- what goes on when nobody computes

/// False if there was nothing to do.
bool Conductor::step(Lock& lock) { return start_next_job() || let_go() || jump() || give_up_hope(lock); }

bool Conductor::may_start_job() const { return !outbox_.empty() && building_ == 0; }

bool Conductor::start_next_job() {
  if (!may_start_job()) return false;
  const Job job = std::move(outbox_.front());
  outbox_.pop_front();
  running_[job.number] = {.record = records_.size()};
  records_.push_back({.number = job.number,
                      .kind = job.kind,
                      .name = job.name,
                      .project = job.project,
                      .environment = job.environment,
                      .app = job.app,
                      .activity = job.activity,
                      .before_time = job.before_time,
                      .started = clock_.now()});
  if (job.before_time) building_ = job.number;
  runner_->start(job);
  return true;
}

Conductor::Waiting* Conductor::first_to_let_go() const {
  const auto first = std::ranges::find_if(
      waiting_, [](const Waiting* each) { return each->state == Waiting::State::kWaits && each->done(); });
  return first == waiting_.end() ? nullptr : *first;
}

bool Conductor::let_go() {
  Waiting* first = first_to_let_go();
  if (first == nullptr) return false;
  first->state = Waiting::State::kLetGo;
  let_go_pending_ = true;
  return true;
}

bool Conductor::jump() {
  note_circle();
  const std::optional<Time> due = core_.engine.next_due();
  if (advances_to_) {
    if (!due || *due > *advances_to_) return false;
  } else if (!jumps_ || !core_.engine.has_prospects()) {
    return false;
  }
  pass_time_until(*due);
  // Where there are jobs, what an event sets going goes on before the next event of the same moment.
  if (runner_ != nullptr)
    core_.engine.run_next(core_.state);
  else
    core_.engine.run_until(core_.state, *due);
  return true;
}

void Conductor::pass_time_until(Time due) {
  const Milliseconds passed = due - clock_.now();
  if (passed <= 0ms) return;
  if (front_->waiting > 0) account(*front_, passed);
  for (const ClientHandle& client : clients_) account(*client, passed);
  clock_.advance_to(due);
}

void Conductor::advance(Lock& lock, Milliseconds duration) {
  while (advances_to_ && !stopping_) changed_.wait(lock);  // one after the other
  carry_on_to(lock, clock_.now() + duration);
}

void Conductor::advance_to(Lock& lock, Time later) {
  while (advances_to_ && !stopping_) changed_.wait(lock);
  if (later > clock_.now()) carry_on_to(lock, later);
}

void Conductor::carry_on_to(Lock& lock, Time later) {
  advances_to_ = later;
  const auto is_due = [&] {
    const std::optional<Time> due = core_.engine.next_due();
    return may_start_job() || first_to_let_go() != nullptr || (due && *due <= later);
  };
  changed_.notify_all();
  while (!stopping_ && (is_due() || !is_idle())) go_on_or_wait(lock);
  if (!stopping_) pass_time_until(later);
  advances_to_.reset();
  ++round_;
  changed_.notify_all();
}

// ---- deadlocks

/// A circle that a timeout will end: time goes on, and whoever waits in it is told.
void Conductor::note_circle() {
  const bool possible = std::ranges::any_of(
      clients_, [](const ClientHandle& client) { return !client->report.deadlock && !client->waits_now.empty(); });
  if (!possible) return;
  const auto circle = core_.engine.deadlock(core_.state);
  if (!circle) return;
  for (const ClientHandle& client : clients_) {
    if (client->waits_now.empty() || std::ranges::find(circle->jobs, client->job) == circle->jobs.end()) continue;
    client->report.deadlock = true;
    client->report.deadlock_reason = circle->text;
  }
}

/// Nothing is left to happen that anybody waits for.
bool Conductor::give_up_hope(Lock& lock) {
  if (advances_to_ || !jumps_) return false;
  bool told = false;
  for (Waiting* each : waiting_) {
    if (each->for_ever || each->state != Waiting::State::kWaits) continue;
    each->state = Waiting::State::kHopeless;
    told = true;
  }
  if (!front_->report.deadlock && front_->waiting > 0) {
    report_deadlock(lock);
    told = true;
  }
  return told;
}

void Conductor::report_deadlock(Lock& lock) {
  Client& client = *front_;
  client.report.deadlock = true;
  std::string reason = "waits for ever";
  if (!client.waits_now.empty()) {
    const ClientReport::Wait& wait = client.waits_now.front();
    reason =
        wait.activity.empty()
            ? "waits for ever for " + wait.type
            : fmt::format("waits for ever for the activity {} ({}), which is {} and which nothing is left to finish",
                          wait.activity, wait.type,
                          model::name_of(model::kStateNames, core_.state.activities.at(wait.activity).state));
  }
  if (const auto circle = core_.engine.deadlock(core_.state)) reason += ": " + circle->text;
  client.report.deadlock_reason = reason;
  const auto callback = deadlock_callback_;
  lock.unlock();
  if (callback) callback(reason);
  lock.lock();
}

// ---- jobs

void Conductor::start(Job job) {
  outbox_.push_back(std::move(job));
  changed_.notify_all();
}

void Conductor::stop(std::uint64_t number) {
  const auto job = running_.find(number);
  if (job == running_.end()) return kill(number);  // it has not even begun
  job->second.computes = job->second.told_to_end = job->second.stirred = true;
  runner_->stop(number);
}

void Conductor::kill(std::uint64_t number) {
  if (const auto job = running_.find(number); job != running_.end()) {
    job->second.computes = job->second.told_to_end = job->second.stirred = true;
    return runner_->kill(number);
  }
  const auto unborn = std::ranges::find_if(outbox_, [&](const Job& job) { return job.number == number; });
  if (unborn != outbox_.end()) unborn->command = "exit 137";  // as if it had been killed at once
}

void Conductor::deployed(const std::string& project, const std::string& environment, const std::string& app) {
  runner_->deployed(project, environment, app);
}

void Conductor::job_ended(std::uint64_t number, const JobEnd& end) {
  const auto job = running_.find(number);
  if (job == running_.end()) return;
  JobRecord& record = records_[job->second.record];
  record.ended = clock_.now();
  record.exit_code = end.exit_code;
  record.error = end.error;
  record.output = end.output;
  running_.erase(job);
  if (building_ == number) {
    building_ = 0;
    if (end.exit_code == 0) runner_->deployed(record.project, record.environment, record.app);
  }
  if (!stopping_) core_.engine.job_ended(core_.state, clock_.now(), number, end);
  changed_.notify_all();
}

ClientHandle Conductor::start_client(Lock& lock, std::uint64_t job, const std::vector<std::string>& argv) {
  Waiting turn{.done = [] { return true; }, .job = job, .what = joined(argv), .round = round_};
  if (!wait(lock, turn)) return nullptr;
  auto client = std::make_shared<Client>();
  client->id = ++last_client_;
  client->job = job;
  JobRecord& record = records_[running_.at(job).record];
  client->name = record.kind == JobKind::kCron ? record.activity : "hook " + record.name;
  record.clients.push_back({.id = client->id, .argv = argv, .started = clock_.now()});
  clients_.push_back(client);
  return client;
}

JobRecord::Client& Conductor::record_of(const Client& client, std::vector<JobRecord>& records) {
  JobRecord& record = *std::ranges::find(records, client.job, &JobRecord::number);
  return *std::ranges::find(record.clients, client.id, &JobRecord::Client::id);
}

void Conductor::client_is_served(const Client& client, const std::string& base_url) {
  record_of(client, records_).base_url = base_url;
}

void Conductor::leave(Client& client) {
  client.gone = true;
  changed_.notify_all();
}

void Conductor::end_client(const ClientHandle& client, int exit_code) {
  std::erase(clients_, client);
  // Whether it still heard the signal before its container was gone is a matter of real time.
  const auto running = running_.find(client->job);
  if (running == running_.end() || running->second.told_to_end) exit_code = -1;
  JobRecord::Client& record = record_of(*client, records_);
  record.ended = clock_.now();
  record.exit_code = exit_code;
  record.report = client->report;
  record.created = client->created;
  if (running != running_.end()) running->second.computes = true;
  changed_.notify_all();
}

bool Conductor::spend(Lock& lock, std::uint64_t number, Milliseconds duration, const std::string& what) {
  const auto job = running_.find(number);
  if (job == running_.end() || stopping_) return false;
  if (number == building_) return true;
  const Time due = clock_.now() + duration;
  records_[job->second.record].spent.push_back({clock_.now(), due, what});
  core_.engine.wake_at(due);
  Waiting waiting{.done = [&] { return clock_.now() >= due; }, .job = number, .what = what, .round = round_};
  return wait(lock, waiting);
}

std::vector<JobRecord> Conductor::jobs() const {
  std::vector<JobRecord> result = records_;
  for (const ClientHandle& client : clients_) {  // those that have not ended
    JobRecord::Client& record = record_of(*client, result);
    record.report = client->report;
    record.created = client->created;
  }
  return result;
}

}  // namespace understudy
