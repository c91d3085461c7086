// What a person and a program are told.

#include "recordings/verify_report.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using Outcome = VerifiedExchange::Outcome;
using What = ShapeChange::What;

struct Sample {
  Recording recording{.file = "list.har"};
  Verification verification{};

  Sample() {
    const auto add = [&](int line, const std::string& path, VerifiedExchange verified) {
      recording.exchanges.push_back({.at = {"list.har", line, 3},
                                     .started = parse_time("2026-03-01T03:00:00Z"),
                                     .method = "GET",
                                     .path = path,
                                     .query = "code=secret",
                                     .status = 200});
      verified.index = verification.exchanges.size();
      verification.exchanges.push_back(std::move(verified));
    };
    add(4, "/me",
        {.status_then = 200, .status_now = 200, .type_then = "application/json", .type_now = "application/json"});
    const VerifiedExchange drift{.outcome = Outcome::kDrift,
                                 .status_then = 200,
                                 .status_now = 200,
                                 .type_then = "application/json",
                                 .type_now = "text/html",
                                 .changes = {{"$.a", What::kWent, "text", ""},
                                             {"$.b", What::kCame, "", "integer in some"},
                                             {"$.c", What::kChanged, "text", "integer"}}};
    add(9, "/projects", drift);
    add(20, "/projects", drift);
    add(30, "/x", {.outcome = Outcome::kDrift, .status_then = 200, .status_now = 0});
    add(40, "/y", {.outcome = Outcome::kNotSent, .why_not_sent = "it changes something"});
  }
  [[nodiscard]] VerifyReport report(const std::string& too_old = "") const {
    return {.recording = recording,
            .verification = verification,
            .against = "the world demo",
            .too_old = too_old,
            .recorded = recorded_at(recording)};
  }
};

TEST(VerifyReport, SaysWhereAndWhatOnce) {
  const Sample sample;

  EXPECT_EQ(verify_text(sample.report()),
            "list.har:9:3  GET /projects\n"
            "    content type                      was application/json, is text/html\n"
            "    $.a                               went: was text\n"
            "    $.b                               came: integer in some\n"
            "    $.c                               changed: was text, is integer\n"
            "list.har:30:3  GET /x\n"
            "    status                            was 200, is none: the connection was dropped\n"
            "and the same again in 1 later request\n"
            "\n"
            "not sent: 1 request: it changes something\n"
            "5 requests, 4 sent to the world demo: 1 as recorded, 3 otherwise\n");
  EXPECT_TRUE(has_drift(sample.report()));
}

TEST(VerifyReport, HasAllForPrograms) {
  const Sample sample;
  const nlohmann::ordered_json json = verify_json(sample.report());

  EXPECT_EQ(json["otherwise"], 3);
  EXPECT_EQ(json["recorded"], "2026-03-01T03:00:00.000000+00:00");
  EXPECT_EQ(json["exchanges"][2]["at"]["line"], 20);
  EXPECT_EQ(json["exchanges"][2]["changes"][1],
            nlohmann::ordered_json::parse(R"({"path": "$.b", "what": "came", "then": "", "now": "integer in some"})"));
  EXPECT_EQ(json["exchanges"][4]["reason"], "it changes something");
  EXPECT_EQ(json.dump().find("secret"), std::string::npos);
}

TEST(VerifyReport, FailsWhatIsTooOld) {
  const Recording recording;
  const Verification verification;

  EXPECT_FALSE(has_drift({.recording = recording, .verification = verification}));
  EXPECT_TRUE(has_drift({.recording = recording, .verification = verification, .too_old = "too old"}));
  EXPECT_FALSE(recorded_at(recording).has_value());
}

}  // namespace
}  // namespace understudy
