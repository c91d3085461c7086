#include <algorithm>

#include "harness/rehearsal.hpp"

namespace understudy {

std::string_view name_of(CronReport::Verdict verdict) {
  switch (verdict) {
    case CronReport::Verdict::kDeadlock:
      return "deadlock";
    case CronReport::Verdict::kBlocks:
      return "blocks";
    case CronReport::Verdict::kFailed:
      return "failed";
    case CronReport::Verdict::kSaved:
      return "saved";
    case CronReport::Verdict::kNotExercised:
      return "not exercised";
    case CronReport::Verdict::kOk:
      break;
  }
  return "ok";
}

std::string_view name_of(CronPlay::Kind kind) {
  switch (kind) {
    case CronPlay::Kind::kWithoutGuess:
      return "without the guess";
    case CronPlay::Kind::kCured:
      return "cured";
    case CronPlay::Kind::kAsItIs:
      break;
  }
  return "as it is";
}

bool blocks(const Rehearsal& rehearsal, bool strict) {
  return std::ranges::any_of(rehearsal.crons, [&](const CronReport& cron) {
    if (cron.verdict == CronReport::Verdict::kDeadlock || cron.verdict == CronReport::Verdict::kBlocks) return true;
    return strict && cron.verdict == CronReport::Verdict::kSaved;
  });
}

}  // namespace understudy
