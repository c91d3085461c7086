#pragma once
/// One origin for another, in text that comes in pieces.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/origin.hpp"

namespace understudy {

/// Origins and what they become, in the shapes that they have in URLs, in JSON with escaped slashes, and
/// percent-encoded. "https://api.example.com" is found in ".../x" and alone, not in
/// "https://api.example.com.elsewhere.net".
class OriginMap {
public:
  void add(const Origin& from, const std::string& to);
  [[nodiscard]] bool empty() const { return pairs_.empty(); }
  [[nodiscard]] std::string in(std::string_view text) const;

private:
  friend class Rewriter;
  std::vector<std::pair<std::string, std::string>> pairs_;  // longest first
};

class Rewriter {
public:
  explicit Rewriter(const OriginMap& map) : map_{map} {}  ///< which must outlive it
  /// What is certain by now: an origin that may go on in the next piece is held back.
  [[nodiscard]] std::string feed(std::string_view piece);
  [[nodiscard]] std::string finish();

private:
  std::string settle(bool at_end);

  const OriginMap& map_;
  std::string held_;
};

}  // namespace understudy
