#pragma once
/// Runs of base64 and hex: what they stand for.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::secrets {

/// So many characters of a run tell whether it is promising.
inline constexpr std::size_t kTellingRun = 25;

/// The numbers of characters, less than 4, that `run` may have before base64 of text, UTF-16 text or something
/// compressed, as a bit each. Else it is but chance. Where it begins is not known: what stands before it may be of the
/// alphabet, too.
[[nodiscard]] unsigned promising_base64(std::string_view run);
/// Whether such begins where `run` does.
[[nodiscard]] bool promising_base64_begins(std::string_view run);
/// The same for hex; less than 2.
[[nodiscard]] unsigned promising_hex(std::string_view run);

/// All characters must be of base64 or base64url.
[[nodiscard]] std::string decode_base64(std::string_view run);
/// All characters must be hex digits; one that is left over counts for nothing.
[[nodiscard]] std::string decode_hex(std::string_view run);
inline constexpr auto kIsHex = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"0123456789abcdefABCDEF"}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
[[nodiscard]] constexpr bool is_hex(char c) { return kIsHex[static_cast<unsigned char>(c)]; }

// Heads of compressed streams.
[[nodiscard]] inline bool is_gzip_header(std::string_view data, std::size_t at) {
  return data.size() >= at + 3 && data[at] == '\x1f' && data[at + 1] == '\x8b' && data[at + 2] == '\x08';
}
/// RFC 1950, with the 32 KiB window that everybody uses: whatever level is said.
[[nodiscard]] inline bool is_zlib_header(std::string_view data, std::size_t at) {
  if (data.size() < at + 2 || data[at] != 'x') return false;
  const auto flags = static_cast<unsigned char>(data[at + 1]);
  return flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda;
}
[[nodiscard]] bool is_zip_header(std::string_view data, std::size_t at);

}  // namespace understudy::secrets
