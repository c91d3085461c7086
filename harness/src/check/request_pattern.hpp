#pragma once
/// `METHOD /path/pattern` and what else a request has to be like.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/partial_json.hpp"
#include "check/text_expectation.hpp"
#include "mock_server/document.hpp"
#include "mock_server/journal.hpp"

namespace understudy {

/// How well an exchange fits a pattern.
struct Fit {
  bool whole = false;  ///< it is what was expected
  int score = 0;       ///< the higher, the nearer; comparable between exchanges, for one pattern
  bool near = false;   ///< near enough to be shown as the one that was meant
  std::string why{};   ///< the first thing that differs
};

class RequestPattern {
public:
  /// `METHOD /path?key=value`: METHOD may be ANY; `*` stands for a segment or a part of one, `**` for any number of
  /// segments. Throws InputError.
  static RequestPattern parse(const Node& value);
  static RequestPattern parse(std::string_view text, const Position& at);

  /// Compares method, path (raw and decoded, the API's optional /api prefix aside), query, headers, body, status.
  [[nodiscard]] Fit fit(const Exchange& exchange, const Variables& variables) const;

  [[nodiscard]] const std::string& text() const { return text_; }  ///< as it was written
  [[nodiscard]] const Position& at() const { return at_; }
  [[nodiscard]] const std::optional<CountRange>& times() const { return times_; }
  [[nodiscard]] static const Keys<RequestPattern>& keys();
  [[nodiscard]] static nlohmann::json schema();

private:
  /// Values by name: of a form, a query, or headers. nullopt = absent.
  using Fields = std::vector<std::pair<std::string, nlohmann::json>>;
  static Keys<RequestPattern> make_keys();
  static Fields read_fields(const Node& value);
  [[nodiscard]] std::vector<std::string> details_that_differ(const Exchange& exchange,
                                                             const Variables& variables) const;

  Position at_;
  std::string text_;
  std::string method_;
  std::string path_;
  Fields query_;
  Fields headers_;
  Fields form_;
  std::optional<JsonExpectation> json_;
  std::optional<TextExpectation> body_;
  std::optional<TextExpectation> response_;
  std::vector<int> statuses_;
  std::string user_;
  std::optional<CountRange> times_;
};

/// Does the path of a request match? Exposed for its tests.
[[nodiscard]] bool path_matches(std::string_view pattern, std::string_view path);

/// "/api/projects/x" as "/projects/x": the client uses both, as links lead it.
[[nodiscard]] std::string_view without_api(std::string_view path);

}  // namespace understudy
