#include <gmock/gmock.h>

#include "check/request_pattern.hpp"
#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct PathRow {
  std::string name;
  std::string pattern;
  std::string path;
  bool matches;
};
class PathMatch : public testing::TestWithParam<PathRow> {};

TEST_P(PathMatch, KnowsWildcardsAndEncoding) {
  EXPECT_EQ(path_matches(GetParam().pattern, GetParam().path), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, PathMatch,
    testing::Values(
        PathRow{"same", "/projects/a", "/projects/a", true}, PathRow{"api", "/projects/a", "/api/projects/a", true},
        PathRow{"api_asked_for", "/api/projects/a", "/projects/a", false},
        PathRow{"api_given", "/api/projects/a", "/api/projects/a", true},
        PathRow{"star", "/projects/*/x", "/projects/a/x", true},
        PathRow{"star_is_one", "/projects/*/x", "/projects/a/b/x", false},
        PathRow{"star_part", "/v/env:*", "/v/env%3AFOO", true}, PathRow{"decoded", "/v/env:FOO", "/v/env%3AFOO", true},
        PathRow{"raw", "/v/env%3AFOO", "/v/env%3AFOO", true},
        PathRow{"encoded_pattern", "/v/env%3AFOO", "/v/env:FOO", true},
        PathRow{"slash_in_segment", "/e/feat/x", "/e/feat%2Fx", false},
        PathRow{"slash_encoded", "/e/feat%2Fx", "/e/feat%2Fx", true},
        PathRow{"any_none", "/projects/*/**/activities/**", "/projects/p1/activities", true},
        PathRow{"any_some", "/projects/*/**/activities/**", "/projects/p1/environments/main/activities/bk1", true},
        PathRow{"any_other", "/projects/*/**/activities/**", "/projects/p1/environments/main", false},
        PathRow{"all", "/**", "/", true}, PathRow{"longer", "/projects", "/projects/a", false},
        PathRow{"star_whole", "/e/*", "/e/feat%2Fx", true}),
    [](const auto& row) { return row.param.name; });

const std::vector<Exchange> kBackup{request("POST", "/oauth2/token", "grant_type=api_token&client_id=ovh+eu"),
                                    request("GET", "/projects/p1"),
                                    request("GET", "/projects/p1/environments"),
                                    request("POST", "/projects/p1/environments/main/backup", R"({"safe": true})", 202),
                                    request("GET", "/projects/p1/activities/bk1"),
                                    request("GET", "/projects/p1/activities/bk1")};

struct RequestsRow {
  std::string name;
  std::string lines;
  std::string verdict;
};
class RequestsCheck : public testing::TestWithParam<RequestsRow> {};

TEST_P(RequestsCheck, Judges) {
  EXPECT_EQ(verdict("requests:\n" + GetParam().lines, with_requests(kBackup)), GetParam().verdict);
}

const std::string kPost = "- POST /projects/*/environments/main/backup\n";

INSTANTIATE_TEST_SUITE_P(
    InOrder, RequestsCheck,
    testing::Values(
        RequestsRow{"listed", kPost, ""},
        RequestsRow{"in_order", "- GET /projects/p1\n" + kPost + "- GET /projects/*/activities/*\n", ""},
        RequestsRow{"out_of_order", kPost + "- GET /projects/p1\n", "requests[1] | GET /projects/p1 | not sent"},
        RequestsRow{"twice", kPost + kPost, "requests[1] | POST /projects/*/environments/main/backup | not sent"},
        RequestsRow{"unlisted_write", "- GET /projects/p1\n",
                    "requests | no write that is not listed | got 1: POST /projects/p1/environments/main/backup"},
        RequestsRow{"any_method", "- ANY /**/backup\n", ""},
        RequestsRow{"never", kPost + "- never: GET /projects/*/**/activities/**\n",
                    "requests[1] | never: GET /projects/*/**/activities/** | got 2"},
        RequestsRow{"never_list", kPost + "- never: [GET /x, DELETE /**]\n", ""},
        RequestsRow{"times", kPost + "- GET /projects/*/activities/*: {times: 2}\n", ""},
        RequestsRow{"too_few", kPost + "- GET /projects/*/activities/*: {times: 3..}\n",
                    "requests[1] | times at least 3: GET /projects/*/activities/* | got 2"},
        RequestsRow{"too_many", kPost + "- GET /projects/*/activities/*: {times: 1}\n",
                    "requests[1] | times 1: GET /projects/*/activities/* | got 2"},
        RequestsRow{"times_never", kPost + "- GET /projects/*/activities/*: {times: never}\n",
                    "requests[1] | never: GET /projects/*/activities/* | got 2"},
        RequestsRow{"times_before_and_after",
                    "- GET /projects/*/activities/*: {times: 1}\n- GET /projects/*/activities/*: {times: 1}\n",
                    "requests | no write that is not listed | got 1: POST /projects/p1/environments/main/backup"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Details, RequestsCheck,
    testing::Values(
        RequestsRow{"json", "- POST /**/backup: {json: {safe: true}, status: 202}\n", ""},
        RequestsRow{"json_path", "- POST /**/backup: {json: {$.safe: true}}\n", ""},
        RequestsRow{
            "form",
            kPost +
                "- any-order: [POST /oauth2/token: {form: {grant_type: api_token, client_id: ovh eu, extra: null}}]\n",
            "requests[1] | POST /oauth2/token | not sent"},
        RequestsRow{"form_first",
                    "- POST /oauth2/token: {form: {grant_type: 'api[..]', client_id: ovh eu, extra: null}}\n" + kPost,
                    ""},
        RequestsRow{"body", "- POST /**/backup: {body: {not: live}, times: 1}\n", ""},
        RequestsRow{"status_list", "- POST /**/backup: {status: [200, 202]}\n", ""}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Sets, RequestsCheck,
    testing::Values(
        RequestsRow{"any_order", "- any-order: [POST /**/backup, GET /projects/*, GET /projects/*/environments]\n", ""},
        RequestsRow{"broad_and_narrow", "- any-order: [ANY /**, POST /**/backup, ANY /**, ANY /**, ANY /**, ANY /**]\n",
                    ""},
        RequestsRow{"any_order_missing", "- any-order: [POST /**/backup, GET /projects/*/variables]\n",
                    "requests[0] | GET /projects/*/variables | not sent"},
        RequestsRow{"map_form", "  any-order: [POST /**/backup, GET /projects/p1]\n  never: DELETE /**\n", ""},
        RequestsRow{"only", "  only: [POST /**/token, GET /projects/p1, POST /**/backup, GET /**/bk1: {times: 2}]\n",
                    "requests | nothing but the listed requests | got 1: GET /projects/p1/environments"},
        RequestsRow{"exactly",
                    "- POST /**/token\n- GET /projects/p1\n- GET /**/environments\n- POST /**/backup\n- GET /**/bk1\n- "
                    "GET /**/bk1\n- exactly: true\n",
                    ""},
        RequestsRow{
            "none", "  none\n",
            "requests | none | got 6: POST /oauth2/token, GET /projects/p1, GET /projects/p1/environments, ..."}),
    [](const auto& row) { return row.param.name; });

struct NearestRow {
  std::string name;
  std::string lines;
  std::uint64_t nearest;  // 0 = none
  std::string why;
};
class NearestRequest : public testing::TestWithParam<NearestRow> {};

TEST_P(NearestRequest, IsTheOneThatWasMeant) {
  const std::vector<Failure> failures = judge("requests:\n" + GetParam().lines, with_requests(kBackup));

  ASSERT_FALSE(failures.empty());
  EXPECT_EQ(failures[0].actual, "not sent");
  EXPECT_TRUE(failures[0].show_requests);
  EXPECT_EQ(failures[0].nearest.value_or(0), GetParam().nearest);
  EXPECT_EQ(failures[0].nearest_why, GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, NearestRequest,
    testing::Values(
        NearestRow{"method", "- PATCH /projects/*/environments/main/backup\n", 4, "method: expected PATCH, got POST"},
        NearestRow{"path", "- POST /projects/*/environments/main/backups\n", 4,
                   "path: expected /projects/*/environments/main/backups, got /projects/p1/environments/main/backup"},
        NearestRow{"json", "- POST /**/backup: {json: {safe: false}}\n", 4, "json /safe: expected false, got true"},
        NearestRow{"status", "- POST /**/backup: {status: 403}\n", 4, "status: expected 403, got 202"},
        NearestRow{"form", "- POST /oauth2/token: {form: {grant_type: refresh_token}}\n", 1,
                   "form grant_type: expected \"refresh_token\", got \"api_token\""},
        NearestRow{"header", "- GET /projects/p1: {headers: {Authorization: 'Bearer [..]'}}\n", 2,
                   "header Authorization: expected \"Bearer [..]\", got none"},
        NearestRow{"query", "- GET /projects/p1?count=10\n", 2, "query count: expected \"10\", got none"},
        NearestRow{"user", "- GET /projects/p1: {user: ci}\n", 2, "user: expected ci, got none"},
        NearestRow{"early", "- POST /**/backup\n- GET /projects/p1\n", 2,
                   "it came too early: what is listed before it came later"},
        NearestRow{"nothing_like_it", "- GET /organizations/x/subscriptions\n", 0, ""}),
    [](const auto& row) { return row.param.name; });

TEST(RequestsCheck, NamesTheCulprits) {
  const std::vector<Failure> failures =
      judge("requests:\n- POST /**/backup\n- never: GET /**/activities/*\n", with_requests(kBackup));

  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_THAT(failures[0].culprits, ElementsAre(5, 6));
  EXPECT_EQ(to_string(failures[0].at), "s.yaml:5:10");
}

TEST(RequestsCheck, ReadsQueriesAndHeaders) {
  Exchange exchange = request("GET", "/a?type=x&type=y&starts_at=2026-01-01T00:00:00+00:00&f%5Bx%5D=1");
  exchange.request_headers = {{"authorization", "Bearer abc"}};
  exchange.user = "CI";
  const StepEvidence evidence = with_requests({exchange});

  EXPECT_EQ(verdict("requests: ['GET /a?type=y']\n", evidence), "");
  EXPECT_EQ(
      verdict("requests:\n- GET /a: {query: {type: [x, y], starts_at: '2026[..]+00:00', 'f[x]': 1, n: '#absent'}}\n",
              evidence),
      "");
  EXPECT_EQ(verdict("requests:\n- GET /a: {headers: {Authorization: 'Bearer [..]', X-Y: null}, user: CI}\n", evidence),
            "");
  EXPECT_EQ(verdict("requests:\n- GET /a: {headers: {Authorization: '#matches ^Bearer .{3}$', Accept: '#absent'}}\n",
                    evidence),
            "");
  EXPECT_EQ(judge("requests:\n- GET /a: {query: {type: [y, x]}}\n", evidence).at(0).nearest_why,
            R"(query type: expected ["y","x"], got ["x","y"])");
}

TEST(RequestsCheck, PutsVariablesInLate) {
  StepEvidence evidence =
      with_requests({request("POST", "/projects/p1/variables", R"({"name": "A", "value": "s3cr3t-value"})")});
  evidence.variables = {{"PROJECT", "p1"}, {"PASS", "s3cr3t-value"}};

  EXPECT_EQ(verdict("requests:\n- POST /projects/$PROJECT/variables: {json: {value: $PASS}}\n", evidence), "");
  evidence.variables["PASS"] = "other";
  EXPECT_EQ(
      judge("requests:\n- POST /projects/$PROJECT/variables: {json: {value: $PASS}}\n", evidence).at(0).nearest_why,
      "json /value: expected \"$PASS\", got \"s3cr3t-value\"");
}

TEST(ImpliedChecks, WantEveryWriteListedOnceRequestsAre) {
  const StepEvidence evidence = with_requests(kBackup);

  EXPECT_EQ(verdict("", evidence), "");
  EXPECT_EQ(
      verdict("strict: true\nrequests:\n- GET /projects/p1\n- GET /**/environments\n- POST /**/backup\n", evidence),
      "requests | no request that is not listed (strict) | got 2: GET /projects/p1/activities/bk1, GET "
      "/projects/p1/activities/bk1");
  EXPECT_EQ(verdict("strict: true\n", with_requests({request("POST", "/oauth2/token"), request("GET", "/me")})),
            "requests | no request that is not listed (strict) | got 1: GET /me");
}

TEST(ImpliedChecks, FailForUnansweredRequests) {
  Exchange lost = request("GET", "/regions", "", 404);
  lost.route = "";
  Exchange missing = request("GET", "/projects/x", "", 404);

  const std::vector<Failure> failures = judge("", with_requests({missing, lost}));

  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].actual, "none for GET /regions");
  EXPECT_THAT(failures[0].culprits, ElementsAre(2));
}

TEST(ImpliedChecks, FailForDeadlocksUnmetTurnsAndForeignHosts) {
  StepEvidence evidence = quiet_step();
  evidence.client.deadlock = true;
  evidence.client.deadlock_reason = "cron waits for redeploy";
  evidence.finished.outcome = Stopped{"it would wait for ever"};
  evidence.finished.unmet_turn = "token:";
  evidence.foreign_hosts = {"github.com:443"};

  EXPECT_EQ(verdict("tty: true\n", evidence),
            "blocks | that it ends | it would wait for ever: cron waits for redeploy\n"
            "tty | to see \"token:\" | it never appeared\n"
            "hosts | requests to the platform only | it tried to reach github.com:443");
  EXPECT_EQ(verdict("blocks: forever\nany-host: true\n", evidence), "");
}

}  // namespace
}  // namespace understudy
