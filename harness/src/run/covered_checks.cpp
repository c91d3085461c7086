#include "run/covered_checks.hpp"

#include <algorithm>
#include <utility>

namespace understudy {
namespace {

bool is_about_the_same(const Failure& a, const Failure& b) {
  return a.subject == b.subject && a.at.line == b.at.line && a.at.column == b.at.column;
}

}  // namespace

std::vector<Failure> CoveredChecks::evaluate(const Check& check) {
  std::vector<Failure> failures = check.evaluate(evidence_);
  if (failures.empty()) return failures;
  if (!covered_) cover_evidence();
  std::vector<Failure> shown = check.evaluate(*covered_);
  // What fails because of a secret's characters only does not fail there: then it is told as it is.
  if (!std::ranges::equal(shown, failures, is_about_the_same)) return failures;
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i].rewrite = std::move(failures[i].rewrite);
  return shown;
}

void CoveredChecks::cover_evidence() {
  covered_ = evidence_;
  covered_->cover = cover_;
  const auto cover = [&](std::string& text) { text = cover_(text); };
  cover(covered_->finished.stdout_text);
  cover(covered_->finished.stderr_text);
  for (Exchange& exchange : covered_->exchanges) {
    for (std::string* text : {&exchange.path, &exchange.query, &exchange.request_body, &exchange.response_body})
      cover(*text);
    for (std::vector<Header>* headers : {&exchange.request_headers, &exchange.response_headers}) {
      for (Header& header : *headers) cover(header.value);
    }
  }
  for (JobRecord& job : covered_->history.jobs) cover(job.output);
  for (auto& [name, value] : covered_->variables) cover(value);
}

}  // namespace understudy
