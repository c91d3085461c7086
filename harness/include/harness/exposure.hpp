#pragma once
/// What came out about a step without being asked for: where a secret shows, and which rule of authentication is
/// broken (design.md, section 5).

#include <string>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

/// One place where a secret shows, or one broken rule. Holds no secret: texts are covered.
struct Exposure {
  std::string rule = "secret";  ///< or the name of a rule of authentication: "after-logout-on-disk"
  std::string secret{};         ///< "access token 1"; "" for a rule
  std::string kind{};           ///< "access token"; of a digest "fingerprint of access token"
  /// The same in each run: "argument of curl", "file ~/.config/token", "header Authorization of GET /me".
  std::string place{};
  std::string spot{};                      ///< just where: "pid 4242, argument 3", "byte 120, mode 0644"
  std::string shape{};                     ///< "base64 in gzip"
  std::string context{};                   ///< what stands around it
  std::string may_be{};                    ///< why it may be there, by the table of what is allowed; "" if it may not
  [[nodiscard]] std::string what() const;  ///< "access token 1 (as it is) in argument of curl"
};

/// A line below `allow:` or `known:` of a step: exposures that it lets pass. A known one must show up.
struct ExposureLine {
  Position at;
  bool known = false;
  bool somewhere = false;  ///< it stands at a scenario with steps: a known one has to show up in one of them
  std::string rule{};      ///< "" for a secret
  std::string secret{};    ///< pattern (fnmatch(3)) for its name or its kind
  std::string in{};        ///< pattern for `place`
  std::string shape{};     ///< pattern for `shape`; "" for any
  std::string reason{};
  [[nodiscard]] bool fits(const Exposure& exposure) const;
  [[nodiscard]] std::string what() const;  ///< "access token* in argument of curl"
};

/// The rules of authentication that hold for each step without being asked for, with what each of them says.
struct AuthRule {
  std::string name;
  std::string what;
};
[[nodiscard]] const std::vector<AuthRule>& auth_rules();

/// One line of the table of what is allowed.
struct Allowance {
  std::string secrets;  ///< patterns for kinds, with `|` between them
  std::string places;   ///< patterns for places, with `|` between them
  std::string command;  ///< only for this command of the client; "" for any
  std::string reason;
};
[[nodiscard]] const std::vector<Allowance>& allowances();

}  // namespace understudy
