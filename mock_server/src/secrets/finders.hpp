#pragma once
/// Secrets come one by one, and what finds them takes time for each that it knows: many of them have several finders.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/secret_hunter.hpp"

namespace understudy::secrets {

/// Finders of a list of secrets that grows at its end: each knows some that stand beside each other in it, the first
/// finder the first ones. One is put together with the next where it would not be twice as large, as the levels of a
/// log-structured merge tree are: there are few, and no secret was in many.
class Finders {
public:
  /// Leaves out those that are to be put together with what is new, and those most of whose secrets are gone, where the
  /// list is now of `size`. Returns how many secrets of the list, from the first on, the others know: the rest wants a
  /// finder of its own.
  std::size_t make_room(std::size_t size);
  /// Of those behind the ones that are known.
  void add(std::shared_ptr<const SecretHunter> finder);
  /// The secret at `place` is not in the list any more. It is found until its finder is made anew.
  void forget(std::size_t place);

  [[nodiscard]] std::size_t count() const { return levels_.size(); }
  /// As of a finder of all of them, but for whose name it has where two secrets overlap.
  [[nodiscard]] std::string cover(std::string_view text) const;

private:
  struct Level {
    std::shared_ptr<const SecretHunter> finder;
    std::size_t listed = 0;  ///< so many of its secrets are still in the list
  };

  std::vector<Level> levels_;
};

}  // namespace understudy::secrets
