#include "shapes.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "encoders.hpp"
#include "mock_server/base64.hpp"

namespace understudy::leaks {
namespace {

using MaybeMade = std::optional<Made>;

/// What encodes nothing is the secret as it is.
Made encoded(const PlantedSecret& secret, std::string data, std::string shape) {
  const bool plain = data.find(secret.value) != std::string::npos;
  return {.data = std::move(data), .shape = plain ? "as it is" : std::move(shape)};
}

std::string without_padding(std::string text) {
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

std::string url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

/// Only the characters that hang on the secret alone tell the two alphabets apart.
bool has_url_characters(const std::string& core, std::size_t before) {
  const std::string text = url_alphabet(to_base64(std::string(before, 'a') + core));
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t last = (before + core.size()) * 8 / 6;
  return text.substr(first, last - first).find_first_of("-_") != std::string::npos;
}

Shape base64_at(std::size_t before, bool url, bool padded) {
  const auto name = fmt::format("{}{}At{}", url ? "Base64url" : "Base64", padded ? "Padded" : "", before);
  return {name, [=](const PlantedSecret& secret) -> MaybeMade {
            // A key's own first line counts, too: what is hunted stands behind it.
            const std::size_t core_at = secret.value.find(core_of(secret));
            std::string text = to_base64(std::string(before, 'a') + secret.value);
            if (!padded) text = without_padding(std::move(text));
            if (!url) return Made{.data = text, .shape = "base64"};
            const bool differs = has_url_characters(core_of(secret), (before + core_at) % 3);
            return Made{.data = url_alphabet(text), .shape = differs ? "base64url" : "base64"};
          }};
}

/// One text for one text.
Shape simple(std::string name, std::string shape, std::function<std::string(std::string_view)> encode) {
  return {std::move(name), [shape = std::move(shape), encode = std::move(encode)](const PlantedSecret& secret) {
            return MaybeMade{encoded(secret, encode(secret.value), shape)};
          }};
}

/// JSON, PHP and shells share some escapes: of a key, its line breaks are all that is escaped.
Shape backslashes(std::string name, std::string shape, std::function<std::string(std::string_view)> encode) {
  return {std::move(name), [shape = std::move(shape), encode = std::move(encode)](const PlantedSecret& secret) {
            std::string data = encode(secret.value);
            const bool only_lines = secret.kind == Kind::kKey && data.find("\\/") == std::string::npos &&
                                    data.find("\\u") == std::string::npos && data.find("\\x") == std::string::npos;
            return MaybeMade{encoded(secret, std::move(data), only_lines ? "backslash escapes" : shape)};
          }};
}

std::size_t width_for(std::string_view text) { return std::min<std::size_t>(9, text.size() / 2); }

Shape cells(std::string name, bool drawn) {
  return {std::move(name), [=](const PlantedSecret& secret) -> MaybeMade {
            // A bar in the value looks like the end of its cell.
            if (!drawn && secret.value.find('|') != std::string::npos) return std::nullopt;
            const std::string text = core_of(secret);
            return Made{.data = table(pieces_of(text, std::max<std::size_t>(width_for(text), 4)), drawn),
                        .shape = "table cells"};
          }};
}

/// `what` of the secret. Not of a short one, whose half is too short to be told from chance.
MaybeMade part(const PlantedSecret& secret, const std::string& what, std::string shape) {
  if (secret.kind == Kind::kJwt) shape = "JWT signature";
  return Made{.data = what, .shape = fmt::format("{}, {} of {} characters", shape, what.size(), secret.value.size())};
}

std::string secret_half(const PlantedSecret& secret) {
  return secret.kind == Kind::kJwt ? signature_of(secret) : core_of(secret);
}

std::vector<Shape> parts() {
  return {
      {"First12",
       [](const PlantedSecret& secret) -> MaybeMade {
         // A key begins with what all keys of its kind begin with; a token's header is the same for all tokens.
         if (secret.kind == Kind::kKey || secret.kind == Kind::kJwt || secret.kind == Kind::kShort) return std::nullopt;
         return part(secret, secret.value.substr(0, 12), "as it is");
       }},
      {"Last12",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind == Kind::kShort) return std::nullopt;
         const std::string text = secret_half(secret);
         return part(secret, text.substr(text.size() - 12), "as it is");
       }},
      {"MiddleHalf",
       [](const PlantedSecret& secret) -> MaybeMade {
         // Of a key and a token more than a half is needed that is no public part.
         if (secret.kind == Kind::kKey || secret.kind == Kind::kJwt || secret.kind == Kind::kShort) return std::nullopt;
         const std::size_t size = secret.value.size();
         return part(secret, secret.value.substr(size / 4, (size + 1) / 2), "as it is");
       }},
      {"HexOfLast14",
       [](const PlantedSecret& secret) -> MaybeMade {
         // In hex, bytes are counted: not of values with letters beyond ASCII, nor of JWTs, which have a shape of
         // theirs.
         if (secret.kind == Kind::kJwt || secret.kind == Kind::kShort) return std::nullopt;
         const std::string text = secret_half(secret);
         const std::size_t size = secret.value.size();
         return Made{.data = hex(text.substr(text.size() - 14)),
                     .shape = fmt::format("hex, 14 of {} characters", size)};
       }},
      {"JwtPayload",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind != Kind::kJwt) return std::nullopt;
         const std::size_t point = secret.value.find('.') + 1;
         return Made{.data = secret.value.substr(point, secret.value.rfind('.') - point), .shape = "JWT payload"};
       }},
      {"JwtSignature",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind != Kind::kJwt) return std::nullopt;
         return part(secret, signature_of(secret), "JWT signature");
       }},
  };
}

