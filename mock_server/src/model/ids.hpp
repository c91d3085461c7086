#pragma once
/// Everything that is drawn: ids, tokens, hashes. One generator, seeded from outside, so that two runs draw the same.

#include <cctype>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace understudy::model {

class IdSource {
public:
  explicit IdSource(std::uint64_t seed) : engine_{seed} {}

  /// `length` characters of `alphabet`. By remainder: std::uniform_int_distribution differs between libraries.
  std::string draw(std::size_t length, std::string_view alphabet = kLowerAndDigits) {
    std::string result;
    draws_ += length;
    while (result.size() < length) result += alphabet[engine_() % alphabet.size()];
    return result;
  }
  std::string resource_id() { return draw(13); }  ///< "nzmxgtpskdg5q", as activities and backups are called
  std::string ulid() { return "01" + draw(24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"); }  ///< as organizations are called
  std::string hex(std::size_t length) { return draw(length, "0123456789abcdef"); }
  std::string uuid() { return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12); }
  /// The value of a token: mixed case and digits, so that no other text of a run resembles it.
  std::string token(std::size_t length) {
    return draw(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  }

  /// How many characters were drawn so far: the same seed and the same number give the same next ones.
  [[nodiscard]] std::uint64_t draws() const { return draws_; }

private:
  static constexpr std::string_view kLowerAndDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::mt19937_64 engine_;
  std::uint64_t draws_ = 0;
};

/// An id as it can stand in a host name: "feat/x" is "feat-x".
[[nodiscard]] inline std::string host_part(std::string_view id) {
  std::string result;
  for (const char c : id) result += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return result;
}
/// "feat-x-nzmxgtp", as an environment is called in host names.
[[nodiscard]] inline std::string machine_name(std::string_view environment, IdSource& ids) {
  return host_part(environment) + "-" + ids.draw(7);
}

}  // namespace understudy::model
