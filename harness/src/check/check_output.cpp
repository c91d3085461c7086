// `stdout:`, `stderr:`, `screen:`.
#include "check/check_kinds.hpp"
#include "check/lines.hpp"
#include "check/text_expectation.hpp"

namespace understudy {
namespace {

enum class Stream { kStdout, kStderr, kScreen };

class OutputCheck final : public Check {
public:
  OutputCheck(Stream stream, const Node& value) : stream_{stream}, expectation_{TextExpectation::parse(value)} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    switch (stream_) {
      case Stream::kStdout:
        return expectation_.judge(evidence.finished.stdout_text, "stdout", evidence.variables);
      case Stream::kStderr:
        return expectation_.judge(evidence.finished.stderr_text, "stderr", evidence.variables);
      case Stream::kScreen:
        return expectation_.judge(plain_screen(evidence.finished.stdout_text), "screen", evidence.variables);
    }
    return {};
  }

private:
  Stream stream_;
  TextExpectation expectation_;
};

}  // namespace

Checks parse_stdout(const Node& value) { return {std::make_shared<const OutputCheck>(Stream::kStdout, value)}; }
Checks parse_stderr(const Node& value) { return {std::make_shared<const OutputCheck>(Stream::kStderr, value)}; }
Checks parse_screen(const Node& value) { return {std::make_shared<const OutputCheck>(Stream::kScreen, value)}; }

}  // namespace understudy