/// Of a key the digest says nothing: those are of the public half, as ssh-keygen prints them.
Shape digest_as(std::string name, std::string shape, std::function<std::string(const std::string&)> encode) {
  return {std::move(name),
          [shape = std::move(shape), encode = std::move(encode)](const PlantedSecret& secret) -> MaybeMade {
            if (secret.kind == Kind::kKey) return std::nullopt;
            return Made{.data = encode(secret.value), .shape = shape, .is_digest = true};
          }};
}

std::vector<Shape> digests() {
  return {
      digest_as("Sha256Hex", "SHA-256", [](const std::string& s) { return hex(digest(s, false)); }),
      digest_as("Sha256UpperHex", "SHA-256", [](const std::string& s) { return hex(digest(s, false), true); }),
      digest_as("Sha256Half", "SHA-256", [](const std::string& s) { return hex(digest(s, false)).substr(0, 32); }),
      digest_as("Sha256Base64", "SHA-256", [](const std::string& s) { return to_base64(digest(s, false)); }),
      digest_as("Sha256Base64url", "SHA-256", [](const std::string& s) { return to_base64url(digest(s, false)); }),
      digest_as("Md5Hex", "MD5", [](const std::string& s) { return hex(digest(s, true)); }),
      digest_as("Md5Base64", "MD5", [](const std::string& s) { return to_base64(digest(s, true)); }),
  };
}

