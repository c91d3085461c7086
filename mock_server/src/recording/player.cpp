#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include "mock_server/replace_all.hpp"
#include "mock_server/replay.hpp"
#include "mock_server/url.hpp"
#include "recording/nearest.hpp"
#include "recording/recorded_activity.hpp"
#include "recording/recorded_answer.hpp"
#include "recording/request_index.hpp"
#include "recording/request_shape.hpp"
#include "recording/turns.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using Kind = RecordedRequest::Kind;

RequestView view_of(const RecordedExchange& exchange) {
  return {exchange.method, exchange.path, exchange.query, exchange.request_headers, exchange.request_body};
}

/// Whether a secret could be told from chance if it were looked for.
bool is_huntable(const std::string& value) {
  return value.size() >= 8 && std::set<char>{value.begin(), value.end()}.size() >= 5;
}

struct KindOfWords {
  std::string_view words;
  SecretKind kind;
};
constexpr KindOfWords kKinds[] = {
    {"API token", SecretKind::kApiToken},         {"access token", SecretKind::kAccessToken},
    {"refresh token", SecretKind::kRefreshToken}, {"authorization code", SecretKind::kAuthorizationCode},
    {"PKCE", SecretKind::kPkceVerifier},          {"private key", SecretKind::kPrivateKey},
    {"variable", SecretKind::kVariable},          {"sensitive variable", SecretKind::kVariable},
};
constexpr std::string_view kNoSecrets[] = {"e-mail", "email", "person", "name", "host"};  // anonymized, not secret

std::optional<SecretKind> kind_of_secret(std::string_view words) {
  for (const std::string_view begin : kNoSecrets) {
    if (words.starts_with(begin)) return std::nullopt;
  }
  for (const KindOfWords& row : kKinds) {
    if (words.starts_with(row.words)) return row.kind;
  }
  return SecretKind::kOther;
}

/// When its answer was complete.
std::optional<Time> end_of(const RecordedExchange& exchange) {
  if (!exchange.started) return std::nullopt;
  return *exchange.started + std::chrono::duration_cast<Milliseconds>(exchange.duration);
}

bool is_slow_log(const RecordedExchange& exchange) {
  return exchange.path.ends_with("/log") && exchange.duration >= std::chrono::seconds{1};
}

std::chrono::microseconds length_of_stream(const RecordedExchange& exchange) {
  if (exchange.method == "HEAD") return {};
  if (!exchange.chunks.empty()) return exchange.chunks.back().after;
  return is_slow_log(exchange) ? exchange.duration : std::chrono::microseconds{};
}

}  // namespace

