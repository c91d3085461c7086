#pragma once
/// Many fixed texts, looked for at once: placeholders, and the addresses of recorded servers.

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace understudy {

class Needles {
public:
  struct Found {
    std::size_t at = 0;
    std::size_t length = 0;
    std::size_t needle = 0;
  };

  /// `is_address`: a place in the net, which does not end in the middle of a name or a number. Shorter ones than 2
  /// characters are never found.
  std::size_t add(std::string text, bool is_address = false);
  [[nodiscard]] const std::string& text(std::size_t needle) const { return needles_[needle].text; }
  [[nodiscard]] std::size_t size() const { return needles_.size(); }
  /// From left to right, none overlapping; of several at one place the longest.
  [[nodiscard]] std::vector<Found> find(std::string_view haystack) const;

private:
  struct Needle {
    std::string text;
    bool is_address = false;
  };
  [[nodiscard]] bool fits(const Needle& needle, std::string_view rest) const;
  static std::size_t pair_of(std::string_view text);

  std::vector<Needle> needles_;
  std::bitset<65536> begins_;                                          ///< by the first two bytes
  std::unordered_map<std::size_t, std::vector<std::size_t>> by_pair_;  ///< longest first
};

}  // namespace understudy
