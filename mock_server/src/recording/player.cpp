#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include "mock_server/replay.hpp"
#include "recording/nearest.hpp"
#include "recording/recorded_activity.hpp"
#include "recording/recorded_answer.hpp"
#include "recording/request_index.hpp"
#include "recording/shape.hpp"
#include "recording/unfinished.hpp"
#include "recording/url.hpp"

namespace understudy {
namespace {

using Kind = RecordedRequest::Kind;

RequestView view_of(const RecordedExchange& exchange) {
  return {exchange.method, exchange.path, exchange.query, exchange.request_headers, exchange.request_body};
}

std::string words_of(std::string_view method, std::string_view path, std::string_view query) {
  return fmt::format("{} {}{}{}", method, path, query.empty() ? "" : "?", query);
}

std::string words_of(const RecordedExchange& exchange) {
  return words_of(exchange.method, exchange.path, exchange.query);
}

std::string times(std::size_t count) { return count == 1 ? "once" : counted(count, "time"); }

/// What a change to `written` may have changed: the same, what is above by one, and whatever is below (of a list its
/// items, of an item what belongs to it).
bool concerns(std::string_view written, std::string_view read) {
  const std::string_view above = written.substr(0, written.rfind('/'));
  const bool below = read.starts_with(written) && read.size() > written.size() && read[written.size()] == '/';
  return read == written || read == above || below;
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
    {"variable", SecretKind::kVariable},
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

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  if (from.empty() || from == to) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

struct Player::Impl {
  struct Change {
    std::size_t exchange = 0;
    bool asked = false;
  };
  /// Which exchange answers, or why none does.
  struct Choice {
    std::optional<std::size_t> exchange{};
    std::optional<std::size_t> instead{};  ///< whose answer is given, if not that one's
    bool again = false;                    ///< it was given before
    std::string refusal{};
  };

  Impl(Recording what, ReplayOptions how)
      : recording{std::move(what)}, options{std::move(how)}, reader{options.match}, holes{recording} {
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) insert(i);
  }

  std::size_t insert(std::size_t exchange) {
    const std::size_t number = index.add(reader.read(view_of(recording.exchanges[exchange])), exchange, changes.size());
    if (index.requests()[number].kind == Kind::kChange) changes.push_back({exchange});
    request_of.push_back(number);
    answers.emplace_back();
    return number;
  }

  [[nodiscard]] bool is_unfinished(std::size_t exchange) const {
    const RecordedExchange& recorded = recording.exchanges[exchange];
    return recorded.chunks.empty() && shows_unfinished(recorded.response_body);
  }

  // ---- which one

  [[nodiscard]] Choice choose_change(const RecordedRequest& request) const {
    if (request.next == request.exchanges.size()) {
      return {.refusal =
                  fmt::format("it was recorded {}, and has been answered as often", times(request.exchanges.size()))};
    }
    const std::size_t exchange = request.exchanges[request.next];
    const Change& due = changes[next_change];
    if (due.exchange == exchange) return {.exchange = exchange};
    return {.refusal = fmt::format("it was recorded after {}, which was not asked for yet",
                                   words_of(recording.exchanges[due.exchange]))};
  }

  /// The first change after `epoch` that was asked for and concerns the request.
  [[nodiscard]] const RecordedExchange* stale_by(RecordedRequest& request, std::size_t epoch) const {
    request.unconcerned = std::max(request.unconcerned, epoch);
    for (; request.unconcerned < next_change; ++request.unconcerned) {
      const RecordedExchange& change = recording.exchanges[changes[request.unconcerned].exchange];
      if (concerns(normal_path(change.path), request.shape.path)) return &change;
    }
    return nullptr;
  }

  /// The next one of those between two changes, [from, to) in `request`, or the last of them again.
  [[nodiscard]] Choice next_of(const RecordedRequest& request, std::size_t from, std::size_t to) const {
    const std::size_t next = std::max(request.next, from);
    if (next < to) return {.exchange = request.exchanges[next]};
    const std::size_t last = request.exchanges[to - 1];
    if (is_unfinished(last)) {
      return {.refusal = fmt::format("it was recorded {}, and what it showed was not finished then: what became of it "
                                     "is not in the recording",
                                     times(request.exchanges.size()))};
    }
    return {.exchange = last, .again = true};
  }

  [[nodiscard]] Choice choose_read(RecordedRequest& request) const {
    if (request.kind == Kind::kFree) return next_of(request, 0, request.exchanges.size());
    const auto now = std::ranges::equal_range(request.epochs, next_change);
    const auto index_of = [&](auto place) { return static_cast<std::size_t>(place - request.epochs.begin()); };
    const std::size_t begin = index_of(now.begin());
    const std::size_t end = index_of(now.end());
    if (begin < end) return next_of(request, begin, end);
    if (begin > 0) {  // none since the last change; those before it may still be true
      const std::size_t epoch = request.epochs[begin - 1];
      if (const RecordedExchange* const change = stale_by(request, epoch)) {
        if (end < request.exchanges.size()) return {.exchange = request.exchanges[end]};
        return {.refusal = fmt::format("it was recorded before {} only, which was asked for since", words_of(*change))};
      }
      const auto first = std::ranges::lower_bound(request.epochs, epoch);
      return next_of(request, index_of(first), begin);
    }
    return {.exchange = request.exchanges[end]};  // only after a change that is still to come
  }

  /// "Not modified" is no answer for who has nothing: then the last whole one is.
  [[nodiscard]] std::optional<std::size_t> whole_answer(const RecordedRequest& request, std::size_t exchange,
                                                        const RequestView& asked) const {
    if (recording.exchanges[exchange].status != 304) return std::nullopt;
    const bool has_it = find_header(asked.headers, "If-None-Match") != nullptr ||
                        find_header(asked.headers, "If-Modified-Since") != nullptr;
    if (has_it) return std::nullopt;
    std::optional<std::size_t> whole;
    for (const std::size_t other : request.exchanges) {
      if (recording.exchanges[other].status == 304 || (whole && other > exchange)) continue;
      whole = other;
    }
    return whole;
  }

  [[nodiscard]] Choice choose(RecordedRequest& request, const RequestView& asked) const {
    Choice choice = request.kind == Kind::kChange ? choose_change(request) : choose_read(request);
    if (choice.exchange) choice.instead = whole_answer(request, *choice.exchange, asked);
    return choice;
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

  void note_asked(RecordedRequest& request, const Choice& choice) {
    request.asked = true;
    if (choice.again) return;
    const auto place = std::ranges::lower_bound(request.exchanges, *choice.exchange);
    request.next = static_cast<std::size_t>(place - request.exchanges.begin()) + 1;
    if (request.kind != Kind::kChange) return;
    changes[next_change].asked = true;
    while (next_change < changes.size() && changes[next_change].asked) ++next_change;
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
      replace_all(answer.body, was.value, is->value);
    }
  }

  PlayedAnswer give(std::size_t exchange, const std::string& base_url) {
    const RecordedExchange& recorded = recording.exchanges[exchange];
    if (!answers[exchange]) answers[exchange].emplace(recorded, holes);
    PlayedAnswer answer = answers[exchange]->filled(recorded, [&](std::size_t hole) {
      const auto placeholder = holes.placeholder(hole);
      if (!placeholder) return holes.is_encoded(hole) ? percent_encoded(base_url) : base_url;
      return bindings.emplace(*placeholder, holes.placeholders().text(*placeholder)).first->second;
    });
    answer.exchange = exchange;
    return answer;
  }

  ReplayMiss explain(const RequestView& request, const Shape& asked, std::string reason,
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

  Outcome answer(const RequestView& request, const std::string& base_url) {
    const Shape asked = reader.read(request);
    const std::scoped_lock lock{mutex};
    std::string refusal;
    std::optional<std::size_t> refused;
    for (const RequestIndex::Candidate& candidate : index.find(asked, bindings)) {
      RecordedRequest& found = index.requests()[candidate.request];
      const Choice choice = choose(found, request);
      if (!choice.exchange) {
        if (!refused) refusal = choice.refusal;
        if (!refused) refused = candidate.request;
        continue;
      }
      bind(candidate.bound);
      const bool is_poll = found.asked && !choice.again && found.kind == Kind::kRead && found.next > 0 &&
                           is_unfinished(found.exchanges[found.next - 1]);
      note_asked(found, choice);
      const std::size_t exchange = choice.instead.value_or(*choice.exchange);
      PlayedAnswer played = give(exchange, base_url);
      if (is_poll) played.not_before = recording.exchanges[*choice.exchange].started;
      const Shape recorded = asked.echoed.empty() ? Shape{} : reader.read(view_of(recording.exchanges[exchange]));
      give_back(played, recorded.echoed, asked.echoed);
      ++answered;
      return {.answer = std::move(played)};
    }
    if (options.loose) return {};
    misses.push_back(explain(request, asked, std::move(refusal), refused));
    return {.miss = misses.size() - 1};
  }

  [[nodiscard]] std::vector<NeverAsked> never_asked() const {
    std::vector<std::size_t> exchanges;
    for (const RecordedRequest& request : index.requests()) {
      if (request.kind != Kind::kChange && !request.asked) exchanges.push_back(request.exchanges.front());
    }
    for (const Change& change : changes) {
      if (!change.asked) exchanges.push_back(change.exchange);
    }
    std::ranges::sort(exchanges);
    std::vector<NeverAsked> result;
    for (const std::size_t exchange : exchanges)
      result.push_back({exchange, recording.exchanges[exchange].at, words_of(recording.exchanges[exchange])});
    return result;
  }

  void add(RecordedExchange exchange) {
    const std::scoped_lock lock{mutex};
    holes.add_server(exchange.server);
    recording.exchanges.push_back(std::move(exchange));
    RecordedRequest& request = index.requests()[insert(recording.exchanges.size() - 1)];
    request.asked = true;
    if (request.kind != Kind::kChange) return;
    request.next = request.exchanges.size();
    changes.back().asked = true;
    while (next_change < changes.size() && changes[next_change].asked) ++next_change;
  }

  mutable std::mutex mutex;
  Recording recording;
  const ReplayOptions options;
  const ShapeReader reader;
  Holes holes;
  RequestIndex index{holes.placeholders()};
  std::vector<std::size_t> request_of;                 ///< by exchange
  std::vector<std::optional<RecordedAnswer>> answers;  ///< likewise; looked through when first given
  std::vector<Change> changes;                         ///< in their order
  std::size_t next_change = 0;                         ///< the first that was not asked for
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
  return impl_->never_asked();
}

std::size_t Player::answered() const {
  const std::scoped_lock lock{impl_->mutex};
  return impl_->answered;
}

const Recording& Player::recording() const { return impl_->recording; }
const ReplayOptions& Player::options() const { return impl_->options; }

std::optional<Time> Player::began() const {
  for (const RecordedExchange& exchange : impl_->recording.exchanges) {
    if (exchange.started) return exchange.started;
  }
  return std::nullopt;
}

std::optional<std::string> Player::api_token() const {
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

void Player::add(RecordedExchange exchange) { impl_->add(std::move(exchange)); }

std::string describe(const ReplayMiss& miss) {
  std::string text = fmt::format("{}: {}", miss.request, miss.reason);
  if (!miss.nearest.empty()) text += "\nnearest " + miss.nearest;
  if (!miss.diff.empty()) text += "\n" + miss.diff;
  return text;
}

}  // namespace understudy
