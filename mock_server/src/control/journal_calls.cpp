// What was asked, as it comes.
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "control/show_exchange.hpp"

namespace understudy::control {
namespace {

constexpr std::uint64_t kUsualEntries = 200;
constexpr std::uint64_t kMostEntries = 2000;
constexpr std::uint64_t kLongestWaitSeconds = 30;
constexpr std::uint64_t kAny = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kEntriesAPiece = 50;

}  // namespace

Desk::Answer list_journal(Call& call) {
  const Journal& journal = call.office.journal();
  const std::uint64_t after = call.number("after", 0, kAny);
  const std::uint64_t most = call.number("limit", kUsualEntries, kMostEntries);
  std::chrono::seconds wait{call.number("wait", 0, kLongestWaitSeconds)};
  if (after > journal.extent().last) wait = std::chrono::seconds{0};  // of a server before this one
  std::optional<std::uint64_t> since;
  if (api::find_parameter(call.query, "cursor") != nullptr) since = call.number("cursor", 0, kAny);
  const Journal::News news = journal.news(after, since, most, wait);
  json entries = json::array();
  for (const Exchange& exchange : news.entries) entries.push_back(show_entry(call.office, exchange));
  const Journal::Extent extent = journal.extent();
  return answered(
      200, {{"first", extent.first}, {"last", extent.last}, {"cursor", news.changes}, {"entries", std::move(entries)}});
}

Desk::Answer get_exchange(Call& call) {
  const std::string& text = call.path.find("number")->second;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size() && number > 0;
  const Journal& journal = call.office.journal();
  const Journal::News news = is_number ? journal.news(number - 1, std::nullopt, 1, Milliseconds{0}) : Journal::News{};
  if (news.entries.empty() || news.entries.front().number != number) {
    const Journal::Extent extent = journal.extent();
    throw Refusal{.status = 404,
                  .message = fmt::format("The journal has no entry {}", text),
                  .hint = fmt::format("it has those from {} to {}, less what was cleared", extent.first, extent.last)};
  }
  const Exchange& exchange = news.entries.front();
  json shown = show_whole(call.office, exchange);
  shown["curl"] = curl_line(call.office, exchange);
  shown["step"] = scenario_step(call.office, exchange);
  return answered(200, std::move(shown));
}

Desk::Answer clear_journal(Call& call) {
  call.office.journal().clear();
  return no_content();
}

/// As many as there are now, some at a time: all of them at once would be as large as the journal.
Desk::Answer stream_journal(Call& call) {
  Office& office = call.office;
  Desk::Answer answer;
  answer.response.content_type = "application/x-ndjson";
  answer.more = [&office, last = office.journal().extent().last, after = std::uint64_t{0}]() mutable {
    std::string lines;
    const Journal::News news = office.journal().news(after, std::nullopt, kEntriesAPiece, Milliseconds{0});
    for (const Exchange& exchange : news.entries) {
      if (exchange.number > last) break;
      after = exchange.number;
      lines += show_whole(office, exchange).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    }
    return lines;
  };
  return answer;
}

}  // namespace understudy::control
