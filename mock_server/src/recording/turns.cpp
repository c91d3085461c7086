#include "recording/turns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mock_server/url.hpp"
#include "recording/unfinished.hpp"

namespace understudy {
namespace {

using Kind = RecordedRequest::Kind;

std::string times(std::size_t count) { return count == 1 ? "once" : counted(count, "time"); }

/// What a change may have changed: what it names, and whatever is below (of a list its items, of an item what belongs
/// to it). An item that is changed or deleted shows in the list that it is in; a POST is to the list itself, or is an
/// action.
bool concerns(std::string_view method, std::string_view written, std::string_view read) {
  const std::string_view above = written.substr(0, written.rfind('/'));
  const bool below = read.starts_with(written) && read.size() > written.size() && read[written.size()] == '/';
  return read == written || below || (method != "POST" && read == above);
}

}  // namespace

std::string words_of(std::string_view method, std::string_view path, std::string_view query) {
  return fmt::format("{} {}{}{}", method, path, query.empty() ? "" : "?", query);
}

std::string words_of(const RecordedExchange& exchange) {
  return words_of(exchange.method, exchange.path, exchange.query);
}

bool Turns::is_unfinished(std::size_t exchange) const {
  const RecordedExchange& recorded = recording_.exchanges[exchange];
  return recorded.chunks.empty() && shows_unfinished(recorded.response_body);
}

Turns::Choice Turns::choose_change(const RecordedRequest& request) const {
  if (request.next == request.exchanges.size()) {
    return {.refusal =
                fmt::format("it was recorded {}, and has been answered as often", times(request.exchanges.size()))};
  }
  const std::size_t exchange = request.exchanges[request.next];
  const Change& due = changes_[next_change_];
  if (due.exchange == exchange) return {.exchange = exchange};
  return {.refusal = fmt::format("it was recorded after {}, which was not asked for yet",
                                 words_of(recording_.exchanges[due.exchange]))};
}

/// The first change after `epoch` that was asked for and concerns the request.
const RecordedExchange* Turns::stale_by(RecordedRequest& request, std::size_t epoch) const {
  request.unconcerned = std::max(request.unconcerned, epoch);
  for (; request.unconcerned < next_change_; ++request.unconcerned) {
    const RecordedExchange& change = recording_.exchanges[changes_[request.unconcerned].exchange];
    if (concerns(change.method, normal_path(change.path), request.shape.path)) return &change;
  }
  return nullptr;
}

/// The next one of those between two changes, [from, to) in `request`, or the last of them again.
Turns::Choice Turns::next_of(const RecordedRequest& request, std::size_t from, std::size_t to) const {
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

Turns::Choice Turns::choose_read(RecordedRequest& request) const {
  if (request.kind == Kind::kFree) return next_of(request, 0, request.exchanges.size());
  for (const auto& [method, path] : elsewhere_) {
    if (concerns(method, path, request.shape.path)) return {.refusal = path + " was changed elsewhere since"};
  }
  const auto now = std::ranges::equal_range(request.epochs, next_change_);
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
std::optional<std::size_t> Turns::whole_answer(const RecordedRequest& request, std::size_t exchange,
                                               const RequestView& asked) const {
  if (recording_.exchanges[exchange].status != 304) return std::nullopt;
  const bool has_it = find_header(asked.headers, "If-None-Match") != nullptr ||
                      find_header(asked.headers, "If-Modified-Since") != nullptr;
  if (has_it) return std::nullopt;
  std::optional<std::size_t> whole;
  for (const std::size_t other : request.exchanges) {
    if (recording_.exchanges[other].status == 304 || (whole && other > exchange)) continue;
    whole = other;
  }
  return whole;
}

Turns::Choice Turns::choose(RecordedRequest& request, const RequestView& asked) const {
  Choice choice = request.kind == Kind::kChange ? choose_change(request) : choose_read(request);
  if (!choice.exchange) return choice;
  choice.instead = whole_answer(request, *choice.exchange, asked);
  choice.is_poll = request.kind == Kind::kRead && request.asked && !choice.again && request.next > 0 &&
                   is_unfinished(request.exchanges[request.next - 1]);
  return choice;
}

void Turns::note_asked(RecordedRequest& request, const Choice& choice) {
  request.asked = true;
  if (choice.again) return;
  const auto place = std::ranges::lower_bound(request.exchanges, *choice.exchange);
  request.next = static_cast<std::size_t>(place - request.exchanges.begin()) + 1;
  if (request.kind != Kind::kChange) return;
  changes_[next_change_].asked = true;
  pass_asked();
}

void Turns::note_elsewhere(const RequestShape& change) {
  std::pair noted{change.method, change.path};
  if (std::ranges::find(elsewhere_, noted) == elsewhere_.end()) elsewhere_.push_back(std::move(noted));
}

void Turns::note_added(RecordedRequest& request) {
  request.asked = true;
  if (request.kind != Kind::kChange) return;
  request.next = request.exchanges.size();
  changes_.back().asked = true;
  pass_asked();
}

void Turns::pass_asked() {
  while (next_change_ < changes_.size() && changes_[next_change_].asked) ++next_change_;
}

std::vector<std::size_t> Turns::never_asked(const std::vector<RecordedRequest>& requests) const {
  std::vector<std::size_t> exchanges;
  for (const RecordedRequest& request : requests) {
    if (request.kind != Kind::kChange && !request.asked) exchanges.push_back(request.exchanges.front());
  }
  for (const Change& change : changes_) {
    if (!change.asked) exchanges.push_back(change.exchange);
  }
  std::ranges::sort(exchanges);
  return exchanges;
}

}  // namespace understudy
