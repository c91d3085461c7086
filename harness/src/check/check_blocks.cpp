// `blocks:`, whether platform time passed while the client of the step ran.
#include "check/blocks_expectation.hpp"
#include "check/check_kinds.hpp"

namespace understudy {
namespace {

class BlocksCheck final : public Check {
public:
  explicit BlocksCheck(BlocksExpectation expectation) : expectation_{std::move(expectation)} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    const ClientReport& report = evidence.client;
    if (expectation_.holds(report, evidence.variables)) return {};
    Failure failure{.at = expectation_.at(),
                    .subject = "blocks",
                    .expected = expectation_.expected(),
                    .actual = describe(report),
                    .show_requests = true};
    for (const Exchange& exchange : evidence.exchanges) {
      if (exchange.poll && expectation_.is_no()) failure.culprits.push_back(exchange.number);
    }
    return {failure};
  }

private:
  BlocksExpectation expectation_;
};

}  // namespace

Checks parse_blocks(const Node& value) {
  return {std::make_shared<const BlocksCheck>(BlocksExpectation::parse(value))};
}

nlohmann::json blocks_schema() { return BlocksExpectation::schema(); }

}  // namespace understudy
