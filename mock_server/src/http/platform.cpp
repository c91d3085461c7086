#include "http/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "api/authentication.hpp"
#include "api/recorded.hpp"
#include "wire/secrets.hpp"

namespace understudy {
namespace {

using model::Activity;

// Of requests that a client repeats while it waits. One that asks for more than this is no client that waits.
constexpr std::size_t kMostShown = 4096;
constexpr std::size_t kManyGrants = 64;

// Wall time is only measured here, for people to read; nothing is decided by it.
std::chrono::steady_clock::time_point wall_now() { return std::chrono::steady_clock::now(); }

std::chrono::microseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(wall_now() - start);
}

std::string log_bytes(const Activity& activity, std::size_t from, bool seal) {
  std::string bytes;
  for (std::size_t i = from; i < activity.log.size(); ++i) {
    const model::LogLine& line = activity.log[i];
    const model::json entry{{"_id", std::to_string(i + 1)},
                            {"data", {{"timestamp", format_time(line.at)}, {"message", line.message}}}};
    bytes += entry.dump() + "\n";
  }
  if (seal) bytes += fmt::format("{{\"_id\":\"{}\",\"seal\":true}}\n", activity.log.size() + 1);
  return bytes;
}

/// Whoever holds the lock holds it for microseconds: trying again is cheaper than going to sleep, which costs two
/// switches. Falls asleep all the same if it takes longer.
std::unique_lock<std::mutex> lock_soon(std::mutex& mutex) {
  constexpr int kAttempts = 200;
  std::unique_lock lock{mutex, std::defer_lock};
  for (int i = 0; i < kAttempts; ++i) {
    if (lock.try_lock()) return lock;
    __builtin_ia32_pause();
  }
  lock.lock();
  return lock;
}

/// `max_delay=-1` asks for what there is, at once (contract, 4.7).
bool wants_no_waiting(const api::Request& request) {
  const api::Parameters query = parameters_of(request.query, false);
  const std::string* delay = api::find_parameter(query, "max_delay");
  return delay != nullptr && delay->starts_with('-');
}

/// A fault that plays a challenge (RFC 9470) is one.
void note_challenge(Authentication& auth, const api::Response& response) {
  const std::string* asked = find_header(response.headers, "WWW-Authenticate");
  const bool challenges = response.status == 401 && asked != nullptr &&
                          asked->find("insufficient_user_authentication") != std::string::npos;
  if (challenges && auth.refused == BearerRefusal::kNone) auth.refused = BearerRefusal::kChallenged;
}

/// As its head says.
Exchange exchange_of(const api::Request& request) {
  return {.method = request.method, .path = request.path, .query = request.query, .request_headers = request.headers};
}

std::string_view without_api(std::string_view path) {
  if (path.starts_with("/api/")) path.remove_prefix(4);
  return path;
}

}  // namespace

Platform::Platform(const World& world, std::uint64_t seed, const PlatformOptions& options)
    : ledger_{options.ledger},
      clock_{world.data().start},
      records_{options.records ? options.records : std::make_shared<Records>()},
      journal_{records_->journal},
      secrets_{records_->secrets},
      constructed_{records_->began},
      first_index_{journal_.size()},
      conductor_{core_, clock_, options.runner, options.jumps},
      core_{.state = world.data().state,
            .auth = world.data().auth,
            .ids = model::IdSource{seed},
            .engine = engine::ActivityEngine{core_.ids, world.data().behaviours, world.data().crons,
                                             options.runner == nullptr ? nullptr : &conductor_},
            .secrets = &secrets_},
      faults_{world.data().faults},
      anonymous_{std::make_shared<Client>()} {
  conductor_.set_front(anonymous_);
  for (Secret secret : wire::secrets_of(world.data().state)) {
    secret.origin = SecretOrigin::kWorld;
    secrets_.add(std::move(secret));
  }
  core_.engine.begin(core_.state, clock_.now());
  for (const std::string& id : core_.state.activity_order) core_.engine.resume(core_.state, clock_.now(), id);
  for (const engine::Happening& happening : world.data().happenings) core_.engine.expect(clock_.now(), happening);
  if (ledger_ != nullptr && options.runner != nullptr)
    throw std::invalid_argument{"a ledger cannot keep what processes do"};
  if (ledger_ != nullptr) clock_.advance_to(api::replay(core_, clock_.now(), *ledger_));
  if (options.runner == nullptr) return;
  conducting_ = std::thread{[this] {
    Lock lock{mutex_};
    conductor_.conduct(lock);
  }};
}

