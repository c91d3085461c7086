#pragma once
/// From what was recorded to what is answered.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/replay.hpp"
#include "recording/answer_text.hpp"
#include "recording/needles.hpp"

namespace understudy {

/// What is to be filled in: placeholders, and the addresses of the recorded servers in each form in which they occur.
class Holes {
public:
  explicit Holes(const Recording& recording);
  void add_server(const std::string& server);
  [[nodiscard]] const Needles& needles() const { return needles_; }
  /// Number in `placeholders()`, or nullopt if the hole is an address.
  [[nodiscard]] std::optional<std::size_t> placeholder(std::size_t hole) const;
  [[nodiscard]] bool is_encoded(std::size_t hole) const { return kinds_[hole].encoded; }
  [[nodiscard]] const Needles& placeholders() const { return placeholders_; }

private:
  struct Kind {
    std::optional<std::size_t> placeholder{};
    bool encoded = false;
  };
  void add(std::string text, Kind kind, bool is_address);

  Needles needles_;
  std::vector<Kind> kinds_;
  Needles placeholders_;
};

/// A recorded answer, looked through once.
class RecordedAnswer {
public:
  RecordedAnswer(const RecordedExchange& exchange, const Holes& holes);
  /// Fills status, headers, body, type and chunks.
  [[nodiscard]] PlayedAnswer filled(const RecordedExchange& exchange,
                                    const std::function<std::string(std::size_t hole)>& fill) const;

private:
  struct HeaderText {
    std::size_t header = 0;  ///< index in the exchange
    AnswerText value;
  };
  std::vector<HeaderText> headers_;
  AnswerText body_;
};

}  // namespace understudy