std::vector<Shape> split() {
  return {
      simple("TerminalEscapes", "terminal escapes",
             [](std::string_view s) {
               const std::size_t at = s.size() - s.size() / 3;  // in the secret half of a key, in a JWT's signature
               return std::string{s.substr(0, at)} + "\033[1;31m" + std::string{s.substr(at)} + "\033[0m";
             }),
      {"ColouredPieces",
       [](const PlantedSecret& secret) -> MaybeMade {
         // Of a key in colours, its lines are broken, too: it is another shape then.
         if (secret.kind == Kind::kKey) return std::nullopt;
         return Made{.data = wrapped(secret.value, width_for(secret.value), "\033[39m\033[38;5;214m"),
                     .shape = "terminal escapes"};
       }},
      {"WrappedLines",
       [](const PlantedSecret& secret) -> MaybeMade {
         const std::string text = core_of(secret);
         return Made{.data = wrapped(text, width_for(text), "\n    "), .shape = "wrapped lines"};
       }},
      {"WrappedAtBlank",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind != Kind::kAwkward) return std::nullopt;  // the only one that has one
         std::string text = secret.value;
         return Made{.data = text.replace(text.find(' '), 1, "\r\n"), .shape = "wrapped lines"};
       }},
      cells("TableCells", false),
      cells("DrawnTableCells", true),
      {"TableCellsAtBlank",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind != Kind::kAwkward) return std::nullopt;
         const std::size_t blank = secret.value.find(' ');
         return Made{.data = table({secret.value.substr(0, blank), secret.value.substr(blank + 1)}, true),
                     .shape = "table cells"};
       }},
      {"TwoWrites",
       [](const PlantedSecret& secret) -> MaybeMade {
         const std::size_t half = secret.value.size() / 2;
         return Made{.data = secret.value.substr(0, half), .shape = "as it is", .second = secret.value.substr(half)};
       }},
      {"Base64Wrapped",
       [](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = wrapped(to_base64("!" + secret.value), secret.value.size() < 12 ? 6 : 16, "\n"),
                     .shape = "base64 in wrapped lines"};
       }},
      {"HexWrapped",
       [](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = wrapped(hex(secret.value), secret.value.size() < 12 ? 10 : 32, "\n"),
                     .shape = "hex in wrapped lines"};
       }},
  };
}

std::vector<Shape> packed() {
  const auto about = [](std::string_view s) { return "the value is " + std::string{s} + ", keep it"; };
  const auto start_only = [](Shape shape) {
    return Shape{shape.name, [make = std::move(shape.make)](const PlantedSecret& secret) {
                   MaybeMade made = make(secret);
                   if (made) made->needs_start = true;
                   return made;
                 }};
  };
  return {
      simple("Gzip", "gzip", [=](std::string_view s) { return gzip(about(s)); }),
      simple("Zlib", "zlib", [=](std::string_view s) { return deflated(about(s), MAX_WBITS); }),
      start_only(simple("Deflate", "deflate", [=](std::string_view s) { return deflated(about(s), -MAX_WBITS); })),
      start_only({"Tar",
                  [=](const PlantedSecret& secret) -> MaybeMade {
                    return Made{.data = tar("app/.env", about(secret.value)), .shape = "as it is, app/.env"};
                  }}),
      {"TarGz",
       [=](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = gzip(tar("app/.env", about(secret.value))), .shape = "gzip, app/.env"};
       }},
      {"ZipStored",
       [=](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = zip("app/.env", about(secret.value), false), .shape = "zip, app/.env"};
       }},
      {"ZipDeflated",
       [=](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = zip("app/.env", about(secret.value), true), .shape = "zip, app/.env"};
       }},
      {"ZipSizesBehind",
       [=](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = zip("app/.env", about(secret.value), true, true), .shape = "zip, app/.env"};
       }},
      simple("GzipInBase64", "gzip in base64", [=](std::string_view s) { return to_base64(gzip(about(s))); }),
      simple("Base64InGzip", "base64 in gzip", [=](std::string_view s) { return gzip(to_base64(about(s))); }),
      simple("Base64Twice", "base64 in base64", [=](std::string_view s) { return to_base64(to_base64(about(s))); }),
      simple("HexOfBase64", "base64 in hex", [=](std::string_view s) { return hex(to_base64(about(s))); }),
      simple(
          "PercentInJson", "percent encoding in JSON escapes",
          [](std::string_view s) { return each(s, [](unsigned char c) { return fmt::format("\\u0025{:02X}", c); }); }),
      simple("PercentTwice", "percent encoding in percent encoding",
             [](std::string_view s) { return percent(percent(s, ""), "-._~"); }),
      {"PercentEncodedBase64",
       [](const PlantedSecret& secret) -> MaybeMade {
         const std::string text = percent(to_base64(secret.value), "-._~");
         const bool escaped = text.find("%2") != std::string::npos;  // more than its padding
         return Made{.data = text, .shape = escaped ? "base64 in percent encoding" : "base64"};
       }},
  };
}