struct Player::Impl {
  Impl(Recording what, ReplayOptions how)
      : recording{std::move(what)}, options{std::move(how)}, reader{options.match}, holes{recording} {
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) insert(i);
  }

  std::size_t insert(std::size_t exchange) {
    const std::size_t number =
        index.add(reader.read(view_of(recording.exchanges[exchange])), exchange, turns.changes());
    if (index.requests()[number].kind == Kind::kChange) turns.add_change(exchange);
    answers.emplace_back(recording.exchanges[exchange], holes);
    return number;
  }

  // ---- the answer

  void bind(const Bindings& bound) {
    for (const auto& [placeholder, value] : bound) {
      if (!bindings.emplace(placeholder, value).second) continue;
      const std::string& text = holes.placeholders().text(placeholder);
      const std::string& words = recording.placeholders.at(text);
      const std::optional<SecretKind> kind = kind_of_secret(words);
      if (secrets != nullptr && kind && value != text && is_huntable(value))
        secrets->add({words, value, *kind, SecretOrigin::kClient});
    }
  }

  /// What is drawn by the client, and wanted back by it.
  void give_back(PlayedAnswer& answer, const std::vector<Leaf>& recorded, const std::vector<Leaf>& asked) const {
    for (const Leaf& was : recorded) {
      const auto is = std::ranges::find(asked, was.name, &Leaf::name);
      if (is == asked.end()) continue;
      for (Header& header : answer.headers) {
        replace_all(header.value, percent_encoded(was.value), percent_encoded(is->value));
        if (was.name == "redirect_uri") replace_all(header.value, was.value, is->value);
      }
      if (was.value.size() >= 8) replace_all(answer.body, was.value, is->value);  // not what is there by chance
    }
  }

  PlayedAnswer give(std::size_t exchange, const std::string& base_url) {
    const RecordedExchange& recorded = recording.exchanges[exchange];
    PlayedAnswer answer = answers[exchange].filled(recorded, [&](std::size_t hole) {
      const auto placeholder = holes.placeholder(hole);
      if (!placeholder) return holes.is_encoded(hole) ? percent_encoded(base_url) : base_url;
      return bindings.emplace(*placeholder, holes.placeholders().text(*placeholder)).first->second;
    });
    answer.exchange = exchange;
    if (answer.chunks.empty() && is_slow_log(recorded))
      answer.chunks.push_back({recorded.duration, answer.body.size()});
    return answer;
  }

  ReplayMiss explain(const RequestView& request, const RequestShape& asked, std::string reason,
                     std::optional<std::size_t> refused) const {
    ReplayMiss miss{.request = words_of(request.method, request.path, request.query), .reason = std::move(reason)};
    const std::optional<std::size_t> near = refused ? refused : nearest(index.requests(), asked);
    if (!near) {
      miss.reason = "nothing like it was recorded";
      return miss;
    }
    const RecordedRequest& found = index.requests()[*near];
    const RecordedExchange& exchange = recording.exchanges[found.exchanges.front()];
    miss.nearest = exchange.at.file.empty()
                       ? fmt::format("entry {}: {}", found.exchanges.front() + 1, words_of(exchange))
                       : fmt::format("{}: {}", to_string(exchange.at), words_of(exchange));
    if (refused) return miss;
    miss.reason = "no such request was recorded";
    miss.diff = difference({found.shape, reader.json_body(view_of(exchange))}, {asked, reader.json_body(request)},
                           holes.placeholders(), bindings);
    return miss;
  }

  /// From what somebody answers now to what the recording has for it.
  void bind_answer(const json& recorded, const json& now) {
    if (recorded.is_string() && now.is_string()) {
      const Pattern pattern{recorded.get<std::string>(), holes.placeholders()};
      if (!pattern.has_placeholders()) return;
      if (const std::optional<Bindings> bound = pattern.match(now.get<std::string>(), {})) rebind(*bound);
    } else if (recorded.is_object() && now.is_object()) {
      for (const auto& [key, value] : recorded.items()) {
        if (now.contains(key)) bind_answer(value, now[key]);
      }
    } else if (recorded.is_array() && now.is_array()) {
      for (std::size_t i = 0; i < std::min(recorded.size(), now.size()); ++i) bind_answer(recorded[i], now[i]);
    }
  }

  /// A token that was issued anew stands in the place of the one before.
  void rebind(const Bindings& bound) {
    for (const auto& [placeholder, value] : bound) bindings.erase(placeholder);
    bind(bound);
  }

  Outcome ask_source(std::unique_lock<std::mutex>& lock, const RequestView& request, const RequestShape& asked,
                     const std::string& base_url, const std::vector<RequestIndex::Candidate>& known) {
    lock.unlock();
    std::optional<RecordedExchange> came;
    std::string trouble;
    try {
      came = options.source->ask(request);
    } catch (const std::runtime_error& error) {
      trouble = error.what();
    }
    lock.lock();
    if (!came) {
      misses.push_back(explain(request, asked, {}, {}));
      misses.back().reason = "it is not in the recording, and " + trouble;
      return {.miss = misses.size() - 1};
    }
    if (!known.empty()) {
      RecordedRequest& found = index.requests()[known.front().request];
      found.asked = true;
      bind(known.front().bound);
      const std::string& recorded = recording.exchanges[found.exchanges.front()].response_body;
      bind_answer(json::parse(recorded, nullptr, false), json::parse(came->response_body, nullptr, false));
    }
    const std::size_t exchange = add_unlocked(std::move(*came));
    PlayedAnswer played = give(exchange, base_url);
    played.is_new = true;
    ++answered;
    return {.answer = std::move(played)};
  }

  Outcome answer(const RequestView& request, const std::string& base_url) {
    const RequestShape asked = reader.read(request);
    std::unique_lock lock{mutex};
    const std::vector<RequestIndex::Candidate> candidates = index.find(asked, bindings);
    if (kind_of(asked.method, asked.path) == Kind::kFree) {
      if (options.source != nullptr) return ask_source(lock, request, asked, base_url, candidates);
      if (options.loose) return {};
    }
    std::string refusal;
    std::optional<std::size_t> refused;
    for (const RequestIndex::Candidate& candidate : candidates) {
      RecordedRequest& found = index.requests()[candidate.request];
      const Turns::Choice choice = turns.choose(found, request);
      if (!choice.exchange) {
        if (!refused) refusal = choice.refusal;
        if (!refused) refused = candidate.request;
        continue;
      }
      bind(candidate.bound);
      turns.note_asked(found, choice);
      const std::size_t exchange = choice.instead.value_or(*choice.exchange);
      PlayedAnswer played = give(exchange, base_url);
      if (choice.is_poll) played.not_before = end_of(recording.exchanges[*choice.exchange]);
      const RequestShape recorded =
          asked.echoed.empty() ? RequestShape{} : reader.read(view_of(recording.exchanges[exchange]));
      give_back(played, recorded.echoed, asked.echoed);
      ++answered;
      return {.answer = std::move(played)};
    }
    if (options.source != nullptr) return ask_source(lock, request, asked, base_url, {});
    if (options.loose) {
      if (kind_of(asked.method, asked.path) == Kind::kChange) turns.note_elsewhere(asked);
      return {};
    }
    misses.push_back(explain(request, asked, std::move(refusal), refused));
    return {.miss = misses.size() - 1};
  }

  std::size_t add_unlocked(RecordedExchange exchange) {
    holes.add_server(exchange.server);
    recording.exchanges.push_back(std::move(exchange));
    const std::size_t added = recording.exchanges.size() - 1;
    turns.note_added(index.requests()[insert(added)]);
    return added;
  }

  mutable std::mutex mutex;
  Recording recording;
  const ReplayOptions options;
  const RequestShapeReader reader;
  Holes holes;
  RequestIndex index{holes.placeholders()};
  std::vector<RecordedAnswer> answers;  ///< by exchange
  Turns turns{recording};
  Bindings bindings;
  std::vector<ReplayMiss> misses;
  std::size_t answered = 0;
  SecretRegistry* secrets = nullptr;
};

