#include "recordings/verify_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report.hpp"

namespace understudy {
namespace {

using Json = nlohmann::ordered_json;
using Outcome = VerifiedExchange::Outcome;

const RecordedExchange& recorded(const VerifyReport& report, const VerifiedExchange& verified) {
  return report.recording.exchanges.at(verified.index);
}

/// The query is left out: it may hold what is secret, and does not say what was asked for.
std::string request_name(const RecordedExchange& exchange) { return exchange.method + " " + exchange.path; }

std::string place(const VerifyReport& report, const RecordedExchange& exchange) {
  if (exchange.at.line > 0) return to_string(exchange.at);
  return report.recording.file.empty() ? "recording" : report.recording.file;
}

std::string type_name(const std::string& type) { return type.empty() ? "none" : type; }

std::string sentence(const ShapeChange& change) {
  switch (change.what) {
    case ShapeChange::What::kCame:
      return change.then.empty() ? "came: " + change.now : fmt::format("came: {}, was {}", change.now, change.then);
    case ShapeChange::What::kWent:
      return change.now.empty() ? "went: was " + change.then
                                : fmt::format("went: was {}, is {}", change.then, change.now);
    case ShapeChange::What::kChanged:
      return fmt::format("changed: was {}, is {}", change.then, change.now);
  }
  return {};
}

std::string differences(const VerifiedExchange& verified) {
  std::string text;
  const auto line = [&](const std::string& what, const std::string& how) {
    text += fmt::format("    {:<32}  {}\n", printable(what), printable(how));
  };
  if (verified.status_differs())
    line("status", fmt::format("was {}, is {}", verified.status_then,
                               verified.status_now == 0 ? "none: the connection was dropped"
                                                        : std::to_string(verified.status_now)));
  if (verified.type_differs())
    line("content type", fmt::format("was {}, is {}", type_name(verified.type_then), type_name(verified.type_now)));
  for (const ShapeChange& change : verified.changes) line(change.path, sentence(change));
  return text;
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSame:
      return "same";
    case Outcome::kDrift:
      return "drift";
    case Outcome::kNotSent:
      return "not sent";
  }
  return "";
}

Json exchange_json(const VerifyReport& report, const VerifiedExchange& verified) {
  const RecordedExchange& exchange = recorded(report, verified);
  Json json{{"number", verified.index + 1},
            {"at", {{"file", report.recording.file}, {"line", exchange.at.line}, {"column", exchange.at.column}}},
            {"request", request_name(exchange)},
            {"outcome", outcome_name(verified.outcome)}};
  if (verified.outcome == Outcome::kNotSent) {
    json["reason"] = verified.why_not_sent;
    return json;
  }
  json["status"] = {{"then", verified.status_then}, {"now", verified.status_now}};
  json["content_type"] = {{"then", verified.type_then}, {"now", verified.type_now}};
  json["changes"] = Json::array();
  for (const ShapeChange& change : verified.changes)
    json["changes"].push_back(
        {{"path", change.path}, {"what", to_string(change.what)}, {"then", change.then}, {"now", change.now}});
  return json;
}

}  // namespace

bool has_drift(const VerifyReport& report) {
  return !report.too_old.empty() || report.verification.count(Outcome::kDrift) > 0;
}

std::optional<Time> recorded_at(const Recording& recording) {
  std::optional<Time> newest;
  for (const RecordedExchange& exchange : recording.exchanges) {
    if (exchange.started && (!newest || *exchange.started > *newest)) newest = exchange.started;
  }
  return newest;
}

std::string verify_text(const VerifyReport& report) {
  std::string text;
  std::map<std::string, std::size_t> reasons;
  std::map<std::string, std::size_t> repeated;  // differences that were told of an earlier request of the same name
  for (const VerifiedExchange& verified : report.verification.exchanges) {
    if (verified.outcome == Outcome::kNotSent) ++reasons[verified.why_not_sent];
    if (verified.outcome != Outcome::kDrift) continue;
    const RecordedExchange& exchange = recorded(report, verified);
    const std::string what = differences(verified);
    if (repeated[request_name(exchange) + what]++ > 0) continue;
    text += fmt::format("{}  {}\n{}", place(report, exchange), printable(request_name(exchange)), what);
  }
  std::size_t again = 0;
  for (const auto& [what, times] : repeated) again += times - 1;
  if (again > 0) text += fmt::format("and the same again in {}\n", counted(again, "later request"));
  if (!text.empty()) text += '\n';
  for (const auto& [reason, times] : reasons)
    text += fmt::format("not sent: {}: {}\n", counted(times, "request"), printable(reason));
  if (!report.too_old.empty()) text += report.too_old + '\n';
  const std::size_t sent = report.verification.exchanges.size() - report.verification.count(Outcome::kNotSent);
  text += fmt::format("{}, {} sent to {}: {} as recorded, {} otherwise\n",
                      counted(report.verification.exchanges.size(), "request"), sent, report.against,
                      report.verification.count(Outcome::kSame), report.verification.count(Outcome::kDrift));
  return text;
}

Json verify_json(const VerifyReport& report) {
  Json exchanges = Json::array();
  for (const VerifiedExchange& verified : report.verification.exchanges)
    exchanges.push_back(exchange_json(report, verified));
  return {{"format", 1},
          {"file", report.recording.file},
          {"against", report.against},
          {"recorded", report.recorded ? Json(format_time(*report.recorded)) : Json(nullptr)},
          {"too_old", report.too_old.empty() ? Json(nullptr) : Json(report.too_old)},
          {"drift", has_drift(report)},
          {"same", report.verification.count(Outcome::kSame)},
          {"otherwise", report.verification.count(Outcome::kDrift)},
          {"not_sent", report.verification.count(Outcome::kNotSent)},
          {"exchanges", std::move(exchanges)}};
}

}  // namespace understudy
