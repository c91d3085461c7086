#pragma once
/// From a sighting in some text to an exposure.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/exposure.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {

/// Texts that the scenario handed over to some kind of place: what shows in them may show there.
class GivenTexts {
public:
  GivenTexts() = default;
  /// Both must outlive it.
  GivenTexts(const SecretHunter& hunter, const std::vector<std::string>& texts) : hunter_{&hunter}, texts_{&texts} {}

  /// Whether secret number `secret` of the hunter shows in them, in that shape: what the client makes of it is its own
  /// doing. They are searched when this is first asked.
  [[nodiscard]] bool hold(std::size_t secret, const std::string& shape) const;

private:
  const SecretHunter* hunter_ = nullptr;
  const std::vector<std::string>* texts_ = nullptr;
  mutable std::optional<std::set<std::pair<std::size_t, std::string>>> secrets_{};  ///< with their shapes
};

class Spotter {
public:
  Spotter(const SecretHunter& hunter, std::string command) : hunter_{hunter}, command_{std::move(command)} {}

  /// What shows in `text`, but for what `into` has already. `where` is put before the number of the byte: "pid 42,
  /// argument 3". `given` was handed over to just this kind of place. What ends before byte `from` is passed over.
  void look(std::string_view text, const std::string& place, const std::string& where, const GivenTexts& given,
            std::vector<Exposure>& into, std::size_t from = 0) const;

  [[nodiscard]] const SecretHunter& hunter() const { return hunter_; }

private:
  [[nodiscard]] std::string reason_for(const Exposure& exposure) const;

  const SecretHunter& hunter_;
  std::string command_;
};

/// About 30 characters on both sides, on one line, secrets covered. `survey` is the hunter's of `text`.
[[nodiscard]] std::string context_of(const SecretHunter& hunter, std::string_view text, const Survey& survey,
                                     const Sighting& sighting);

}  // namespace understudy