Platform::~Platform() {
  stop();
  if (conducting_.joinable()) conducting_.join();
  if (ledger_ == nullptr) return;
  try {
    ledger_->rest_at(clock_.now());
  } catch (const LedgerFailure&) {
    return;  // time goes on from the mark that is there, a little later
  }
}

Platform::Served Platform::serve(api::Request request, ClientHandle client) {
  // The lock is held as shortly as can be: reading the request and writing the answer out need none.
  const auto arrived = wall_now();
  const api::Match match = api::match_route(request.method, request.path);
  Exchange exchange = exchange_of(request);
  exchange.request_body = request.body;
  exchange.wall_time = std::chrono::duration_cast<std::chrono::microseconds>(arrived - constructed_);

  Lock lock = lock_soon(mutex_);
  if (client == nullptr) client = attached_ ? attached_ : anonymous_;
  exchange.client = client->name;
  exchange.client_id = client->id;
  exchange.platform_time = clock_.now();
  Served served{.journal_index = journal_.begin(std::move(exchange)), .client = client};

  ++client->active;
  api::Dispatched dispatched;
  const std::optional<Fault> fault = faults_.due(request.method, without_api(request.path));
  if (fault) serve_fault(lock, *client, *fault, served);
  const bool answered_by_fault = fault && (fault->status || served.drop);
  if (!answered_by_fault && serve_recorded(lock, *client, request, match, served, dispatched)) {
    // That was all: whoever recorded it knew what it needs.
  } else if (!answered_by_fault) {
    dispatched = dispatch_waiting(lock, *client, request, match, served.journal_index);
    served.response = std::move(dispatched.response);
  } else {
    dispatched.route = match.route;
    dispatched.note = "fault";
    dispatched.auth = api::sender_of(core_, clock_.now(), request, match.route);
    note_challenge(dispatched.auth, served.response);
  }
  if (served.response.follow && wants_no_waiting(request)) {
    const Activity& activity = core_.state.activities.at(served.response.follow->activity);
    served.response.body = log_bytes(activity, 0, activity.is_final());
    served.response.follow.reset();
  }
  const bool follows_unfinished = served.response.follow && !dispatched.unfinished.empty();
  if (follows_unfinished || served.stream != nullptr) ++client->report.polls;
  --client->active;
  const Time now = clock_.now();
  const Ledger::Ticket ticket = showing();
  conductor_.changed();
  lock.unlock();

  make_safe(ticket, served.response);
  api::finish(served.response, request);
  std::string body = served.response.body;
  journal_.change(served.journal_index, [&](Exchange& entry) {
    entry.answered_at = now;
    entry.wall_duration = since(arrived);
    entry.status = served.drop ? 0 : served.response.status;
    entry.response_headers = served.response.headers;
    const bool has_type = !served.drop && entry.status != 204 && entry.status != 304;
    if (has_type && find_header(entry.response_headers, "Content-Type") == nullptr)
      entry.response_headers.push_back({"Content-Type", served.response.content_type});
    entry.response_body = std::move(body);
    if (dispatched.route != nullptr) {
      entry.route = dispatched.route->pattern;
      entry.operation = dispatched.route->operation;
    }
    entry.user = std::move(dispatched.user);
    entry.note = std::move(dispatched.note);
    entry.auth = std::move(dispatched.auth);
    entry.poll = entry.poll || follows_unfinished || served.stream != nullptr;
  });
  return served;
}

api::Dispatched Platform::dispatch(const api::Request& request, const api::Match& match) {
  if (ledger_ == nullptr) return api::dispatch(core_, clock_.now(), request, match);
  api::Recorded recorded = api::dispatch_recorded(core_, clock_.now(), request, match);
  if (recorded.entry) ledger_->put(std::move(*recorded.entry));
  return std::move(recorded.dispatched);
}

void Platform::make_safe(Ledger::Ticket ticket, api::Response& response) const {
  if (ledger_ == nullptr) return;
  try {
    ledger_->wait(ticket);
  } catch (const LedgerFailure& failure) {
    response = api::error_response({503, fmt::format("The state cannot be kept: {}", failure.what())});
  }
}

