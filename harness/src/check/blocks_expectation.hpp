#pragma once
/// Whether platform time passed while clients ran (design.md, section 3): the value of `blocks`.

#include <string>

#include "mock_server/clock.hpp"
#include "mock_server/document.hpp"
#include "mock_server/history.hpp"

namespace understudy {

class BlocksExpectation {
public:
  static BlocksExpectation parse(const Node& value);  ///< throws InputError
  [[nodiscard]] static nlohmann::json schema();

  [[nodiscard]] bool holds(const ClientReport& report, const Variables& variables) const;
  [[nodiscard]] std::string expected() const;  ///< "for 12m on backup"
  [[nodiscard]] const Position& at() const { return at_; }
  [[nodiscard]] bool is_no() const { return kind_ == Kind::kNo; }

private:
  enum class Kind { kNo, kYes, kFor, kForever };
  static const Keys<BlocksExpectation>& keys();
  void read_word(const Node& value);

  Kind kind_ = Kind::kYes;
  Position at_{};
  Milliseconds duration_{};
  std::string on_{};  ///< type of an activity that was waited for; "" = any
};

/// "12m of platform time passed, 2 polls: held its log open of bk1 (environment.backup) for 12m"
[[nodiscard]] std::string describe(const ClientReport& report);

}  // namespace understudy