std::vector<Shape> escaped() {
  return {
      simple("PercentAll", "percent encoding", [](std::string_view s) { return percent(s, ""); }),
      simple("PercentAllLower", "percent encoding", [](std::string_view s) { return percent(s, "", false); }),
      simple("PercentReserved", "percent encoding", [](std::string_view s) { return percent(s, "-._~"); }),
      {"Form",
       [](const PlantedSecret& secret) -> MaybeMade {
         const bool blank = core_of(secret).find(' ') != std::string::npos;
         return encoded(secret, form(secret.value), blank ? "form encoding" : "percent encoding");
       }},
      backslashes("Json", "JSON escapes", [](std::string_view s) { return "\"" + json(s) + "\""; }),
      backslashes("PhpJson", "JSON escapes", [](std::string_view s) { return "\"" + php_json(s) + "\""; }),
      backslashes("JsonAll", "JSON escapes", [](std::string_view s) { return "\"" + json_of_units(s) + "\""; }),
      {"PhpSerialize",
       [](const PlantedSecret& secret) -> MaybeMade {
         return Made{.data = fmt::format("a:1:{{s:1:\"x\";s:{}:\"{}\";}}", secret.value.size(), secret.value),
                     .shape = "PHP serialize"};
       }},
      simple("SingleQuoted", "shell escapes", single_quoted),
      simple("DoubleQuoted", "shell escapes", double_quoted),
      {"BashQ",
       [](const PlantedSecret& secret) -> MaybeMade {
         if (secret.kind == Kind::kKey) return std::nullopt;  // bash writes $'...' instead
         return encoded(secret, bash_q(secret.value), "shell escapes");
       }},
      backslashes("DollarQuoted", "shell escapes",
                  [](std::string_view s) {
                    return "$'" + each(s, [](unsigned char c) { return fmt::format("\\x{:02x}", c); }) + "'";
                  }),
      simple("Octal", "shell escapes",
             [](std::string_view s) { return each(s, [](unsigned char c) { return fmt::format("\\{:03o}", c); }); }),
      {"PhpExport",
       [](const PlantedSecret& secret) -> MaybeMade {
         return encoded(secret, php_export(secret.value), "PHP escapes");
       }},
      simple("Html", "HTML entities", html),
      simple("HtmlDecimal", "HTML entities", [](std::string_view s) { return html_numbers(s, false); }),
      simple("HtmlHex", "HTML entities", [](std::string_view s) { return html_numbers(s, true); }),
  };
}

std::vector<Shape> all_shapes() {
  std::vector<Shape> all{simple("AsItIs", "as it is", [](std::string_view s) { return std::string{s}; })};
  for (const bool url : {false, true}) {
    for (const bool padded : {false, true}) {
      for (std::size_t before = 0; before < 3; ++before) all.push_back(base64_at(before, url, padded));
    }
  }
  const auto add = [&](std::vector<Shape> more) { std::ranges::move(more, std::back_inserter(all)); };
  add({simple("Hex", "hex", [](std::string_view s) { return hex(s); }),
       simple("UpperHex", "hex", [](std::string_view s) { return hex(s, true); }),
       simple("Utf16Little", "UTF-16", [](std::string_view s) { return utf16(s, true); }),
       simple("Utf16Big", "UTF-16", [](std::string_view s) { return utf16(s, false); }),
       simple("Reversed", "reversed",
              [](std::string_view s) {
                return std::string{s.rbegin(), s.rend()};
              }),
       simple("Basic", "Basic authorization",
              [](std::string_view s) { return "Basic " + to_base64("bot:" + std::string{s}); })});
  add(escaped());
  add(split());
  add(parts());
  add(digests());
  add(packed());
  return all;
}

}  // namespace

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = all_shapes();
  return kShapes;
}

}  // namespace understudy::leaks
