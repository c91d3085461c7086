#pragma once
/// Which of the recorded answers to a request is due, by what was asked so far (replay.hpp, "Order").

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/replay.hpp"
#include "recording/request_index.hpp"

namespace understudy {

[[nodiscard]] std::string words_of(std::string_view method, std::string_view path, std::string_view query);
[[nodiscard]] std::string words_of(const RecordedExchange& exchange);  ///< "GET /projects/p?a=1"

/// Not thread-safe.
class Turns {
public:
  explicit Turns(const Recording& recording) : recording_{recording} {}

  /// How many changes there are: the epoch of what is recorded next.
  [[nodiscard]] std::size_t changes() const { return changes_.size(); }
  void add_change(std::size_t exchange) { changes_.push_back({exchange}); }

  /// Which exchange answers, or why none does.
  struct Choice {
    std::optional<std::size_t> exchange{};
    std::optional<std::size_t> instead{};  ///< whose answer is given, if not that one's
    bool again = false;                    ///< it was given before
    bool is_poll = false;                  ///< what was given before showed something unfinished
    std::string refusal{};
  };
  [[nodiscard]] Choice choose(RecordedRequest& request, const RequestView& asked) const;
  void note_asked(RecordedRequest& request, const Choice& choice);
  /// Somebody else is told to change something: what was recorded of it is no longer true, and so not given.
  void note_elsewhere(const RequestShape& change);
  void note_added(RecordedRequest& request);  ///< the last exchange of it, by somebody who asked for it

  /// Indices of exchanges, ascending.
  [[nodiscard]] std::vector<std::size_t> never_asked(const std::vector<RecordedRequest>& requests) const;

private:
  struct Change {
    std::size_t exchange = 0;
    bool asked = false;
  };
  [[nodiscard]] bool is_unfinished(std::size_t exchange) const;
  [[nodiscard]] Choice choose_change(const RecordedRequest& request) const;
  [[nodiscard]] const RecordedExchange* stale_by(RecordedRequest& request, std::size_t epoch) const;
  [[nodiscard]] Choice next_of(const RecordedRequest& request, std::size_t from, std::size_t to) const;
  [[nodiscard]] Choice choose_read(RecordedRequest& request) const;
  [[nodiscard]] std::optional<std::size_t> whole_answer(const RecordedRequest& request, std::size_t exchange,
                                                        const RequestView& asked) const;
  void pass_asked();

  const Recording& recording_;
  std::vector<std::pair<std::string, std::string>> elsewhere_;  ///< method and path
  std::vector<Change> changes_;                                 ///< in their order
  std::size_t next_change_ = 0;                                 ///< the first that was not asked for
};

}  // namespace understudy