Player::Player(Recording recording, ReplayOptions options)
    : impl_{std::make_unique<Impl>(std::move(recording), std::move(options))} {}
Player::~Player() = default;

Player::Outcome Player::answer(const RequestView& request, const std::string& base_url) {
  return impl_->answer(request, base_url);
}

void Player::arrived_as(std::size_t miss, std::uint64_t number) {
  const std::scoped_lock lock{impl_->mutex};
  impl_->misses.at(miss).number = number;
}

std::vector<ReplayMiss> Player::misses(std::size_t from) const {
  const std::scoped_lock lock{impl_->mutex};
  const std::size_t first = std::min(from, impl_->misses.size());
  return {impl_->misses.begin() + static_cast<std::ptrdiff_t>(first), impl_->misses.end()};
}

std::vector<NeverAsked> Player::never_asked() const {
  const std::scoped_lock lock{impl_->mutex};
  std::vector<NeverAsked> result;
  for (const std::size_t exchange : impl_->turns.never_asked(impl_->index.requests())) {
    const RecordedExchange& recorded = impl_->recording.exchanges[exchange];
    result.push_back({exchange, recorded.at, words_of(recorded)});
  }
  return result;
}

std::size_t Player::answered() const {
  const std::scoped_lock lock{impl_->mutex};
  return impl_->answered;
}

Recording Player::recording() const {
  const std::scoped_lock lock{impl_->mutex};
  return impl_->recording;
}

std::map<std::string, std::string> Player::bound() const {
  const std::scoped_lock lock{impl_->mutex};
  std::map<std::string, std::string> result;
  for (const auto& [placeholder, value] : impl_->bindings)
    result.emplace(impl_->holes.placeholders().text(placeholder), value);
  return result;
}

const ReplayOptions& Player::options() const { return impl_->options; }

std::optional<Time> Player::began() const {
  const std::scoped_lock lock{impl_->mutex};
  for (const RecordedExchange& exchange : impl_->recording.exchanges) {
    if (exchange.started) return exchange.started;
  }
  return std::nullopt;
}

std::chrono::microseconds Player::length_of_streams() const {
  const std::scoped_lock lock{impl_->mutex};
  std::chrono::microseconds length{};
  for (const RecordedExchange& exchange : impl_->recording.exchanges) length += length_of_stream(exchange);
  return length;
}

std::optional<std::string> Player::api_token() const {
  const std::scoped_lock lock{impl_->mutex};
  for (const RecordedExchange& exchange : impl_->recording.exchanges) {
    if (exchange.method != "POST" || !exchange.path.ends_with("/oauth2/token")) continue;
    for (const auto& [name, value] : parameters_of(exchange.request_body)) {
      if (name == "api_token" && !value.empty()) return value;
    }
  }
  return std::nullopt;
}

RecordedActivity Player::activity(std::string_view path) const {
  const std::scoped_lock lock{impl_->mutex};
  return activity_of(path, impl_->recording);
}

void Player::tell(SecretRegistry& secrets) {
  const std::scoped_lock lock{impl_->mutex};
  impl_->secrets = &secrets;
}

void Player::add(RecordedExchange exchange) {
  const std::scoped_lock lock{impl_->mutex};
  impl_->add_unlocked(std::move(exchange));
}

std::string describe(const ReplayMiss& miss) {
  std::string text = fmt::format("{}: {}", miss.request, miss.reason);
  if (!miss.nearest.empty()) text += "\nnearest " + miss.nearest;
  if (!miss.diff.empty()) text += "\n" + miss.diff;
  return text;
}

}  // namespace understudy
