#pragma once
/// Data as servers, builds and programs write them, and secrets as platforms draw them: the same for the same seed.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/secrets.hpp"

namespace understudy {

class LifelikeData {
public:
  explicit LifelikeData(std::uint64_t seed) : random_{seed} {}

  /// 24 to 43 characters of letters and digits; every eighth with punctuation that somebody escapes.
  [[nodiscard]] std::string token(std::size_t number);
  [[nodiscard]] std::string json_web_token();
  [[nodiscard]] std::string private_key();  ///< PEM
  /// Tokens, one of them a JWT and one a private key.
  [[nodiscard]] std::vector<Secret> secrets(std::size_t count);
  /// As people choose them: words with digits, with blanks, UUIDs, hex, URLs with passwords, eight characters.
  [[nodiscard]] std::vector<Secret> secrets_of_all_kinds();

  // Of at least `size` bytes, but for the rest of a line or item.
  [[nodiscard]] std::string access_log(std::size_t size);
  [[nodiscard]] std::string deploy_log(std::size_t size);
  [[nodiscard]] std::string terminal_output(std::size_t size);  ///< the same, full of colours, progress bars and tables
  [[nodiscard]] std::string prose(std::size_t size);
  [[nodiscard]] std::string base64_lines(std::size_t size);
  [[nodiscard]] std::string json_responses(std::size_t size);  ///< of the API, escaped as PHP does it
  [[nodiscard]] std::string php_cache(std::size_t size);       ///< serialize()d
  [[nodiscard]] std::string binary(std::size_t size);          ///< tables of numbers, strings, noise
  [[nodiscard]] std::string gzip_file(std::size_t size);       ///< `size` before compression

  [[nodiscard]] std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

private:
  [[nodiscard]] std::string drawn(std::string_view alphabet, std::size_t size);
  [[nodiscard]] std::string_view word();
  [[nodiscard]] std::string sentence();
  [[nodiscard]] std::string log_lines(std::size_t size, std::size_t kinds);

  std::mt19937_64 random_;
};

}  // namespace understudy
