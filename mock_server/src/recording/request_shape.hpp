#pragma once
/// A request as it is compared: its method, its path, and a flat, sorted list of all else that counts.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/replay.hpp"

namespace understudy {

struct Leaf {
  enum class Part : char { kQuery = 'q', kHeader = 'h', kForm = 'f', kJson = 'j', kBody = 'b' };
  Part part = Part::kQuery;
  std::string name{};   ///< of the parameter or header; in JSON the path, "$.a.0.b"; "" for a body as a whole
  std::string value{};  ///< JSON: texts between quotes, not escaped
  friend auto operator<=>(const Leaf&, const Leaf&) = default;
};
[[nodiscard]] std::string_view name_of(Leaf::Part part);  ///< "query"

struct RequestShape {
  std::string method{};
  std::string path{};          ///< normal_path
  std::vector<Leaf> leaves{};  ///< sorted
  std::vector<Leaf> echoed{};  ///< not compared: what the answer gives back
};

/// Reads requests by rules that were looked at once.
class RequestShapeReader {
public:
  explicit RequestShapeReader(const MatchRules& rules);
  [[nodiscard]] RequestShape read(const RequestView& request) const;
  /// The body as JSON, without what is ignored; nullopt if it is none.
  [[nodiscard]] std::optional<nlohmann::json> json_body(const RequestView& request) const;

private:
  using Path = std::vector<std::string>;  ///< "$.items[*].id": "items", "*", "id"
  struct JsonRule {
    Path path;
    std::string_view path_end;  ///< of the request
  };
  static Path path_of(std::string_view text);
  [[nodiscard]] bool counts(const Path& path, std::string_view request_path) const;
  void add_parameters(RequestShape& shape, std::string_view text, Leaf::Part part, const MatchPart& rule) const;
  void add_json(RequestShape& shape, const nlohmann::json& value, Path& path) const;
  void prune(nlohmann::json& value, Path& path, std::string_view request_path) const;

  MatchRules rules_;
  std::vector<JsonRule> ignored_;
  std::vector<Path> only_;
};

/// All leaves as one text: the same for requests that are the same.
[[nodiscard]] std::string key_of(const std::vector<Leaf>& leaves);

}  // namespace understudy
