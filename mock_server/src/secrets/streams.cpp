#include "secrets/streams.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <new>
#include <optional>
#include <vector>

#include "secrets/encoded.hpp"

namespace understudy::secrets {
namespace {

constexpr std::size_t kMostInflated = 64 << 20;

// zlib's windowBits.
constexpr int kRaw = -MAX_WBITS;
constexpr int kZlib = MAX_WBITS;
constexpr int kGzip = MAX_WBITS + 16;

struct Inflated {
  std::string text{};
  std::size_t size = 0;  ///< bytes that were read
  bool complete = false;
};

/// zlib's state, taken up again for each stream: most of what looks like the beginning of one is none.
class Inflater {
public:
  Inflater() : buffer_(1 << 16) {
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc{};
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// nullopt if nothing comes of it.
  std::optional<Inflated> run(std::string_view data, int window_bits) {
    inflateReset2(&stream_, window_bits);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib only reads it
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), std::numeric_limits<uInt>::max()));
    Inflated result;
    int status = Z_OK;
    while (status == Z_OK && result.text.size() < kMostInflated) {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      status = ::inflate(&stream_, Z_SYNC_FLUSH);
      result.text.append(buffer_.data(), buffer_.size() - stream_.avail_out);
      if (status == Z_OK && stream_.avail_out == buffer_.size()) break;
    }
    result.size = stream_.total_in;
    result.complete = status == Z_STREAM_END;
    if (result.text.empty()) return std::nullopt;
    return result;
  }

private:
  z_stream stream_{};
  std::vector<char> buffer_;
};

std::optional<Inflated> inflate_at(std::string_view data, int window_bits) {
  thread_local Inflater inflater;
  return inflater.run(data, window_bits);
}

std::size_t number_at(std::string_view data, std::size_t at, std::size_t bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8U | static_cast<unsigned char>(data[at + i]);
  return value;
}

}  // namespace

const std::array<Sign, kHeads.size()>& heads() {
  static constexpr std::array<Sign, kHeads.size()> kAll{{is_gzip_header, is_zlib_header, is_zip_header}};
  return kAll;
}

void StreamFinder::go_on() {
  if (!wanted_.encoded_only) {
    go_on_with_compressed('\x1f', kGzip, "gzip", gzip_);
    go_on_with_compressed('x', kZlib, "zlib", zlib_);
    go_on_with_zip_members();
    const bool is_first = !std::exchange(is_begun_, true);
    if (is_first && !at_start_ && wanted_.from_start) find_raw_deflate();
  }
  if (wanted_.joints == nullptr) {
    go_on_with_base64_runs();
    dumps_.go_on(
        scan_.dump_words(),
        [&](HexDump dump) { give(dump.begin, dump.end - dump.begin, std::move(dump.bytes), "hex dump"); },
        [&](std::size_t begin, std::size_t end) { decode_hex_run(begin, data_.substr(begin, end - begin)); });
  } else if (scan_.is_done()) {
    for (const std::size_t joint : *wanted_.joints) {
      if (joint > 0) take_run(joint - 1);
      take_run(joint);
    }
  }
}

/// Whether it is not known from where the data come from.
bool StreamFinder::is_new(std::size_t begin, std::size_t size) const {
  if (wanted_.joints == nullptr) return true;
  const auto next = std::ranges::upper_bound(*wanted_.joints, begin);
  return next != wanted_.joints->end() && *next < begin + size;
}

void StreamFinder::give(std::size_t begin, std::size_t size, std::string text, std::string_view shape,
                        std::string member) {
  use_({begin, begin + size, std::move(text), shape, std::move(member)});
}

void StreamFinder::go_on_with_compressed(char head, int window_bits, std::string_view shape, Progress& progress) {
  const std::vector<std::size_t>& places = scan_.marks().of(head);
  for (; progress.next < places.size(); ++progress.next) {
    const std::size_t at = places[progress.next];
    if (at < progress.end) continue;  // within the one before
    auto inflated = inflate_at(data_.substr(at), window_bits);
    if (!inflated) continue;
    at_start_ |= at == 0;
    if (inflated->complete) progress.end = at + inflated->size;
    if (is_new(at, inflated->size)) give(at, inflated->size, std::move(inflated->text), shape);
  }
}

/// PKWARE's APPNOTE, 4.3.7: local file header.
void StreamFinder::go_on_with_zip_members() {
  const std::vector<std::size_t>& places = scan_.marks().of('P');
  for (; zip_.next < places.size(); ++zip_.next) take_zip_member(places[zip_.next]);
}