void Platform::serve_fault(Lock& lock, Client& client, const Fault& fault, Served& served) {
  const ClientReport::Wait what{.activity = "", .type = "an answer to " + fault.path, .how = "waited for it"};
  if (fault.delay > Milliseconds{0}) {
    const Time due = clock_.now() + fault.delay;
    core_.engine.wake_at(due);
    if (wait_callback_) wait_callback_();
    conductor_.wait(lock, client, what, true, [&] { return clock_.now() >= due; });
  }
  if (fault.hang && conductor_.jumps()) conductor_.wait(lock, client, what, true, [] { return false; });
  served.hang = fault.hang && !conductor_.jumps();
  served.drop = fault.drop || fault.hang;
  if (fault.status) {
    served.response.status = *fault.status;
    served.response.body = fault.body;
    served.response.headers = fault.headers;
    served.response.content_type = fault.content_type;
  }
}

api::Dispatched Platform::dispatch_waiting(Lock& lock, Client& client, const api::Request& request,
                                           const api::Match& match, std::size_t journal_index) {
  const std::size_t before = core_.state.activity_order.size();
  api::Dispatched dispatched = dispatch(request, match);
  const auto& order = core_.state.activity_order;
  const std::size_t first = std::min(before, order.size());  // a project that is deleted takes its activities with it
  if (!client.is_anonymous())
    client.created.insert(client.created.end(), order.begin() + static_cast<std::ptrdiff_t>(first), order.end());
  conductor_.settle(lock, client);
  if (client.shown.size() >= kMostShown) client.shown.clear();
  if (!dispatched.unfinished_self.empty()) client.shown[dispatched.unfinished_self + "?"] = dispatched.unfinished;
  const bool can_poll = request.method == "GET" && !dispatched.unfinished.empty() && !dispatched.response.follow;
  if (!can_poll) return dispatched;
  auto& shown = client.shown[std::string{request.path} + "?" + request.query];
  if (shown == dispatched.unfinished) {
    ++client.report.polls;
    journal_.change(journal_index, [](Exchange& entry) { entry.poll = true; });
    if (!conductor_.jumps()) return dispatched;  // time goes on by itself
    // A poller learns nothing from a step in between: time goes on until something it looks at is over.
    conductor_.wait(lock, client, wait_for(dispatched.unfinished.front().first, "polled it"), false, [&] {
      return std::ranges::any_of(dispatched.unfinished, [&](const auto& seen) { return is_over(seen.first); });
    });
    dispatched = dispatch(request, match);
  }
  shown = dispatched.unfinished;
  return dispatched;
}

Platform::LogChunk Platform::next_log(const Served& served, std::size_t& sent) {
  if (served.stream != nullptr) return next_recorded(served, sent);
  Lock lock{mutex_};
  const Activity& activity = core_.state.activities.at(served.response.follow->activity);
  const auto is_gone = [&] { return served.gone != nullptr && served.gone->load(); };
  const auto has_news = [&] { return !is_gone() && (activity.log.size() > sent || activity.is_final()); };
  // Lines are held back as long as time can jump on: the client prints a blank line between two reads, and whether two
  // lines come in one read must not depend on the machine.
  const auto worth_sending = [&] {
    const bool more_at_once = conductor_.jumps() && conductor_.is_idle() && core_.engine.has_prospects();
    return is_gone() || activity.is_final() || (activity.log.size() > sent && !more_at_once);
  };
  ++served.client->active;
  if (!activity.is_final()) {
    conductor_.wait(lock, *served.client, wait_for(activity.id, "held its log open"), true, worth_sending);
  }
  --served.client->active;
  conductor_.changed();
  if (!has_news()) return {.gone = true};
  LogChunk chunk{.bytes = log_bytes(activity, sent, activity.is_final()), .sealed = activity.is_final()};
  sent = activity.log.size();
  const Ledger::Ticket ticket = showing();
  lock.unlock();
  api::Response problem{.status = 200};
  make_safe(ticket, problem);
  if (problem.status != 200) return {.gone = true};
  return chunk;
}

void Platform::hung_up(const Served& served) {
  const std::scoped_lock lock{mutex_};
  served.gone->store(true);
  conductor_.changed();
}

