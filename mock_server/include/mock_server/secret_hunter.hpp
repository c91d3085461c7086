#pragma once
/// Finds secrets in what a program wrote, whatever it made of them on the way (design.md, section 5).

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/secrets.hpp"

namespace understudy {

/// One place where one secret shows.
struct Sighting {
  /// A part is a beginning or an end of 12 characters (or half of a shorter secret, but 8 at least), any half of it, or
  /// any 24 characters; of a private key, of what is not public of it.
  enum class Extent { kWhole, kPart, kFingerprint };

  std::size_t secret = 0;  ///< index into SecretHunter::secrets()
  Extent extent = Extent::kWhole;
  std::size_t begin = 0;     ///< bytes in the searched data; of something compressed: where its stream begins
  std::size_t end = 0;       ///< one past the last byte
  std::string shape{};       ///< "as it is", "hex", "base64 in JSON escapes in gzip"
  std::string member{};      ///< path in an archive: "backup/env in a tar"; "" outside of one
  std::size_t characters{};  ///< of the secret's own that show, about, where it is a part
};

/// Bytes that must not be shown, and whose they are.
struct CoveredRange {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one past the last byte
  std::size_t secret = 0;
};

struct Survey {
  std::vector<Sighting> sightings{};    ///< as of SecretHunter::find
  std::vector<CoveredRange> covered{};  ///< in their order, none overlapping: also what other readings of a place reach
};

/// Immutable, so that threads may share one. A search makes one pass over the data whatever the number of secrets is,
/// and another over what it unpacks or unescapes.
///
/// Shapes: as it is; base64 and base64url at each alignment; hex; UTF-16; reversed; percent and form encoding, JSON,
/// PHP and shell escapes, doubled quotes, quoted-printable and HTML entities, of all characters or of some; split by
/// terminal escapes, by line breaks, by the columns of a table; a private key's DER; the password of a URL by itself;
/// in gzip, zlib and raw deflate streams (the first 64 MiB of each), members of tar and zip, in base64, hex or a hex
/// dump of any of these, up to four deep. SHA-256 and MD5 of a secret are its fingerprints.
class SecretHunter {
public:
  /// Those of kind kPublic are covered but never found; so are those that cannot be hunted (`why_not_hunted`).
  explicit SecretHunter(std::vector<Secret> secrets);
  ~SecretHunter();
  SecretHunter(const SecretHunter&) = delete;
  SecretHunter& operator=(const SecretHunter&) = delete;

  [[nodiscard]] const std::vector<Secret>& secrets() const;
  /// In the order of their places, one for each secret and place: the one with the simplest shape.
  [[nodiscard]] std::vector<Sighting> find(std::string_view data) const;
  /// The same, with what `cover` would replace.
  [[nodiscard]] Survey survey(std::string_view data) const;
  /// `text` with all of them, but for fingerprints, replaced by what `shown_as` says. Of values that cannot be hunted,
  /// those of four characters and more, as they are.
  [[nodiscard]] std::string cover(std::string_view text) const;
  /// The bytes of `text` from `begin` to `end`, covered, of which `ranges` (Survey) says how.
  [[nodiscard]] std::string cover_part(std::string_view text, const std::vector<CoveredRange>& ranges,
                                       std::size_t begin, std::size_t end) const;

private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

/// Why a value cannot be told from what is there by chance: "it has 6 characters, 8 are needed"; "" if it can.
[[nodiscard]] std::string why_not_hunted(std::string_view value);

}  // namespace understudy
