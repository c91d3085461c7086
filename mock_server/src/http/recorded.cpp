// The platform's answers from a recording: what of them takes time.
#include <algorithm>

#include "http/platform.hpp"

namespace understudy {
namespace {

/// The client's own idea of where it is: it may have come by another port.
std::string base_url_of(const api::Request& request) {
  const std::string* const host = find_header(request.headers, "Host");
  return host == nullptr ? std::string{} : "http://" + *host;
}

/// Whoever it is: the recording does not tell users.
Authentication sender_of_recorded(const api::Request& request, const api::Route* route) {
  Authentication auth;
  auth.bearer_due = route != nullptr && route->needs_login;
  const std::string* const sent = find_header(request.headers, "Authorization");
  if (sent != nullptr && sent->starts_with("Bearer ")) auth.bearer = "recorded";
  if (!request.path.ends_with("/oauth2/token")) return auth;
  const api::Parameters form = parameters_of(request.body, true);
  if (const std::string* const grant = api::find_parameter(form, "grant_type")) auth.grant_type = *grant;
  return auth;
}

api::Response refusal_of(const ReplayMiss& miss) {
  // What differs may be secret; whoever runs the replay is told.
  const std::string message = "Not in the recording: " + miss.reason;
  api::Response response = api::error_response({501, message, {{"request", {miss.request}}}});
  return response;
}

Milliseconds in_milliseconds(std::chrono::microseconds duration) {
  return std::chrono::duration_cast<Milliseconds>(duration);
}

}  // namespace

void Platform::play(std::shared_ptr<Player> player, double stream_speed) {
  player_ = std::move(player);
  stream_speed_ = stream_speed;
  player_->tell(secrets_);
}

/// False if the recording is silent and the model is to answer.
bool Platform::serve_recorded(Lock& lock, Client& client, const api::Request& request, const api::Match& match,
                              Served& served, api::Dispatched& dispatched) {
  if (player_ == nullptr) return false;
  const auto arrived = std::chrono::steady_clock::now();
  lock.unlock();
  Player::Outcome outcome = player_->answer(
      {request.method, request.path, request.query, request.headers, request.body}, base_url_of(request));
  lock.lock();
  if (!outcome.answer && !outcome.miss) return false;
  dispatched.route = match.route;
  dispatched.auth = sender_of_recorded(request, match.route);
  if (outcome.miss) {
    player_->arrived_as(*outcome.miss, served.journal_index + 1);
    dispatched.note = "not recorded";
    served.response = refusal_of(player_->misses(*outcome.miss).front());
    return true;
  }
  PlayedAnswer& answer = *outcome.answer;
  dispatched.note = answer.is_new ? "upstream" : "recording";
  if (answer.not_before && *answer.not_before > clock_.now() && stream_speed_ == 0) {
    ++client.report.polls;
    journal_.change(served.journal_index, [](Exchange& entry) { entry.poll = true; });
    wait_for_recorded(lock, served, request.path, *answer.not_before, "polled it");
  }
  served.drop = answer.status == 0 || (answer.is_cut && answer.body.empty());  // nothing of it got through
  if (answer.is_cut && answer.chunks.empty()) answer.chunks.push_back({{}, answer.body.size()});
  served.response.status = answer.status;
  served.response.headers = std::move(answer.headers);
  served.response.content_type = answer.content_type.empty() ? "application/octet-stream" : answer.content_type;
  const bool takes_time = std::ranges::any_of(
      answer.chunks, [](const RecordedChunk& chunk) { return in_milliseconds(chunk.after).count() > 0; });
  if ((takes_time || answer.is_cut) && request.method != "HEAD") {
    served.stream = std::make_shared<const RecordedStream>(RecordedStream{.path = request.path,
                                                                          .body = std::move(answer.body),
                                                                          .chunks = std::move(answer.chunks),
                                                                          .is_cut = answer.is_cut,
                                                                          .asked = clock_.now(),
                                                                          .asked_in_real_time = arrived});
  } else {
    served.response.body = std::move(answer.body);
  }
  return true;
}

void Platform::wait_for_recorded(Lock& lock, const Served& served, std::string_view path, Time due, std::string how) {
  const RecordedActivity activity = player_->activity(path);
  core_.engine.wake_at(due);
  conductor_.wait(lock, *served.client, {.activity = activity.id, .type = activity.type, .how = std::move(how)}, true,
                  [&] { return clock_.now() >= due; });
}

Platform::LogChunk Platform::next_recorded(const Served& served, std::size_t& sent) {
  const RecordedStream& stream = *served.stream;
  Lock lock{mutex_};
  if (stream_speed_ > 0) {
    // `sent` counts chunks.
    const RecordedChunk& chunk = stream.chunks[sent];
    const auto due = stream.asked_in_real_time +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(chunk.after / stream_speed_);
    if (stop_.wait_until(lock, due, [this] { return stopped_; })) return {.gone = true};
    std::size_t begin = 0;
    for (std::size_t i = 0; i < sent; ++i) begin += stream.chunks[i].bytes;
    ++sent;
    const bool is_last = sent == stream.chunks.size();
    return {.bytes = stream.body.substr(begin, chunk.bytes),
            .sealed = is_last && !stream.is_cut,
            .cut = is_last && stream.is_cut};
  }
  // All at once when the last part is due: time jumps from one to the next, and whether two come in one read must not
  // depend on the machine.
  const Time due = stream.asked + in_milliseconds(stream.chunks.back().after);
  ++served.client->active;
  wait_for_recorded(lock, served, stream.path, due, "held its log open");
  --served.client->active;
  conductor_.changed();
  if (clock_.now() < due) return {.gone = true};
  return {.bytes = stream.body, .sealed = !stream.is_cut, .cut = stream.is_cut};
}

}  // namespace understudy
