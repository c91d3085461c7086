#pragma once
/// Content codings undone as the bytes come (RFC 9110, 8.4).

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/journal.hpp"

namespace understudy {

struct CodingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Of what a client accepts that which we can read: "gzip, deflate", or "identity" where nothing is left.
[[nodiscard]] std::string readable_codings(const std::vector<Header>& request);

class Decoder {
public:
  /// "" and "identity" pass everything on. Throws CodingError for one that is not known.
  Decoder(std::string_view coding, std::size_t limit_bytes);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Throws CodingError for what is damaged, or becomes longer than the limit.
  [[nodiscard]] std::string feed(std::string_view bytes);
  [[nodiscard]] bool is_identity() const { return state_ == nullptr; }

private:
  struct State;
  std::unique_ptr<State> state_;
  std::size_t limit_;
  std::size_t made_ = 0;
};

}  // namespace understudy
