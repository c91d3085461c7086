#include "run/step_report.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

TEST(SubcommandOf, IsTheFirstWordThatIsNoOptionOfTheClient) {
  const std::vector<std::string> clients{"webpaas", "upsun"};

  EXPECT_EQ(subcommand_of({"/box/bin/webpaas", "--yes", "backup:create", "main"}, clients), "backup:create");
  EXPECT_EQ(subcommand_of({"/box/bin/upsun", "list"}, clients), "list");
  EXPECT_EQ(subcommand_of({"/box/bin/webpaas", "--version"}, clients), "");
  EXPECT_EQ(subcommand_of({"/usr/bin/curl", "backup:create"}, clients), "");
  EXPECT_EQ(subcommand_of({}, clients), "");
}

TEST(WholeExchanges, HoldBothBodiesAndTheOperation) {
  Exchange exchange;
  exchange.number = 3;
  exchange.platform_time = Time{} + std::chrono::seconds{5};
  exchange.method = "POST";
  exchange.path = "/me";
  exchange.query = "a=b";
  exchange.operation = "get-me";
  exchange.status = 200;
  exchange.request_headers = {{"Accept", "text/plain"}};
  exchange.request_body = "{}";
  exchange.response_body = "[]";
  exchange.auth.bearer_due = true;
  exchange.auth.bearer = "access token 2";
  exchange.auth.refused = BearerRefusal::kExpired;
  exchange.auth.role_needed = "viewer";

  const nlohmann::json lines = whole_exchanges({exchange}, Time{});

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("target"), "/me?a=b");
  EXPECT_EQ(lines[0].at("platform_ms"), 5000);
  EXPECT_EQ(lines[0].at("operation"), "get-me");
  EXPECT_EQ(
      lines[0].at("auth"),
      nlohmann::json(
          {{"bearer_due", true}, {"bearer", "access token 2"}, {"refused", "expired"}, {"role_needed", "viewer"}}));
  EXPECT_EQ(lines[0].at("request").at("body"), "{}");
  EXPECT_EQ(lines[0].at("request").at("headers")[0].at("name"), "Accept");
  EXPECT_EQ(lines[0].at("response").at("body"), "[]");
}

Timeline small_timeline() {
  const Time start = *parse_time("2026-03-01T03:00:00Z");
  return {.from = start,
          .to = start + std::chrono::minutes{5},
          .lanes = {{"running", "running", Lane::Kind::kCron, "main"}},
          .spans = {{.lane = "running",
                     .kind = Span::Kind::kRunning,
                     .from = start + std::chrono::minutes{1},
                     .to = start + std::chrono::minutes{2},
                     .label = "running 1",
                     .detail = "running"}},
          .marks = {{.lane = "running", .at = start, .label = "GET /running"}}};
}

TEST(EditTexts, OfATimelineAreWhatPeopleReadOnly) {
  ScenarioResult result;
  result.name = "running";
  result.timeline = small_timeline();

  const ScenarioResult edited = edit_texts(result, [](const std::string& text, bool) {
    return text.find("running") == std::string::npos ? text : std::string{"covered"};
  });

  EXPECT_EQ(edited.name, "covered");
  ASSERT_TRUE(edited.timeline);
  EXPECT_EQ(edited.timeline->lanes.front().id, "running");
  EXPECT_EQ(edited.timeline->spans.front().kind, Span::Kind::kRunning);
  EXPECT_EQ(edited.timeline->spans.front().label, "covered");
  EXPECT_EQ(edited.timeline->spans.front().detail, "covered");
  EXPECT_EQ(edited.timeline->marks.front().label, "covered");
}

TEST(ClientSpans, GetALaneWhereThereIsNone) {
  Timeline timeline = small_timeline();
  Span wait = timeline.spans.front();
  wait.lane = "client webpaas";
  wait.from = timeline.from;

  add_client_spans(timeline, {wait, wait});

  ASSERT_EQ(timeline.lanes.size(), 2U);
  EXPECT_EQ(timeline.lanes.front().id, "client webpaas");
  EXPECT_EQ(timeline.lanes.front().kind, Lane::Kind::kClient);
  EXPECT_EQ(timeline.spans.front().lane, "client webpaas") << "by start";
  EXPECT_EQ(timeline.spans.size(), 3U);
}

}  // namespace
}  // namespace understudy