void Platform::log_written(const Served& served, std::string_view bytes, bool done) {
  const Time now = clock_.now();
  journal_.change(served.journal_index, [&](Exchange& entry) {
    entry.response_body += bytes;
    if (!done) return;
    entry.answered_at = now;
    entry.wall_duration = since(constructed_) - entry.wall_time;
  });
}

void Platform::refused(const api::Request& request, int status, const std::string& body) {
  Exchange exchange = refused_exchange(request, status, body);
  exchange.note = "not understood";
  journal_.begin(std::move(exchange));
}

void Platform::kept_out(const api::Request& request, int status, const std::string& body, const std::string& why) {
  Exchange exchange = refused_exchange(request, status, body);
  exchange.note = "not let in: " + why;
  exchange.let_in = false;
  journal_.begin(std::move(exchange));
}

Exchange Platform::refused_exchange(const api::Request& request, int status, const std::string& body) const {
  Exchange exchange = exchange_of(request);
  exchange.platform_time = exchange.answered_at = clock_.now();
  exchange.wall_time = since(constructed_);
  exchange.status = status;
  exchange.response_body = body;
  return exchange;
}

bool Platform::is_over(const std::string& id) const {
  const auto activity = core_.state.activities.find(id);
  if (activity != core_.state.activities.end()) return activity->second.is_final();
  const auto subscription = core_.state.subscriptions.find(id);
  return subscription == core_.state.subscriptions.end() || subscription->second.is_final();
}

ClientReport::Wait Platform::wait_for(const std::string& activity, std::string how) const {
  const auto found = core_.state.activities.find(activity);
  if (found == core_.state.activities.end())
    return {.activity = "", .type = "subscription " + activity, .how = std::move(how)};
  return {.activity = activity, .type = found->second.type, .how = std::move(how)};
}

ClientHandle Platform::attach(std::string name) {
  const std::scoped_lock lock{mutex_};
  if (attached_) throw std::logic_error{"a client is attached already: " + attached_->name};
  attached_ = std::make_shared<Client>();
  attached_->name = std::move(name);
  conductor_.set_front(attached_);
  return attached_;
}

void Platform::detach(const ClientHandle& client) {
  const std::scoped_lock lock{mutex_};
  client->gone = true;
  if (attached_ == client) {
    attached_.reset();
    conductor_.set_front(anonymous_);
  }
  conductor_.changed();
}

ClientReport Platform::report(const ClientHandle& client) const {
  const std::scoped_lock lock{mutex_};
  return client->report;
}

void Platform::on_deadlock(std::function<void(const std::string&)> callback) {
  const std::scoped_lock lock{mutex_};
  conductor_.on_deadlock(std::move(callback));
}

void Platform::on_wait(std::function<void()> callback) {
  const std::scoped_lock lock{mutex_};
  wait_callback_ = std::move(callback);
}

void Platform::job_ended(std::uint64_t number, const JobEnd& end) {
  const std::scoped_lock lock{mutex_};
  conductor_.job_ended(number, end);
}

ClientHandle Platform::start_client(std::uint64_t job, const std::vector<std::string>& argv) {
  Lock lock{mutex_};
  return conductor_.start_client(lock, job, argv);
}

void Platform::client_is_served(const ClientHandle& client, const std::string& base_url) {
  const std::scoped_lock lock{mutex_};
  conductor_.client_is_served(*client, base_url);
}

void Platform::leave(const ClientHandle& client) {
  const std::scoped_lock lock{mutex_};
  conductor_.leave(*client);
}

void Platform::end_client(const ClientHandle& client, int exit_code) {
  const std::scoped_lock lock{mutex_};
  conductor_.end_client(client, exit_code);
}

bool Platform::spend(std::uint64_t job, Milliseconds duration, const std::string& what) {
  Lock lock{mutex_};
  return conductor_.spend(lock, job, duration, what);
}

History Platform::history() const {
  const std::scoped_lock lock{mutex_};
  return {.jobs = conductor_.jobs(), .skipped = core_.engine.skipped(), .sites = core_.engine.site_changes()};
}

void Platform::advance(Milliseconds duration) {
  Lock lock{mutex_};
  conductor_.advance(lock, duration);
  const Ledger::Ticket ticket = showing();
  lock.unlock();
  if (ledger_ != nullptr) ledger_->wait(ticket);
}

