#pragma once
/// What a rehearsal found, in words that the table and the page share. Lines hold no control bytes.

#include <string>
#include <vector>

#include "harness/rehearsal.hpp"

namespace understudy {

[[nodiscard]] const CronPlay* find_play(const CronReport& cron, CronPlay::Kind kind);  ///< or nullptr

/// "backup", or "app/backup" if there are several apps.
[[nodiscard]] std::string title_of(const Rehearsal& rehearsal, const CronReport& cron);
/// "shop, main, 2026-03-01 00:00:00 to 2026-03-02 00:00:00 UTC (1d), webpaas 5.11.1"
[[nodiscard]] std::string headline_of(const Rehearsal& rehearsal);
/// "1 deadlock, 2 ok"
[[nodiscard]] std::string counts_of(const Rehearsal& rehearsal);

/// "webpaas backup:create --wait  waits 12m2s for environment.backup"
[[nodiscard]] std::vector<std::string> waits_of(const CronReport& cron);
/// How a deploy at the worst moment fares, with the cure beside it.
[[nodiscard]] std::string deploy_sentence(const Rehearsal& rehearsal, const CronReport& cron);
/// "3m2s", "more than 1d" if it did not end.
[[nodiscard]] std::string length_of_deploy(const DeployReport& deploy);
/// What else that deploy costs: "requests are held for 1m, then dropped for 23h59m"; "" if nothing.
[[nodiscard]] std::string site_sentence(const DeployReport& deploy);
/// A line for each arrow of the circle, and one for what ended it; empty without one.
[[nodiscard]] std::vector<std::string> circle_of(const CronReport& cron);
/// Why it only seems to be ok; "" if it does not.
[[nodiscard]] std::string saved_sentence(const CronReport& cron);
/// What to do about a cron of which nothing is proved; "" for others.
[[nodiscard]] std::string proof_advice(const CronReport& cron);
/// "admin on production is enough; this token: owner of the organization"; "" if there is nothing to say.
[[nodiscard]] std::string role_sentence(const CronReport& cron);
/// "add --no-wait to backup:create, in the cron at .platform.app.yaml:31"; "" if there is nothing to cure.
[[nodiscard]] std::string cure_sentence(const CronReport& cron);
/// Of a run that failed: exit code or error, and the last lines of its output.
[[nodiscard]] std::vector<std::string> failure_of(const CronRunReport& run);

/// The play that shows the trouble: without the guess for a cron that only the guess saves, else as it is; or nullptr.
[[nodiscard]] const CronPlay* telling_play(const CronReport& cron);

}  // namespace understudy
