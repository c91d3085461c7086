#pragma once
/// Names for what differs from run to run: ports and paths. Everything that a scenario sees has the name instead.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/check.hpp"
#include "mock_server/journal.hpp"

namespace understudy {

class Places {
public:
  /// Where several fit, the longest counts.
  void add(std::string real, std::string name);
  /// "http://127.0.0.1:PORT" as [API], also when percent-encoded or without the scheme.
  void add_server(const std::string& base_url, const std::string& name);
  /// The same for one of many that come and go: as add_server, but that `reveal` does not lead there.
  void add_port(const std::string& base_url, const std::string& name);

  [[nodiscard]] std::string hide(std::string text) const;    ///< names for places
  [[nodiscard]] std::string reveal(std::string text) const;  ///< places for names
  [[nodiscard]] Exchange hide(Exchange exchange) const;

private:
  std::vector<std::pair<std::string, std::string>> places_;  // real, name; longest first
  std::map<std::string, std::string> ports_;                 // number, name
};

/// What differs in the client's own words: its listener for logins takes the first free port from 5000 to 5010 (as
/// "127.0.0.1:[PORT]"), and -vvv says how long each answer took ("after [N] ms").
[[nodiscard]] std::string hide_what_varies(std::string text);

}  // namespace understudy
