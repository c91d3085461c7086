#pragma once
/// What must not stay in a recording, taken out before it is written.
///
/// Each secret becomes a placeholder that stands for it throughout, in the order of appearance:
/// `understudy-access-token-1`, `understudy-sensitive-variable-2`; letters, digits and dashes, so that it reads the
/// same in a header, a URL, a form and JSON. A JSON Web Token becomes one that has the same `sub` (clients read it:
/// with another the same command asks for other things) and ends in such a name. Recording::placeholders lists all of
/// them; whoever looks for them in a text takes the longest that fits.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/recording.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {

struct RedactionOptions {
  std::vector<Secret> known{};        ///< secrets that are known beforehand, by the names that they have
  std::vector<std::string> fields{};  ///< of headers, parameters and JSON that hold secrets, beside those in the table
  /// E-mail addresses, names of people and host names are replaced, too, by `user1@example.com`, "Person 1",
  /// `host1.example.com`, the same by the same throughout. Ids stay.
  bool anonymize = false;
};

struct Redacted {
  Recording recording{};
  /// Where something is left that may be a secret: "entry 3, GET /projects, response header X-Session". With any of
  /// these it is not to be written. Never what it is.
  std::vector<std::string> residue{};
};

/// Finds secrets by where they are (Authorization, `access_token`, the value of a sensitive variable, ...), by their
/// looks (JSON Web Tokens, private keys, well-known prefixes) and by name, and replaces each wherever in the recording
/// it shows, in every shape that SecretHunter knows. The recording machine's kernel, which clients give in User-Agent
/// headers, is of no use to anybody and is replaced by another.
[[nodiscard]] Redacted redact(Recording recording, const RedactionOptions& options);

/// What `redact` checks its own work with: sightings of `hunter`'s secrets, and whatever is in a place that may hold
/// secrets and looks like one, but for placeholders of the recording.
[[nodiscard]] std::vector<std::string> residue_of(const Recording& recording, const SecretHunter& hunter);

}  // namespace understudy
