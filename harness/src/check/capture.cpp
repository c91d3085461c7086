// `capture:`, a value from what a step wrote or sent.
#include <re2/re2.h>

#include "check/lines.hpp"
#include "check/request_pattern.hpp"
#include "harness/check.hpp"

namespace understudy {
namespace {

using nlohmann::json;

/// The text to look in, or nullptr if the request was not sent.
const std::string* source_of(const Capture& capture, const StepEvidence& evidence) {
  switch (capture.source) {
    case Capture::Source::kStdout:
      return &evidence.finished.stdout_text;
    case Capture::Source::kStderr:
      return &evidence.finished.stderr_text;
    case Capture::Source::kRequest:
      break;
  }
  const RequestPattern pattern = RequestPattern::parse(capture.request, capture.at);
  const std::string* found = nullptr;
  for (const Exchange& exchange : evidence.exchanges) {
    if (pattern.fit(exchange, evidence.variables).whole) found = &exchange.request_body;
  }
  return found;
}

}  // namespace

std::variant<std::string, Failure> read_capture(const Capture& capture, const StepEvidence& evidence) {
  const auto failure = [&](std::string expected, std::string actual) {
    return Failure{.at = capture.at,
                   .subject = "capture " + capture.name,
                   .expected = std::move(expected),
                   .actual = std::move(actual),
                   .show_requests = capture.source == Capture::Source::kRequest};
  };
  const std::string* source = source_of(capture, evidence);
  if (source == nullptr) return failure(capture.request, "not sent");
  if (!capture.json_path.empty()) {
    const json document = json::parse(*source, nullptr, false);
    if (document.is_discarded())
      return failure("JSON", source->empty() ? "is empty" : "is no JSON: " + in_quotes(*source));
    const json* found = JsonPath{capture.json_path, capture.at}.find(document);
    if (found == nullptr) return failure(capture.json_path, "absent");
    return found->is_string() ? found->get<std::string>() : found->dump();
  }
  if (!capture.pattern.empty()) {
    std::string value;
    if (RE2::PartialMatch(*source, RE2{"(?m)" + capture.pattern, RE2::Quiet}, &value)) return value;
    return failure("matches " + in_quotes(capture.pattern), "no match in " + in_quotes(*source));
  }
  const std::string whole = without_trailing_blanks(*source);
  const std::size_t start = whole.find_first_not_of(" \t\n");
  if (start == std::string::npos) return failure("an output", "is empty");
  return whole.substr(start);
}

}  // namespace understudy
