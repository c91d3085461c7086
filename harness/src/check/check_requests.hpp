#pragma once
/// `requests:`, what the client sent.

#include <memory>
#include <string>
#include <vector>

#include "check/request_pattern.hpp"
#include "harness/check.hpp"

namespace understudy {

class RequestsCheck final : public Check {
public:
  explicit RequestsCheck(const Node& value);  ///< throws InputError
  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override;

  /// For each exchange, whether an item of the list accounts for it.
  [[nodiscard]] std::vector<bool> listed(const StepEvidence& evidence) const;
  [[nodiscard]] bool exactly() const { return exactly_; }  ///< judges all unlisted requests itself
  [[nodiscard]] const Position& at() const { return at_; }
  [[nodiscard]] static nlohmann::json schema();

private:
  struct Item {
    enum class Kind { kRequest, kNever, kAnyOrder } kind = Kind::kRequest;
    std::string label{};                     ///< "requests[1]"
    std::vector<RequestPattern> patterns{};  ///< more than one in kAnyOrder only
  };
  struct Matching;

  static const Keys<RequestsCheck>& map_keys();
  static nlohmann::json item_schema();
  void read_list(const Node& value, const std::string& label);
  void read_item(const Node& value, const std::string& label);
  void read_map_form(const Node& value);
  void read_nevers(const Node& value, const std::string& label);
  void add_any_order(const Node& value, const std::string& label);
  [[nodiscard]] Matching match(const StepEvidence& evidence) const;

  Position at_;
  std::vector<Item> items_;
  bool exactly_ = false;
};

/// What a step sends without listing it: writes always, reads if `reads`. Requests for tokens are never meant.
/// `requests` may be null: then nothing is listed.
[[nodiscard]] std::shared_ptr<const Check> unlisted_requests(std::shared_ptr<const RequestsCheck> requests,
                                                             const Position& at, bool reads);

}  // namespace understudy
