#include "encoders.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace understudy::leaks {
namespace {

bool is_alnum(unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string of(unsigned char c) { return std::string(1, static_cast<char>(c)); }

/// Code points of UTF-8, which is taken to be right; none beyond U+FFFF.
std::vector<unsigned> code_points(std::string_view text) {
  std::vector<unsigned> result;
  for (const char each_char : text) {
    const auto c = static_cast<unsigned char>(each_char);
    if ((c & 0xc0U) == 0x80)
      result.back() = result.back() << 6U | (c & 0x3fU);
    else
      result.push_back(c < 0x80 ? c : c < 0xe0 ? c & 0x1fU : c & 0x0fU);
  }
  return result;
}

std::string little_endian(std::size_t value, std::size_t bytes) {
  std::string result;
  for (std::size_t i = 0; i < bytes; ++i) result += static_cast<char>(value >> 8 * i & 0xffU);
  return result;
}

}  // namespace

std::string each(std::string_view text, const Encode& encode) {
  std::string result;
  for (const char c : text) result += encode(static_cast<unsigned char>(c));
  return result;
}

std::string hex(std::string_view text, bool upper, std::string_view between) {
  std::string result;
  for (const char c : text) {
    if (!result.empty()) result += between;
    result += upper ? fmt::format("{:02X}", static_cast<unsigned char>(c))
                    : fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string percent(std::string_view text, std::string_view kept, bool upper) {
  return each(text, [&](unsigned char c) {
    if (!kept.empty() && (is_alnum(c) || kept.find(static_cast<char>(c)) != std::string_view::npos)) return of(c);
    return upper ? fmt::format("%{:02X}", c) : fmt::format("%{:02x}", c);
  });
}

std::string form(std::string_view text) {
  return each(text, [](unsigned char c) {
    if (c == ' ') return std::string{"+"};
    return is_alnum(c) || c == '*' || c == '-' || c == '.' || c == '_' ? of(c) : fmt::format("%{:02X}", c);
  });
}

std::string json(std::string_view text) {
  const std::string quoted = nlohmann::json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

std::string php_json(std::string_view text) {
  std::string result;
  for (const unsigned code : code_points(text)) {
    if (code == '/')
      result += "\\/";
    else if (code < 0x80)
      result += json(of(static_cast<unsigned char>(code)));
    else
      result += fmt::format("\\u{:04x}", code);
  }
  return result;
}

std::string json_of_units(std::string_view text) {
  std::string result;
  for (const unsigned code : code_points(text)) result += fmt::format("\\u{:04X}", code);
  return result;
}

std::string single_quoted(std::string_view text) {
  return "'" + each(text, [](unsigned char c) { return c == '\'' ? std::string{"'\\''"} : of(c); }) + "'";
}

std::string double_quoted(std::string_view text) {
  const std::string escaped =
      each(text, [](unsigned char c) { return c == '"' || c == '$' || c == '`' || c == '\\' ? "\\" + of(c) : of(c); });
  return "\"" + escaped + "\"";
}

std::string bash_q(std::string_view text) {
  return each(text, [](unsigned char c) {
    const bool plain =
        is_alnum(c) || c >= 0x80 || std::string_view{"_-./:=+%@"}.find(static_cast<char>(c)) != std::string_view::npos;
    return plain ? of(c) : "\\" + of(c);
  });
}

std::string php_export(std::string_view text) {
  return "'" + each(text, [](unsigned char c) { return c == '\'' || c == '\\' ? "\\" + of(c) : of(c); }) + "'";
}

std::string html(std::string_view text) {
  return each(text, [](unsigned char c) -> std::string {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#039;";
      default:
        return of(c);
    }
  });
}

std::string html_numbers(std::string_view text, bool hexadecimal) {
  std::string result;
  for (const unsigned code : code_points(text))
    result += hexadecimal ? fmt::format("&#x{:X};", code) : fmt::format("&#{};", code);
  return result;
}

std::string utf16(std::string_view text, bool little) {
  std::string result;
  for (const unsigned code : code_points(text)) {
    const auto high = static_cast<char>(code >> 8U);
    const auto low = static_cast<char>(code & 0xffU);
    result += little ? std::string{low, high} : std::string{high, low};
  }
  return result;
}

std::string quoted_printable(std::string_view text) {
  std::string result;
  std::size_t line = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x21 && byte < 0x7f && c != '=';
    const std::string piece = plain || c == ' ' ? of(byte) : fmt::format("={:02X}", byte);
    constexpr std::size_t kLongest = 75;
    if (line + piece.size() > kLongest) {
      result += "=\r\n";
      line = 0;
    }
    result += piece;
    line += piece.size();
  }
  return result;
}

std::string tar(const std::string& name, std::string_view content) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 7, "0000600");
  header.replace(124, 11, fmt::format("{:011o}", content.size()));
  header.replace(136, 11, "14000000000");
  header.replace(148, 8, "        ");
  header.replace(156, 1, "0");
  header.replace(257, 8, std::string{"ustar\00000", 8});
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 8, fmt::format("{:06o}", sum) + std::string{"\0 ", 2});
  std::string body{content};
  body.resize((content.size() + 511) / 512 * 512);
  return header + body + std::string(1024, '\0');
}

std::string zip(const std::string& name, std::string_view content, bool compressed, bool sizes_behind) {
  const std::string data = compressed ? deflated(content, -MAX_WBITS) : std::string{content};
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
  const std::string sizes = little_endian(crc, 4) + little_endian(data.size(), 4) + little_endian(content.size(), 4);
  const std::string common = little_endian(20, 2) + little_endian(sizes_behind ? 8 : 0, 2) +
                             little_endian(compressed ? 8 : 0, 2) + little_endian(0, 4) +
                             (sizes_behind ? std::string(12, '\0') : sizes) + little_endian(name.size(), 2) +
                             little_endian(0, 2);
  std::string archive = "PK\x03\x04" + common + name + data;
  if (sizes_behind) archive += "PK\x07\x08" + sizes;
  const std::size_t directory = archive.size();
  archive += "PK\x01\x02" + little_endian(20, 2) + common.substr(0, 10) + sizes + little_endian(name.size(), 2) +
             std::string(16, '\0') + name;
  return archive + "PK\x05\x06" + std::string(4, '\0') + little_endian(1, 2) + little_endian(1, 2) +
         little_endian(archive.size() - directory, 4) + little_endian(directory, 4) + std::string(2, '\0');
}

std::vector<std::string> pieces_of(std::string_view text, std::size_t width) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min({text.find('\n'), width, text.size()});
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    if (text.starts_with('\n')) text.remove_prefix(1);
  }
  return pieces;
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view separator) {
  std::string result;
  for (const std::string& piece : pieces_of(text, width)) {
    if (!result.empty()) result += separator;
    result += piece;
  }
  return result;
}

std::string table(const std::vector<std::string>& rows, bool drawn) {
  const std::string bar = drawn ? "\xe2\x94\x82" : "|";
  const std::string rule = "+------+--------------------------+-------+\n";
  std::string result = drawn ? "" : rule;
  result += bar + " Name " + bar + " Value                    " + bar + " Level " + bar + "\n" + (drawn ? "" : rule);
  for (std::size_t i = 0; i < rows.size(); ++i)
    result += fmt::format("{} {:4} {} {:<24} {} {:5} {}\n", bar, i == 0 ? "env" : "", bar, rows[i], bar,
                          i == 0 ? "app" : "", bar);
  return result + (drawn ? "" : rule);
}

std::string digest(std::string_view text, bool md5) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, md5 ? EVP_md5() : EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace understudy::leaks
