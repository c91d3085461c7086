#include "run/step_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy {
namespace {

std::string without_process_id(const std::string& leak) {
  const std::size_t quote = leak.find('"');  // pid 4242 "sleep 21" still held stdout
  return quote == std::string::npos ? leak : leak.substr(quote);
}

void edit_all(nlohmann::json& value, bool is_path,
              const std::function<std::string(const std::string& text, bool is_path)>& edit) {
  if (value.is_string()) {
    value = edit(value.get_ref<const std::string&>(), is_path);
  } else if (value.is_array()) {
    for (nlohmann::json& item : value) edit_all(item, is_path, edit);
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items())
      edit_all(item, key == "sandbox" || key == "platform" || key == "by_hand", edit);
  }
}

Timeline with_texts(Timeline timeline, const std::function<std::string(const std::string& text, bool is_path)>& edit) {
  const auto both = [&](auto& item) {
    item.label = edit(item.label, false);
    item.detail = edit(item.detail, false);
  };
  for (Span& span : timeline.spans) both(span);
  for (Mark& mark : timeline.marks) both(mark);
  return timeline;
}

}  // namespace

void add_client_spans(Timeline& timeline, const std::vector<Span>& spans) {
  for (const Span& span : spans) {
    const bool known = std::ranges::any_of(timeline.lanes, [&](const Lane& lane) { return lane.id == span.lane; });
    if (!known)
      timeline.lanes.insert(timeline.lanes.begin(),
                            {.id = span.lane, .label = "requests", .kind = Lane::Kind::kClient, .group = span.lane});
    timeline.spans.push_back(span);
  }
  std::ranges::stable_sort(timeline.spans, {}, &Span::from);
}

std::string describe_waits(const ClientReport& report) {
  std::string text;
  for (const ClientReport::Wait& wait : report.waits) {
    text += fmt::format("{}activity {} ({}) for {}", text.empty() ? "" : "; ", wait.activity, wait.type,
                        format_duration(wait.duration));
  }
  return text;
}

std::vector<RequestLine> request_lines(const std::vector<Exchange>& exchanges, std::chrono::microseconds began,
                                       Time world_began) {
  std::vector<RequestLine> lines;
  lines.reserve(exchanges.size());
  for (const Exchange& exchange : exchanges) {
    lines.push_back({.number = exchange.number,
                     .wall_time = std::max(exchange.wall_time - began, std::chrono::microseconds{0}),
                     .platform_time = exchange.platform_time - world_began,
                     .method = exchange.method,
                     .target = target(exchange),
                     .status = exchange.status,
                     .note = exchange.note,
                     .route = exchange.route});
  }
  return lines;
}

nlohmann::json whole_exchanges(const std::vector<Exchange>& exchanges, Time world_began) {
  using nlohmann::json;
  const auto headers = [](const std::vector<Header>& all) {
    json list = json::array();
    for (const Header& header : all) list.push_back({{"name", header.name}, {"value", header.value}});
    return list;
  };
  const auto authentication = [](const Authentication& auth) {
    json all{{"bearer_due", auth.bearer_due}, {"refused", to_string(auth.refused)}};
    for (const auto& [key, text] : {std::pair{"bearer", &auth.bearer},
                                    {"token", &auth.token},
                                    {"grant_type", &auth.grant_type},
                                    {"outcome", &auth.outcome},
                                    {"role_needed", &auth.role_needed},
                                    {"role_had", &auth.role_had},
                                    {"role_on", &auth.role_on}}) {
      if (!text->empty()) all[key] = *text;
    }
    return all;
  };
  json result = json::array();
  for (const Exchange& exchange : exchanges) {
    result.push_back(
        {{"number", exchange.number},
         {"platform_ms", (exchange.platform_time - world_began).count()},
         {"method", exchange.method},
         {"target", target(exchange)},
         {"route", exchange.route},
         {"operation", exchange.operation},
         {"user", exchange.user},
         {"auth", authentication(exchange.auth)},
         {"note", exchange.note},
         {"status", exchange.status},
         {"request", {{"headers", headers(exchange.request_headers)}, {"body", exchange.request_body}}},
         {"response", {{"headers", headers(exchange.response_headers)}, {"body", exchange.response_body}}}});
  }
  return result;
}

std::string subcommand_of(const std::vector<std::string>& argv, const std::vector<std::string>& clients) {
  if (argv.empty() ||
      std::ranges::find(clients, std::filesystem::path{argv.front()}.filename().string()) == clients.end())
    return "";
  const auto word =
      std::find_if(argv.begin() + 1, argv.end(), [](const std::string& w) { return !w.starts_with('-'); });
  return word == argv.end() ? "" : *word;
}

Finished cut_to_be_shown(Finished finished) {
  const std::size_t limit = Command{}.output_limit_bytes;
  for (std::string* const text : {&finished.stdout_text, &finished.stderr_text}) {
    if (text->size() <= limit) continue;
    finished.dropped_bytes += text->size() - limit;
    text->resize(limit);
  }
  return finished;
}

std::vector<std::string> remarks_on(const Finished& finished) {
  std::vector<std::string> remarks;
  for (const std::string& leak : finished.leaks) remarks.push_back("left behind: " + without_process_id(leak));
  std::ranges::sort(remarks);  // processes come in no order
  if (finished.dropped_bytes > 0) {
    remarks.push_back(fmt::format("{} bytes of output beyond the limit are not shown, and no expectation sees them",
                                  finished.dropped_bytes));
  }
  if (!finished.why_processes_unseen.empty())
    remarks.push_back("arguments of short-lived processes may have escaped the hunt: " + finished.why_processes_unseen);
  if (finished.unseen_processes > 0)
    remarks.push_back(fmt::format("{} processes were too many to be kept for the hunt", finished.unseen_processes));
  return remarks;
}

ScenarioResult edit_texts(const ScenarioResult& result,
                          const std::function<std::string(const std::string& text, bool is_path)>& edit) {
  nlohmann::json json = to_json(result);
  json.erase("timeline");  // only its texts are for people
  edit_all(json, false, edit);
  ScenarioResult edited = scenario_result_from_json(json);
  if (result.timeline) edited.timeline = with_texts(*result.timeline, edit);
  return edited;
}

}  // namespace understudy
