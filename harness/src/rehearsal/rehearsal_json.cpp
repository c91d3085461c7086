// A rehearsal for programs. Keys stand in the order in which they are put here.

#include "harness/rehearsal_report.hpp"

namespace understudy {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;  // goes up when a key changes its meaning or goes away

Json to_json(Milliseconds duration) {
  return {{"seconds", static_cast<double>(duration.count()) / 1000.0}, {"text", format_duration(duration)}};
}
Json to_json(const std::optional<Time>& time) { return time ? Json(format_time(*time)) : Json(nullptr); }
Json to_json(const Position& at) { return {{"file", at.file}, {"line", at.line}, {"column", at.column}}; }
Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class Item, class Convert>
Json list_of(const std::vector<Item>& items, Convert convert) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(convert(item));
  return list;
}

Json call_json(const CallReport& call) {
  return {{"command", call.command},          {"line", call.line},      {"exit_code", call.exit_code},
          {"blocked", to_json(call.blocked)}, {"on", or_null(call.on)}, {"deadlock", or_null(call.deadlock)}};
}

Json run_json(const CronRunReport& run) {
  const bool is_there = run.due != Time{} || run.started;
  if (!is_there) return nullptr;
  return {{"due", format_time(run.due)}, {"started", to_json(run.started)},
          {"ended", to_json(run.ended)}, {"exit_code", run.exit_code},
          {"timed_out", run.timed_out},  {"output", run.output},
          {"error", or_null(run.error)}, {"calls", list_of(run.calls, call_json)}};
}

Json deploy_json(const DeployReport& deploy) {
  if (deploy.asked == Time{}) return nullptr;
  return {{"asked", format_time(deploy.asked)},
          {"ended", to_json(deploy.ended)},
          {"took", to_json(deploy.took)},
          {"undisturbed", to_json(deploy.undisturbed)},
          {"held", to_json(deploy.held)},
          {"dropped", to_json(deploy.dropped)},
          {"deadlock", or_null(deploy.deadlock)},
          {"ended_by", or_null(deploy.ended_by)},
          {"delayed", deploy.delayed}};
}

Json play_json(const CronPlay& play) {
  return {{"kind", name_of(play.kind)},
          {"run", run_json(play.run)},
          {"deploy", deploy_json(play.deploy)},
          {"timeline", understudy::to_json(play.timeline)}};
}

Json change_json(const LineChange& change) {
  return {{"at", to_json(change.at)}, {"now", change.now}, {"better", change.better}};
}

Json cron_json(const CronReport& cron) {
  return {{"app", cron.app},
          {"name", cron.name},
          {"spec", cron.spec},
          {"at", to_json(cron.at)},
          {"verdict", name_of(cron.verdict)},
          {"reason", or_null(cron.reason)},
          {"runs", cron.runs},
          {"skipped", cron.skipped},
          {"late", cron.late},
          {"longest", to_json(cron.longest)},
          {"cure", cron.cure},
          {"changes", list_of(cron.changes, change_json)},
          {"role_needed", or_null(cron.role_needed)},
          {"role_has", or_null(cron.role_has)},
          {"typical", run_json(cron.typical)},
          {"plays", list_of(cron.plays, play_json)}};
}

Json finding_json(const Finding& finding) {
  return {{"level", name_of(finding.level)}, {"code", finding.code},          {"at", to_json(finding.at)},
          {"app", or_null(finding.app)},     {"cron", or_null(finding.cron)}, {"text", finding.text},
          {"hint", or_null(finding.hint)}};
}

Json remark_json(const Remark& remark) { return {{"at", to_json(remark.at)}, {"text", remark.text}}; }

}  // namespace

Json rehearsal_json(const Rehearsal& rehearsal, bool strict) {
  return {{"format", kFormat},
          {"folder", or_null(rehearsal.folder)},
          {"project", rehearsal.project},
          {"environment", rehearsal.environment},
          {"from", format_time(rehearsal.from)},
          {"to", format_time(rehearsal.to)},
          {"client", rehearsal.client},
          {"strict", strict},
          {"blocks", blocks(rehearsal, strict)},
          {"crons", list_of(rehearsal.crons, cron_json)},
          {"findings", list_of(rehearsal.findings, finding_json)},
          {"remarks", list_of(rehearsal.remarks, remark_json)},
          {"stood_in_for", rehearsal.stood_in_for},
          {"why_not_isolated", or_null(rehearsal.why_not_isolated)},
          {"day", understudy::to_json(rehearsal.day)}};
}

}  // namespace understudy