void Platform::advance_to(Time later) {
  Lock lock{mutex_};
  conductor_.advance_to(lock, later);
  if (ledger_ != nullptr) (void)showing();  // the mark goes ahead; whoever shows the time waits for it
}

nlohmann::json Platform::issue(const api::Issue& issue) {
  Lock lock{mutex_};
  api::Recorded recorded = api::issue_recorded(core_, clock_.now(), issue);
  if (ledger_ != nullptr) ledger_->put(std::move(*recorded.entry));
  lock.unlock();
  make_safe();
  return std::move(recorded.dispatched.response.document).value();
}

void Platform::make_safe() {
  if (ledger_ == nullptr) return;
  Lock lock{mutex_};
  const Ledger::Ticket ticket = showing();
  lock.unlock();
  ledger_->wait(ticket);
}

std::optional<Time> Platform::next_due() const {
  const std::scoped_lock lock{mutex_};
  return core_.engine.next_due();
}

std::vector<engine::Upcoming> Platform::upcoming(std::size_t most) const {
  const std::scoped_lock lock{mutex_};
  return core_.engine.upcoming(core_.state, most);
}

void Platform::tidy() {
  const Lock lock{mutex_};
  auto& grants = core_.state.grants;
  if (grants.size() > kManyGrants) {
    std::erase_if(grants, [&](const auto& entry) {
      const model::Grant& grant = entry.second;
      // What can be refreshed is found by its access token.
      if (grant.expires_at > clock_.now() || core_.state.refresh_tokens.contains(grant.refresh_token)) return false;
      forgotten_.emplace_back(journal_.size(), grant.access_token);
      if (!grant.refresh_token.empty()) forgotten_.emplace_back(journal_.size(), grant.refresh_token);
      return true;
    });
  }
  // Secrets are known until nothing in the journal can hold them any more.
  const std::uint64_t first = journal_.extent().first;
  std::set<std::string> forgotten;
  for (; !forgotten_.empty() && forgotten_.front().first < first; forgotten_.pop_front())
    forgotten.insert(std::move(forgotten_.front().second));
  if (!forgotten.empty()) secrets_.forget(forgotten);
}

void Platform::stop() {
  const std::scoped_lock lock{mutex_};
  stopped_ = true;
  stop_.notify_all();
  conductor_.stop();
}

MockServer::Answer Platform::inspect(const std::string& target) {
  const std::size_t question = std::min(target.find('?'), target.size());
  const api::Request request{.method = "GET",
                             .path = target.substr(0, question),
                             .query = target.substr(std::min(question + 1, target.size())),
                             .headers = {},
                             .body = {}};
  const api::Match match = api::match_route(request.method, request.path);
  const bool may_issue = match.route != nullptr && !match.route->needs_login;
  if (ledger_ != nullptr && may_issue) return {.status = 405};  // it would not be kept
  const std::scoped_lock lock{mutex_};
  api::Dispatched dispatched = api::dispatch(core_, clock_.now(), request, match, true);
  return {dispatched.response.status, std::move(dispatched.response.document).value_or(nlohmann::json{})};
}

std::vector<nlohmann::json> Platform::activities() {
  const std::scoped_lock lock{mutex_};
  const wire::Viewer viewer{.state = core_.state, .sees_all = true};
  std::vector<nlohmann::json> result;
  for (const std::string& id : core_.state.activity_order)
    result.push_back(wire::show_activity(viewer, core_.state.activities.at(id)));
  return result;
}

std::vector<LiveGrant> Platform::live_grants() const {
  const std::scoped_lock lock{mutex_};
  return api::live_grants(core_.state, clock_.now());
}

Timeline Platform::timeline() {
  std::vector<engine::Asked> requests;  // without bodies: all of the journal would be as much again
  journal_.each(first_index_, [&](const Exchange& exchange) {
    if (!exchange.poll && exchange.let_in)
      requests.push_back({exchange.client, exchange.platform_time, exchange.method, exchange.path, exchange.status});
  });
  Lock lock{mutex_};
  Timeline timeline = core_.engine.chronicle().timeline(clock_.now(), requests);
  lock.unlock();
  for (Span& span : timeline.spans) {
    span.label = secrets_.cover(span.label);
    span.detail = secrets_.cover(span.detail);
  }
  for (Mark& mark : timeline.marks) mark.label = secrets_.cover(mark.label);
  return timeline;
}

}  // namespace understudy
