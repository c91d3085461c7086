#pragma once
/// What is called otherwise now than when it was recorded.

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "mock_server/recording.hpp"

namespace understudy {

/// Does the field name something: an id, a token, a name that the platform draws? Or does the value look like it?
[[nodiscard]] bool names_something(std::string_view field, std::string_view value);
[[nodiscard]] bool is_token_field(std::string_view field);  ///< "access_token"

/// Every value below `value` that names something, parts of links included.
void collect_names(const nlohmann::json& value, std::set<std::string>& into);

/// Recorded name -> what it is called now.
class Carried {
public:
  explicit Carried(const std::map<std::string, std::string>& placeholders) : placeholders_{placeholders} {}

  /// The recorded and the live answer to the same request. Items of lists belong together by `id` or `name`, else by
  /// their places. What was learnt first stays.
  void learn(const nlohmann::json& then, const nlohmann::json& now);
  void bind(const std::string& then, const std::string& now);

  [[nodiscard]] std::string text(const std::string& recorded) const;  ///< of a whole value, or with placeholders in it
  [[nodiscard]] std::string path(std::string_view raw) const;
  [[nodiscard]] std::string query(std::string_view raw) const;
  [[nodiscard]] std::string form(std::string_view raw) const;
  [[nodiscard]] nlohmann::json json(const nlohmann::json& recorded) const;
  [[nodiscard]] bool knows(const std::string& recorded) const { return names_.contains(recorded); }

private:
  void learn_text(std::string_view field, const std::string& then, const std::string& now);

  const std::map<std::string, std::string>& placeholders_;
  std::map<std::string, std::string> names_;
};

}  // namespace understudy
