#include "kill_rounds.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace understudy {
namespace {

using nlohmann::json;

constexpr int kWriters = 4;
constexpr const char* kVariables = "/projects/p1/variables";
// Tokens live long: that they are still good after a kill is looked at, too.
constexpr const char* kWorld = R"(
users: {alice: {}}
auth: {token_lifetime: 300d}
projects: {p1: {owner: alice, environments: {main: {}}}}
activity_types: {backup: {duration: 12m}}
)";

/// The program, its standard input (which it ends with) and the first line of its output.
class Served {
public:
  explicit Served(std::vector<std::string> argv) {
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<char*> words;
    for (std::string& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    const int result = ::posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    if (result != 0) throw std::runtime_error{"cannot start " + argv[0]};
    std::string line;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    first_line = json::parse(line, nullptr, false);
    if (!first_line.is_object()) throw std::runtime_error{argv[0] + " does not serve: " + line};
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served() {
    ::close(input_);
    if (pid_ > 0) kill();
  }

  void kill() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
  }

  json first_line;

private:
  pid_t pid_ = -1;
  int input_ = -1;
};

httplib::Client client_of(const std::string& url) {
  httplib::Client client{url};
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  return client;
}

/// What is known of one variable: its value, nullopt = it is not there; and another one, while that is asked for.
struct Known {
  std::optional<std::string> value{};
  std::optional<std::optional<std::string>> asked{};
};

class Rounds {
public:
  explicit Rounds(const KillOptions& options) : options_{options}, chance_{options.seed} {
    world_ = options.folder / "world.yaml";
    std::ofstream{world_} << kWorld;
  }

  KillReport play() {
    for (int round = 0; round < options_.rounds; ++round) {
      if (round % options_.rounds_of_a_file == 0) begin_anew(round);
      play_one(round);
    }
    const std::unique_ptr<Served> served = serve();
    look(*served);
    return report_;
  }

private:
  void begin_anew(int round) {
    if (round > 0) look(*serve());
    state_ = options_.folder / fmt::format("state-{}", round);
    known_.clear();
    bearer_.clear();
    latest_.clear();
  }

  std::unique_ptr<Served> serve() {
    return std::make_unique<Served>(
        std::vector<std::string>{options_.program.string(), world_.string(), state_.string()});
  }

  void play_one(int round) {
    const std::unique_ptr<Served> served = serve();
    look(*served);
    const std::size_t enough = report_.acknowledged + chance_() % 60;
    const auto a_moment_more = std::chrono::microseconds{chance_() % 3000};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < kWriters; ++writer)
      threads.emplace_back([&, writer, seed = chance_()] { write(url_, round, writer, seed); });
    threads.emplace_back([&] { follow(url_); });
    {
      std::unique_lock lock{mutex_};
      more_.wait(lock, [&] { return report_.acknowledged >= enough || !report_.problems.empty(); });
      more_.wait_for(lock, a_moment_more, [] { return false; });  // so that it hits any step of a write
    }
    served->kill();
    for (std::thread& thread : threads) thread.join();
    ++report_.rounds;
  }

  /// Creates, changes and deletes variables of its own, until nobody answers.
  void write(const std::string& url, int round, int writer, std::uint64_t seed) {
    std::mt19937_64 chance{seed};
    httplib::Client client = client_of(url);
    std::vector<std::string> names;
    for (int i = 0;; ++i) {
      const bool creates = names.empty() || chance() % 2 == 0;
      const bool deletes = !creates && chance() % 3 == 0;
      const std::string name = creates ? fmt::format("R{}W{}N{}", round, writer, i) : names[chance() % names.size()];
      std::optional<std::string> value;
      if (!deletes) value = fmt::format("{}:", i) + std::string(1 + chance() % 3000, static_cast<char>('a' + i % 26));
      {
        const std::scoped_lock lock{mutex_};
        known_[name].asked = value;
      }
      httplib::Request request;
      request.method = creates ? "POST" : deletes ? "DELETE" : "PATCH";
      request.path = kVariables + (creates ? "" : "/" + name);
      request.set_header("Authorization", bearer_);
      request.set_header("Content-Type", "application/json");
      if (creates) request.body = json{{"name", name}, {"value", *value}}.dump();
      if (!creates && !deletes) request.body = json{{"value", *value}}.dump();
      const httplib::Result answer = client.send(request);
      if (!answer) return;
      const std::scoped_lock lock{mutex_};
      if (answer->status / 100 != 2) problem(fmt::format("{} {} got {}", request.method, name, answer->status));
      known_[name] = {.value = value};
      ++report_.acknowledged;
      more_.notify_all();
      if (creates) names.push_back(name);
      if (deletes) std::erase(names, name);
    }
  }

