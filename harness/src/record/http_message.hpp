#pragma once
/// HTTP/1.1 messages as they come over a connection (RFC 9112).

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/journal.hpp"
#include "record/peer.hpp"

namespace understudy {

/// What() says what is wrong with a message.
struct MessageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RequestHead {
  std::string method{};
  std::string target{};  ///< as sent: "/path?query"
  bool is_http_1_0 = false;
  std::vector<Header> headers{};
};

struct ResponseHead {
  int status = 0;
  std::string reason{};
  std::vector<Header> headers{};
};

/// How long a body is, and how one knows.
struct BodyLength {
  enum class Kind { kNone, kCounted, kChunked, kUntilClose } kind = Kind::kNone;
  std::size_t bytes = 0;  ///< if it is counted
};
/// These throw MessageError for what contradicts itself: somebody may mean to smuggle a request.
[[nodiscard]] BodyLength body_length(const RequestHead& head);
[[nodiscard]] BodyLength body_length(const ResponseHead& head, std::string_view method);

/// "close" among the values of Connection.
[[nodiscard]] bool has_token(const std::vector<Header>& headers, std::string_view name, std::string_view token);

/// Reads messages one after another. Members throw MessageError and PeerError.
class MessageReader {
public:
  explicit MessageReader(Peer& peer) : peer_{peer} {}

  [[nodiscard]] std::optional<RequestHead> request();    ///< nullopt if the other side is done
  [[nodiscard]] std::optional<ResponseHead> response();  ///< nullopt if it ended instead

  /// The body that comes now.
  void expect(BodyLength length);
  /// What has come of it, at once; nullopt at its end. Of a chunked one a whole chunk, if it is there.
  [[nodiscard]] std::optional<std::string> piece();
  /// All of it; throws MessageError beyond `limit` bytes.
  [[nodiscard]] std::string whole(std::size_t limit);

private:
  [[nodiscard]] std::optional<std::string> head();
  [[nodiscard]] std::string line();
  bool fill();  ///< false at the end
  void must_fill();
  std::optional<std::string> chunk_piece();
  std::string take(std::size_t bytes);

  Peer& peer_;
  std::string buffer_;
  BodyLength length_{};
  std::size_t left_ = 0;  // of the body, or of the chunk
  bool in_chunk_ = false;
  bool done_ = true;
};

}  // namespace understudy
