#include "control/office.hpp"

#include <limits>
#include <utility>

#include "control/call.hpp"
#include "control/console_files.hpp"
#include "control/good_token.hpp"
#include "control/guard.hpp"
#include "http/http_front.hpp"
#include "world/world_data.hpp"

namespace understudy::control {
namespace {

constexpr std::uint64_t kTidyAfter = 1024;  // requests
constexpr std::size_t kKeptInMemory = std::size_t{64} << 20U;

std::string host_in_url(const std::string& bind) {
  if (bind == "0.0.0.0" || bind == "::") return "127.0.0.1";
  return bind.find(':') == std::string::npos ? bind : "[" + bind + "]";
}

}  // namespace

Office::Office(ServiceOptions options)
    : options_{std::move(options)},
      archive_{options_.archive ? options_.archive : memory_archive(kKeptInMemory)},
      records_{std::make_shared<Records>()},
      seed_{options_.seed},
      world_{options_.world},
      world_name_{options_.world_name} {
  records_->journal.limit_bytes(options_.journal_bytes);
  records_->secrets.add({"control token", options_.control_token, SecretKind::kOther});
  stage_ = std::make_shared<Stage>(world_, seed_, options_.speed, records_, archive_->open({world_.text(), seed_}));
}

Office::~Office() { stop(); }

void Office::stop() {
  stage()->platform.stop();
  records_->journal.interrupt();
}

std::shared_ptr<Stage> Office::stage() const {
  const std::scoped_lock lock{mutex_};
  return stage_;
}

std::string Office::world_name() const {
  const std::scoped_lock lock{mutex_};
  return world_name_;
}

std::shared_ptr<Platform> Office::platform() {
  const std::shared_ptr<Stage> now = stage();
  now->pace.catch_up();
  return {now, &now->platform};
}

void Office::served() {
  const std::shared_ptr<Stage> now = stage();
  now->pace.look_again();
  if (++served_ % kTidyAfter == 0) now->platform.tidy();
}

void Office::load(World world, const std::string& name) {
  const Snapshot start{.head = {world.text(), seed()}, .now = world.data().start};
  begin(std::move(world), name, start);
}

void Office::load(const Snapshot& snapshot, const std::string& name) {
  World world = World::from_text(snapshot.head.world, "world");
  {
    // Whatever is wrong with it shows before anything is given up for it.
    std::unique_ptr<LedgerStore> store = memory_store(snapshot.head, std::numeric_limits<std::size_t>::max());
    store->commit(snapshot.entries, snapshot.now);
    Ledger ledger{std::move(store)};
    const Platform trial{world, snapshot.head.seed, {.jumps = false, .ledger = &ledger}};
  }
  begin(std::move(world), name, snapshot);
}

void Office::begin(World world, const std::string& name, const Snapshot& snapshot) {
  const std::scoped_lock turn{turn_};
  const std::shared_ptr<Stage> old = stage();
  const double speed = old->pace.speed();
  const auto stage_for = [&](const World& of, std::uint64_t seed, std::unique_ptr<LedgerStore> store) {
    return std::make_shared<Stage>(of, seed, speed, records_, std::move(store));
  };
  old->ledger.close();
  std::shared_ptr<Stage> next;
  GoneTokens gone;
  try {
    next = stage_for(world, snapshot.head.seed, archive_->replace(snapshot));
    gone = issue_again(next->platform);
  } catch (const std::exception& problem) {
    auto again = stage_for(world_, seed_, archive_->open({world_.text(), seed_}));
    std::unique_lock lock{mutex_};
    stage_ = std::move(again);
    lock.unlock();
    old->platform.stop();  // as below: it is not the one that is served any more
    throw LedgerFailure{problem.what()};
  }
  std::unique_lock lock{mutex_};
  stage_ = std::move(next);
  ++begun_;
  seed_ = snapshot.head.seed;
  world_ = std::move(world);
  world_name_ = name;
  gone_tokens_ = gone.names;
  const World now = world_;
  lock.unlock();
  old->platform.stop();  // whoever waits for it lets go of it
  if (gone.is_latest_among_them && options_.token_is_gone) options_.token_is_gone(now);
}

void Office::hand_out(World::Token token) {
  const std::scoped_lock lock{mutex_};
  std::erase_if(handed_out_, [&](const World::Token& before) { return before.value == token.value; });
  handed_out_.push_back(std::move(token));
}

std::vector<std::string> Office::gone_tokens() const {
  const std::scoped_lock lock{mutex_};
  return gone_tokens_;
}

Office::GoneTokens Office::issue_again(Platform& platform) const {
  std::unique_lock lock{mutex_};
  const std::vector<World::Token> tokens = handed_out_;
  lock.unlock();
  GoneTokens gone;
  for (const World::Token& token : tokens) {
    const std::optional<GoodToken> good =
        platform.with_core([&](const api::Core& core, Time now) { return made_good(core, now, token); });
    if (!good) gone.names.push_back(token.name);
    gone.is_latest_among_them = !good;
    if (good && good->issue) platform.issue(*good->issue);
  }
  return gone;
}

std::optional<World::Token> Office::usable_token(const std::vector<World::Token>& wanted) {
  const std::shared_ptr<Platform> platform = this->platform();
  for (const World::Token& token : wanted) {
    std::optional<GoodToken> good = platform->with_core([&](const api::Core& core, Time now) {
      const std::optional<GoodToken> same = made_good(core, now, token);
      return same ? same : in_place_of(core, now, token);
    });
    if (!good) continue;
    if (good->issue) good->token.value = platform->issue(*good->issue).at("value").get<std::string>();
    return good->token;
  }
  return std::nullopt;
}

std::uint64_t Office::seed() const {
  const std::scoped_lock lock{mutex_};
  return seed_;
}

std::size_t Office::longest_body(const api::Request& head) const {
  const bool is_load = head.method == "POST" && head.path == std::string{kApi} + "/load";
  return is_load && has_token(head, options_.control_token) ? kLongestBodyOfAll : kUsualBody;
}

void Office::reset() {
  std::unique_lock lock{mutex_};
  World world = world_;
  const std::string name = world_name_;
  lock.unlock();
  load(std::move(world), name);
}

void Office::set_port(int port) { port_ = port; }

std::string Office::base_url() const { return "http://" + host_in_url(options_.bind) + ":" + std::to_string(port_); }

bool Office::is_own(const std::string& path) const {
  return path == kRoot || path.starts_with(std::string{kRoot} + "/");
}

std::string Office::refusal(const std::string& why) const { return json{{"error", {{"message", why}}}}.dump(); }

std::optional<Desk::Answer> Office::answer_elsewhere(const std::string& url) const {
  const std::string text = options_.elsewhere ? options_.elsewhere(url) : "";
  if (text.empty()) return std::nullopt;
  Answer answer;
  answer.response.body = text;
  answer.response.content_type = "text/plain; charset=utf-8";
  answer.response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return answer;
}

Desk::Answer Office::keep_out(const api::Request& request, api::Response refusal, const std::string& why) const {
  // No more than that: the rest was meant for somebody else, whose secrets nobody here would know.
  const api::Request shown{.method = request.method, .path = request.path, .query = {}, .headers = {}, .body = {}};
  stage()->platform.kept_out(shown, refusal.status, refusal.body, why);
  return {.response = std::move(refusal)};
}

std::optional<Desk::Answer> Office::answer(const api::Request& request) {
  const Doorplate door{.bind = options_.bind, .port = port_, .is_remote = options_.is_remote};
  const std::string* host = find_header(request.headers, "Host");
  if (host == nullptr || !is_our_host(*host, door)) {
    return keep_out(request,
                    refused({.status = 421,
                             .message = "This is Understudy, and no server for that host",
                             .hint = "ask for " + base_url()}),
                    host == nullptr ? "it names no host" : "it is for the host " + *host);
  }
  if (!is_own(request.path)) return std::nullopt;
  if (has_foreign_origin(request, door)) {
    return keep_out(request, refused({.status = 403, .message = "Pages of other sites may not ask this"}),
                    "it comes from a page of " + *find_header(request.headers, "Origin"));
  }
  constexpr std::string_view kElsewhere = "/.understudy/elsewhere/";
  if (request.path.starts_with(kElsewhere) && request.method == "GET") {
    if (auto found = answer_elsewhere("http://" + request.path.substr(kElsewhere.size()))) return found;
  }
  if (request.path.starts_with(kConsole)) return Answer{console_file(options_.console, request)};
  Answer answer = answer_call(*this, request);
  api::finish(answer.response, request);
  return answer;
}

}  // namespace understudy::control
