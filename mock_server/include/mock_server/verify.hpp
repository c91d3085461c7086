#pragma once
/// Recordings age. The same requests are sent again, to what answers them now, and the answers are compared by status,
/// type and shape: values differ, of course.

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "mock_server/recording.hpp"
#include "mock_server/shape.hpp"

namespace understudy {

struct LiveRequest {
  std::string method{};
  std::string server{};  ///< as it was recorded: whoever asks knows what stands for it now
  std::string path{};    ///< raw
  std::string query{};
  std::vector<Header> headers{};  ///< none that belong to the connection
  std::string body{};
};
struct LiveAnswer {
  int status = 0;  ///< 0: the connection was dropped
  std::string content_type{};
  std::string body{};  ///< content codings undone
};
/// Throws std::runtime_error if nobody is there to be asked.
using AskLive = std::function<LiveAnswer(const LiveRequest& request)>;

struct VerifySettings {
  bool writes = false;      ///< send what changes something, too
  bool strict = false;      ///< compare_shapes
  std::string api_token{};  ///< exchanged for access tokens in place of the recorded ones; "" for none
};

struct VerifiedExchange {
  enum class Outcome { kSame, kDrift, kNotSent };
  std::size_t index = 0;  ///< in Recording::exchanges
  Outcome outcome = Outcome::kSame;
  std::string why_not_sent{};
  int status_then = 0;
  int status_now = 0;
  std::string type_then{};  ///< content type without parameters, lower case
  std::string type_now{};
  std::vector<ShapeChange> changes{};  ///< none if the statuses differ: it is another answer then

  [[nodiscard]] bool status_differs() const { return status_then != status_now; }
  /// Not if the recording does not say it.
  [[nodiscard]] bool type_differs() const { return !type_then.empty() && type_then != type_now && !status_differs(); }
};

struct Verification {
  std::vector<VerifiedExchange> exchanges{};  ///< one for each of the recording, in its order
  std::set<std::string> secrets{};            ///< tokens that the live answers held: not to be printed
  [[nodiscard]] std::size_t count(VerifiedExchange::Outcome outcome) const;
};

/// Asks one request after the other. What an answer calls otherwise than the recorded one did (tokens, ids, links) is
/// called so in later requests, and placeholders are bound likewise. Without `writes` only GET, HEAD and the exchange
/// of tokens are sent; what needs something that was not sent is not sent either.
[[nodiscard]] Verification verify(const Recording& recording, const AskLive& ask, const VerifySettings& settings);

}  // namespace understudy