  /// Lets activities come and time pass, and notes the latest time that it was shown.
  void follow(const std::string& url) {
    httplib::Client client = client_of(url);
    const httplib::Headers headers{{"Authorization", bearer_}};
    for (;;) {
      if (!client.Post("/projects/p1/environments/main/backup", headers, "{}", "application/json")) return;
      for (int polls = 0; polls < 3; ++polls) {
        const httplib::Result answer = client.Get("/projects/p1/activities?count=1", headers);
        if (!answer) return;
        const json activities = json::parse(answer->body, nullptr, false);
        if (!activities.is_array() || activities.empty()) continue;
        const std::scoped_lock lock{mutex_};
        latest_ = std::max(latest_, activities.front().value("updated_at", ""));
      }
    }
  }

  /// Everything that was acknowledged is there, and nothing that nobody asked for.
  void look(const Served& served) {
    url_ = served.first_line.at("url").get<std::string>();
    httplib::Client client = client_of(url_);
    if (served.first_line.at("now").get<std::string>() < latest_) problem("time went back from " + latest_);
    if (bearer_.empty()) {
      const httplib::Result answer = client.Post(
          "/oauth2/token", httplib::Params{{"grant_type", "api_token"},
                                           {"client_id", "c"},
                                           {"api_token", served.first_line.at("token").get<std::string>()}});
      if (!answer || answer->status != 200) throw std::runtime_error{"no access token"};
      bearer_ = "Bearer " + json::parse(answer->body).at("access_token").get<std::string>();
    }
    const httplib::Result answer = client.Get(kVariables, httplib::Headers{{"Authorization", bearer_}});
    if (!answer || answer->status != 200) return problem("the access token is not good any more");
    std::map<std::string, std::string> there;
    for (const json& variable : json::parse(answer->body))
      there[variable.at("name").get<std::string>()] = variable.at("value").get<std::string>();
    for (const auto& [name, value] : there) {
      if (!known_.contains(name)) problem(name + " is there, and nobody asked for it");
    }
    for (auto& [name, known] : known_) compare(name, known, there);
  }

  void compare(const std::string& name, Known& known, const std::map<std::string, std::string>& there) {
    const auto found = there.find(name);
    const std::optional<std::string> value = found == there.end() ? std::nullopt : std::optional{found->second};
    if (known.asked) {
      ++report_.in_flight;
      if (value == *known.asked) ++report_.of_those_kept;
    }
    if (value != known.value && (!known.asked || value != *known.asked)) {
      ++report_.lost;
      problem(name + (value ? " has another value than was acknowledged" : " was acknowledged, and is not there"));
    }
    known = {.value = value};
  }

  void problem(const std::string& text) { report_.problems.push_back(text); }

  const KillOptions& options_;
  std::mt19937_64 chance_;
  std::filesystem::path world_;
  std::filesystem::path state_;
  std::string url_;
  std::string bearer_;
  std::mutex mutex_;  // of what follows
  std::condition_variable more_;
  std::map<std::string, Known> known_;
  std::string latest_;
  KillReport report_;
};

}  // namespace

KillReport kill_rounds(const KillOptions& options) { return Rounds{options}.play(); }

}  // namespace understudy
