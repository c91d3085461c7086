#pragma once
/// The names that stand for secrets in a recording (redaction.hpp).

#include <map>
#include <string>
#include <string_view>

namespace understudy::recording {

class Placeholders {
public:
  /// `known`: those that a recording has already; new ones are numbered behind them.
  explicit Placeholders(std::map<std::string, std::string> known);

  /// For a value that is called `name` ("access token"); the same one each time. `meaning`: what it is, in words; ""
  /// for name and number.
  [[nodiscard]] std::string stand_for(const std::string& value, std::string_view name, const std::string& meaning = "");
  [[nodiscard]] const std::map<std::string, std::string>& all() const { return meanings_; }
  /// `text` with a blank for each placeholder in it.
  [[nodiscard]] std::string without(std::string_view text) const;

  /// Whether it could be one of ours, of this recording or another.
  [[nodiscard]] static bool looks_like_one(std::string_view text);

private:
  std::map<std::string, std::string> meanings_;  ///< by placeholder
  std::map<std::string, std::string> by_value_;
  std::map<std::string, int> last_;  ///< number, by name
};

}  // namespace understudy::recording
