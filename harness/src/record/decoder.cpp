#include "record/decoder.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <string>

#include "mock_server/ascii.hpp"
#include "mock_server/header_lists.hpp"

namespace understudy {
namespace {

constexpr int kGzipOrZlib = 15 + 32;
constexpr int kRaw = -15;

}  // namespace

std::string readable_codings(const std::vector<Header>& request) {
  std::string result;
  for (std::string& coding : list_in(request, "Accept-Encoding")) {
    std::erase(coding, ' ');  // before weights
    const std::string name = coding.substr(0, coding.find(';'));
    if (name == "gzip" || name == "deflate" || name == "identity") result += (result.empty() ? "" : ", ") + coding;
  }
  return result.empty() ? "identity" : result;
}

struct Decoder::State {
  z_stream stream{};
  bool may_be_raw = false;  // some servers call raw deflate "deflate"
  bool ended = false;
  std::string first{};  // what came before we knew

  void open(int window) {
    if (::inflateInit2(&stream, window) != Z_OK) throw CodingError{"zlib cannot begin"};
  }
  ~State() { ::inflateEnd(&stream); }
};

Decoder::Decoder(std::string_view coding, std::size_t limit_bytes) : limit_{limit_bytes} {
  const std::string name = lower(coding);
  if (name.empty() || name == "identity") return;
  if (name != "gzip" && name != "x-gzip" && name != "deflate")
    throw CodingError{fmt::format("the answer is in the coding {}, which was not asked for", name)};
  state_ = std::make_unique<State>();
  state_->may_be_raw = name == "deflate";
  state_->open(kGzipOrZlib);
}

Decoder::~Decoder() = default;

std::string Decoder::feed(std::string_view bytes) {
  if (state_ == nullptr) {
    made_ += bytes.size();
    if (made_ > limit_) throw CodingError{fmt::format("the answer is longer than {} bytes", limit_)};
    return std::string{bytes};
  }
  std::string result;
  std::array<unsigned char, 16384> out{};
  std::string in{bytes};
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<unsigned char*>(in.data());
  stream.avail_in = static_cast<unsigned>(in.size());
  while (!state_->ended) {
    stream.next_out = out.data();
    stream.avail_out = out.size();
    int status = ::inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_DATA_ERROR && state_->may_be_raw && made_ == 0 && result.empty()) {
      state_->may_be_raw = false;
      ::inflateEnd(&stream);
      state_->open(kRaw);
      in = state_->first + std::string{bytes};
      stream.next_in = reinterpret_cast<unsigned char*>(in.data());
      stream.avail_in = static_cast<unsigned>(in.size());
      continue;
    }
    const std::size_t made = out.size() - stream.avail_out;
    result.append(reinterpret_cast<const char*>(out.data()), made);
    if (made_ + result.size() > limit_) throw CodingError{fmt::format("the answer is longer than {} bytes", limit_)};
    if (status == Z_STREAM_END && stream.avail_in > 0 && ::inflateReset(&stream) == Z_OK) continue;  // another member
    if (status == Z_STREAM_END) state_->ended = true;
    if (status == Z_BUF_ERROR || (stream.avail_in == 0 && stream.avail_out > 0)) break;
    if (status != Z_OK && status != Z_STREAM_END) throw CodingError{"the answer's compression is damaged"};
  }
  if (state_->may_be_raw && made_ == 0) state_->first += bytes;
  made_ += result.size();
  return result;
}

}  // namespace understudy
