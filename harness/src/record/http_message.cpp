#include "record/http_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "mock_server/ascii.hpp"
#include "mock_server/header_lists.hpp"

namespace understudy {
namespace {

constexpr std::size_t kLongestHead = std::size_t{256} << 10U;
constexpr std::size_t kLongestLine = std::size_t{16} << 10U;

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

std::vector<Header> read_headers(std::string_view rest) {
  std::vector<Header> headers;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        line.substr(0, colon).find_first_of(" \t") != std::string_view::npos)
      throw MessageError{"a header line that is none"};
    headers.push_back({std::string{line.substr(0, colon)}, std::string{trimmed(line.substr(colon + 1))}});
  }
  return headers;
}

std::optional<std::size_t> content_length(const std::vector<Header>& headers) {
  std::optional<std::size_t> length;
  for (const Header& header : headers) {
    if (!same_ignoring_case(header.name, "Content-Length")) continue;
    std::size_t value = 0;
    const char* const end = header.value.data() + header.value.size();
    const auto read = std::from_chars(header.value.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || (length && *length != value))
      throw MessageError{"a Content-Length that cannot be understood"};
    length = value;
  }
  return length;
}

}  // namespace

bool has_token(const std::vector<Header>& headers, std::string_view name, std::string_view token) {
  const std::vector<std::string> values = list_in(headers, name);
  return std::ranges::find(values, token) != values.end();
}

BodyLength body_length(const RequestHead& head) {
  const std::optional<std::size_t> length = content_length(head.headers);
  if (find_header(head.headers, "Transfer-Encoding") != nullptr) {
    if (length || !has_token(head.headers, "Transfer-Encoding", "chunked"))
      throw MessageError{"a request with a body of two lengths"};
    return {BodyLength::Kind::kChunked};
  }
  if (length.value_or(0) == 0) return {};
  return {BodyLength::Kind::kCounted, *length};
}

BodyLength body_length(const ResponseHead& head, std::string_view method) {
  const bool has_none = method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304;
  if (has_none) return {};
  if (has_token(head.headers, "Transfer-Encoding", "chunked")) return {BodyLength::Kind::kChunked};
  if (const std::optional<std::size_t> length = content_length(head.headers))
    return {BodyLength::Kind::kCounted, *length};
  return {BodyLength::Kind::kUntilClose};
}

bool MessageReader::fill() {
  const std::string piece = peer_.read();
  buffer_ += piece;
  return !piece.empty();
}

void MessageReader::must_fill() {
  if (!fill()) throw PeerError{"the connection ended in the middle of a message"};
}

std::string MessageReader::take(std::size_t bytes) {
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

std::optional<std::string> MessageReader::head() {
  while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
  while (true) {
    const std::size_t crlf = buffer_.find("\r\n\r\n");
    const std::size_t end = std::min(crlf, buffer_.find("\n\n"));
    if (end != std::string::npos) return take(end + (end == crlf ? 4 : 2));
    if (buffer_.size() > kLongestHead) throw MessageError{"a head that is too long"};
    if (buffer_.empty()) {
      if (!fill()) return std::nullopt;
    } else {
      must_fill();
    }
  }
}

std::optional<RequestHead> MessageReader::request() {
  const std::optional<std::string> text = head();
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  const std::string_view line = take_line(rest);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || first == 0)
    throw MessageError{"a request line that cannot be understood"};
  RequestHead request{.method = std::string{line.substr(0, first)},
                      .target = std::string{line.substr(first + 1, last - first - 1)},
                      .is_http_1_0 = line.substr(last + 1) == "HTTP/1.0"};
  if (!line.substr(last + 1).starts_with("HTTP/1.") || request.target.find(' ') != std::string::npos)
    throw MessageError{"a request line that cannot be understood"};
  request.headers = read_headers(rest);
  return request;
}

std::optional<ResponseHead> MessageReader::response() {
  while (true) {
    const std::optional<std::string> text = head();
    if (!text) return std::nullopt;
    std::string_view rest = *text;
    const std::string_view line = take_line(rest);
    ResponseHead response;
    const bool is_one = line.starts_with("HTTP/1.") && line.size() >= 12 &&
                        std::from_chars(line.data() + 9, line.data() + 12, response.status).ec == std::errc{};
    if (!is_one) throw MessageError{"no answer of HTTP/1"};
    if (line.size() > 13) response.reason = line.substr(13);
    response.headers = read_headers(rest);
    if (response.status >= 200 || response.status == 101) return response;  // what comes before is only a remark
  }
}

void MessageReader::expect(BodyLength length) {
  length_ = length;
  left_ = length.bytes;
  in_chunk_ = false;
  done_ = length.kind == BodyLength::Kind::kNone || (length.kind == BodyLength::Kind::kCounted && left_ == 0);
}

std::string MessageReader::line() {
  while (buffer_.find('\n') == std::string::npos) {
    if (buffer_.size() > kLongestLine) throw MessageError{"a line that is too long"};
    must_fill();
  }
  std::string text = take(buffer_.find('\n') + 1);
  text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

std::optional<std::string> MessageReader::chunk_piece() {
  if (!in_chunk_) {
    const std::string size = line();
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), left_, 16);
    const bool is_one = error == std::errc{} && (end == size.data() + size.size() || *end == ';' || *end == ' ');
    if (!is_one) throw MessageError{"a chunk without its length"};
    in_chunk_ = true;
    if (left_ == 0) {
      while (!line().empty()) continue;  // trailers
      done_ = true;
      return std::nullopt;
    }
  }
  if (buffer_.empty()) must_fill();
  std::string piece = take(std::min(left_, buffer_.size()));
  left_ -= piece.size();
  if (left_ == 0) {
    if (!line().empty()) throw MessageError{"a chunk that is longer than its length"};
    in_chunk_ = false;
  }
  return piece;
}

std::optional<std::string> MessageReader::piece() {
  if (done_) return std::nullopt;
  if (length_.kind == BodyLength::Kind::kChunked) return chunk_piece();
  const bool until_close = length_.kind == BodyLength::Kind::kUntilClose;
  if (buffer_.empty()) {
    if (until_close && !fill()) {
      done_ = true;
      return std::nullopt;
    }
    if (!until_close) must_fill();
  }
  std::string piece = take(until_close ? buffer_.size() : std::min(left_, buffer_.size()));
  left_ -= until_close ? 0 : piece.size();
  done_ = !until_close && left_ == 0;
  return piece;
}

std::string MessageReader::whole(std::size_t limit) {
  std::string body;
  if (length_.kind == BodyLength::Kind::kCounted && length_.bytes > limit)
    throw MessageError{fmt::format("a body of {} bytes; {} is the limit", length_.bytes, limit)};
  while (const std::optional<std::string> more = piece()) {
    body += *more;
    if (body.size() > limit) throw MessageError{fmt::format("a body of more than {} bytes", limit)};
  }
  return body;
}

}  // namespace understudy
