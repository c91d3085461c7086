#include "recordings/distil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/report.hpp"
#include "mock_server/mock_server.hpp"
#include "recordings/api_ask.hpp"
#include "recordings/prune.hpp"
#include "recordings/world_draft.hpp"

namespace understudy {
namespace {

using Plain = nlohmann::json;

/// Links tell what the one who asks may do, and where the server is. Of a place in a list that is the client's
/// business.
bool is_about_the_asker(std::string_view key) { return key == "_links"; }

/// Places where `then` holds something that `now` does not: "$.items[0].title".
void differences(const Plain& then, const Plain& now, const std::string& path, std::vector<std::string>& into) {
  if (then.is_object() && now.is_object()) {
    for (const auto& [key, value] : then.items()) {
      if (is_about_the_asker(key)) continue;
      if (!now.contains(key))
        into.push_back(path + "." + key);
      else
        differences(value, now[key], path + "." + key, into);
    }
  } else if (then.is_array() && now.is_array() && then.size() == now.size()) {
    for (std::size_t i = 0; i < then.size(); ++i) differences(then[i], now[i], fmt::format("{}[{}]", path, i), into);
  } else if (then != now) {
    into.push_back(then.is_array() && now.is_array()
                       ? fmt::format("{} (then {}, now {})", path, counted(then.size(), "item"), now.size())
                       : path);
  }
}

/// Asks a world what was asked when it was recorded.
class Examination {
public:
  Examination(const World& world, const Recording& recording)
      : recording_{recording}, server_{{.world = world}}, ask_{server_.base_url(), "", {}, kPatience} {
    if (!world.tokens().empty()) log_in(world.tokens().front().value);
  }

  void examine(std::size_t until, Distilled& result) {
    std::set<std::string> told;
    for (std::size_t i = 0; i < until; ++i) {
      const RecordedExchange& exchange = recording_.exchanges[i];
      const Plain then = Plain::parse(exchange.response_body, nullptr, false);
      if (exchange.method != "GET" || exchange.status != 200 || !then.is_structured()) continue;
      if (!told.insert(exchange.path + "?" + exchange.query).second) continue;
      ++result.asked;
      const std::string problem = ask(exchange, then);
      if (problem.empty()) ++result.same;
      if (!problem.empty())
        result.not_distilled.push_back(fmt::format("{} {}: {}", exchange.method, exchange.path, problem));
    }
  }

private:
  void log_in(const std::string& token) {
    const LiveAnswer answer = ask_({.method = "POST",
                                    .path = "/oauth2/token",
                                    .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                    .body = "grant_type=api_token&client_id=c&api_token=" + token});
    bearer_ = text_of(Json::parse(answer.body, nullptr, false), "access_token");
  }

  std::string ask(const RecordedExchange& exchange, const Plain& then) {
    const LiveAnswer answer = ask_({.method = "GET",
                                    .path = exchange.path,
                                    .query = exchange.query,
                                    .headers = {{"Authorization", "Bearer " + bearer_}}});
    if (answer.status != 200) return fmt::format("the world answers {}", answer.status);
    const Plain now = Plain::parse(answer.body, nullptr, false);
    std::vector<std::string> places;
    differences(then, now, "$", places);
    if (places.empty()) return {};
    constexpr std::size_t kShown = 4;
    const std::size_t more = places.size() - std::min(places.size(), kShown);
    places.resize(std::min(places.size(), kShown));
    return fmt::format("otherwise in {}{}", fmt::join(places, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
  }

  static constexpr std::chrono::seconds kPatience{30};
  const Recording& recording_;
  MockServer server_;
  ApiAsk ask_;
  std::string bearer_{};
};

std::string about(const Recording& recording, const Situation& situation) {
  std::string text = fmt::format("Distilled from {} ({}).", recording.file.empty() ? "a recording" : recording.file,
                                 counted(recording.exchanges.size(), "request"));
  if (situation.first_write < recording.exchanges.size()) {
    const RecordedExchange& write = recording.exchanges[situation.first_write];
    text += fmt::format("\nIt is the situation before {} {}{}.", write.method, write.path,
                        write.at.line > 0 ? fmt::format(" (line {})", write.at.line) : "");
  }
  return text;
}

}  // namespace

Distilled distil(const Recording& recording) {
  const Situation situation = situation_of(recording);
  if (situation.projects.empty() && situation.users.empty() && situation.organizations.empty())
    throw InputError{{recording.file, 0, 0}, "no project, user or organization is to be seen in it"};
  const WorldDraftOf draft = draft_world(situation);
  const Json world = without_defaults(draft.world);
  Distilled result{.not_distilled = draft.remarks};
  Examination{world_of(world), recording}.examine(situation.first_write, result);
  std::string header = about(recording, situation);
  for (const std::string& what : result.not_distilled) header += "\n- " + what;
  result.yaml = comment_lines(header, 0) + world_text(world, draft.comments);
  return result;
}

}  // namespace understudy
