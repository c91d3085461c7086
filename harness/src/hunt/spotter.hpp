#pragma once
/// From a sighting in some text to an exposure.

#include <string>
#include <string_view>
#include <vector>

#include "harness/exposure.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {

class Spotter {
public:
  Spotter(const SecretHunter& hunter, std::string command) : hunter_{hunter}, command_{std::move(command)} {}

  /// What shows in `text`. `where` is put before the number of the byte: "pid 42, argument 3". `given` are texts that
  /// the scenario handed over to just this kind of place: what shows in them may show here.
  void look(std::string_view text, const std::string& place, const std::string& where,
            const std::vector<std::string>& given, std::vector<Exposure>& into) const;

  [[nodiscard]] const SecretHunter& hunter() const { return hunter_; }

private:
  [[nodiscard]] std::string reason_for(const Exposure& exposure) const;
  [[nodiscard]] bool is_given(const Secret& secret, const std::vector<std::string>& given) const;

  const SecretHunter& hunter_;
  std::string command_;
};

/// About 30 characters on both sides, on one line, secrets covered. `survey` is the hunter's of `text`.
[[nodiscard]] std::string context_of(const SecretHunter& hunter, std::string_view text, const Survey& survey,
                                     const Sighting& sighting);

}  // namespace understudy