void StreamFinder::take_zip_member(std::size_t at) {
  constexpr std::size_t kHeader = 30;
  if (at + kHeader > data_.size()) return;
  const std::size_t method = number_at(data_, at + 8, 2);
  const std::size_t stored_size = number_at(data_, at + 18, 4);
  const std::size_t name_size = number_at(data_, at + 26, 2);
  const std::size_t begin = at + kHeader + name_size + number_at(data_, at + 28, 2);
  if (begin > data_.size()) return;
  at_start_ |= at == 0;
  std::string name{data_.substr(at + kHeader, name_size)};
  constexpr std::size_t kDeflated = 8;
  if (method == 0) {
    const std::string_view text = data_.substr(begin, stored_size);
    use_({begin, begin + text.size(), std::string{text}, "zip", std::move(name), true});
  } else if (method == kDeflated) {
    if (auto inflated = inflate_at(data_.substr(begin), kRaw))
      give(begin, inflated->size, std::move(inflated->text), "zip", std::move(name));
  }
}

/// It has no mark: only what is one from its beginning to its end is taken for one.
void StreamFinder::find_raw_deflate() {
  if (data_.size() < 8) return;
  auto inflated = inflate_at(data_, kRaw);
  if (inflated && (inflated->complete || inflated->size == data_.size()))
    give(0, inflated->size, std::move(inflated->text), "deflate");
}

void StreamFinder::go_on_with_base64_runs() {
  const std::vector<Base64Runs::Run>& runs = scan_.base64_runs();
  for (; next_base64_run_ < runs.size(); ++next_base64_run_) {
    const auto [begin, end] = runs[next_base64_run_];
    decode_base64_run(begin, data_.substr(begin, end - begin));
  }
}

void StreamFinder::take_run(std::size_t at) {
  if (at < run_end_ || at >= data_.size() || !is_base64(data_[at])) return;
  const std::size_t begin = scan_.words().begin_of_base64(run_end_, at);
  run_end_ = scan_.words().end_of_base64(at);
  if (run_end_ - begin >= kShortestRun) decode_run(begin, run_end_);
}

void StreamFinder::decode_run(std::size_t begin, std::size_t end) {
  const std::string_view run = data_.substr(begin, end - begin);
  decode_base64_run(begin, run);
  // What is encoded in hex may stand in a path.
  std::size_t done = begin;
  for (std::size_t at = begin; at < end; at += kWord) {
    for (std::uint64_t twelve = begins_of_twelve(hex_mask(data_, at)); twelve != 0; twelve &= twelve - 1) {
      std::size_t from = at + static_cast<std::size_t>(std::countr_zero(twelve));
      if (from < done || from >= end) continue;
      done = from;
      while (from > begin && is_hex(data_[from - 1])) --from;
      while (done < end && is_hex(data_[done])) ++done;
      decode_hex_run(from, data_.substr(from, done - from));
    }
  }
}

void StreamFinder::decode_hex_run(std::size_t begin, std::string_view run) {
  for (unsigned skips = promising_hex(run); skips != 0; skips &= skips - 1) {
    const auto skip = static_cast<std::size_t>(std::countr_zero(skips));
    give(begin + skip, run.size() - skip, decode_hex(run.substr(skip)), "hex");
  }
}

/// A path's slashes, and dashes of other text, are of the alphabet, too: what is encoded may begin behind each of them.
/// What begins a multiple of four behind another beginning is known from there.
void StreamFinder::decode_base64_run(std::size_t begin, std::string_view run) {
  unsigned known = 0;
  const auto take = [&](std::size_t skip) {
    known |= 1U << skip % 4;
    give(begin + skip, run.size() - skip, decode_base64(run.substr(skip)), "base64");
  };
  for (unsigned skips = promising_base64(run); skips != 0; skips &= skips - 1)
    take(static_cast<std::size_t>(std::countr_zero(skips)));
  for (std::size_t word_at = 0; word_at < run.size(); word_at += kWord) {
    for (std::uint64_t word = scan_.words().separators_from(begin + word_at); word != 0; word &= word - 1) {
      const std::size_t at = word_at + static_cast<std::size_t>(std::countr_zero(word)) + 1;
      if (at >= run.size()) return;
      if (run[at] == '-' || run[at] == '+') continue;  // as in rules; nothing begins so
      if (promising_base64_begins(run.substr(at)) && (known >> at % 4 & 1U) == 0) take(at);
    }
  }
}

std::string tar_member(std::string_view data, std::size_t at) {
  constexpr std::size_t kBlock = 512;
  constexpr std::size_t kMagic = 257;
  const auto text_at = [&](std::size_t from, std::size_t size) {
    std::string text{data.substr(from, size)};
    return text.substr(0, text.find('\0'));
  };
  std::size_t header = 0;
  while (header + kBlock <= data.size() && data.substr(header + kMagic, 5) == "ustar") {
    std::size_t size = 0;
    const std::string octal = text_at(header + 124, 12);
    const std::size_t digits = octal.find_first_not_of(' ');
    if (digits == std::string::npos) return {};
    std::from_chars(octal.data() + digits, octal.data() + octal.size(), size, 8);
    const std::size_t next = header + kBlock + (size + kBlock - 1) / kBlock * kBlock;
    if (at < next) {
      const std::string folder = text_at(header + 345, 155);
      return folder.empty() ? text_at(header, 100) : folder + "/" + text_at(header, 100);
    }
    header = next;
  }
  return {};
}

}  // namespace understudy::secrets
