#include "secrets/streams.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <new>
#include <optional>
#include <vector>

namespace understudy::secrets {
namespace {

constexpr std::size_t kMostInflated = 64 << 20;

/// As zlib wants it in windowBits.
enum class Wrapper : int { kRaw = -MAX_WBITS, kZlib = MAX_WBITS, kGzip = MAX_WBITS + 16 };

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
  std::optional<Inflated> run(std::string_view data, Wrapper wrapper) {
    inflateReset2(&stream_, static_cast<int>(wrapper));
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

std::optional<Inflated> inflate_at(std::string_view data, Wrapper wrapper) {
  thread_local Inflater inflater;
  return inflater.run(data, wrapper);
}

std::size_t number_at(std::string_view data, std::size_t at, std::size_t bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8U | static_cast<unsigned char>(data[at + i]);
  return value;
}

/// RFC 1950, with the 32 KiB window that everybody uses: whatever level is said.
bool is_zlib_header(std::string_view data, std::size_t at) {
  if (at + 2 > data.size()) return false;
  const auto flags = static_cast<unsigned char>(data[at + 1]);
  return data[at] == 'x' && (flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda);
}

bool is_gzip_header(std::string_view data, std::size_t at) { return data.substr(at, 3) == "\x1f\x8b\x08"; }

bool is_zip_header(std::string_view data, std::size_t at) {
  return data.substr(at, 4) == std::string_view{"PK\x03\x04", 4};
}

class StreamFinder {
public:
  StreamFinder(std::string_view data, const StreamSearch& search, const std::function<void(Stream)>& use)
      : data_{data}, search_{search}, use_{use} {}

  void find_all() {
    if (!search_.encoded_only) find_all_compressed();
    if (search_.joints == nullptr) {
      for_each_base64_run(data_, [&](std::size_t begin, std::size_t end) { decode_run(begin, end); });
      return;
    }
    for (const std::size_t joint : *search_.joints) {
      if (joint > 0) take_run(joint - 1);
      take_run(joint);
    }
  }

private:
  void find_all_compressed() {
    bool at_start = false;
    at_start |= find_compressed('\x1f', Wrapper::kGzip, "gzip");
    at_start |= find_compressed('x', Wrapper::kZlib, "zlib");
    at_start |= find_zip_members();
    if (!at_start && search_.from_start) find_raw_deflate();
  }

  /// Whether it is not known from where the data come from.
  [[nodiscard]] bool is_new(std::size_t begin, std::size_t size) const {
    if (search_.joints == nullptr) return true;
    const auto next = std::ranges::upper_bound(*search_.joints, begin);
    return next != search_.joints->end() && *next < begin + size;
  }

  void give(std::size_t begin, std::size_t size, std::string text, std::string_view shape, std::string member = {}) {
    use_({begin, begin + size, std::move(text), shape, std::move(member)});
  }

  /// Whether one begins at the data's start.
  bool find_compressed(char head, Wrapper wrapper, std::string_view shape) {
    bool at_start = false;
    std::size_t next = 0;
    for (const std::size_t at : search_.marks.of(head)) {
      if (at < next) continue;  // within the one before
      auto inflated = inflate_at(data_.substr(at), wrapper);
      if (!inflated) continue;
      at_start |= at == 0;
      if (inflated->complete) next = at + inflated->size;
      if (is_new(at, inflated->size)) give(at, inflated->size, std::move(inflated->text), shape);
    }
    return at_start;
  }

  /// PKWARE's APPNOTE, 4.3.7: local file header.
  bool find_zip_members() {
    constexpr std::size_t kHeader = 30;
    bool at_start = false;
    for (const std::size_t at : search_.marks.of('P')) {
      if (at + kHeader > data_.size()) break;
      const std::size_t method = number_at(data_, at + 8, 2);
      const std::size_t stored_size = number_at(data_, at + 18, 4);
      const std::size_t name_size = number_at(data_, at + 26, 2);
      const std::size_t begin = at + kHeader + name_size + number_at(data_, at + 28, 2);
      if (begin > data_.size()) continue;
      at_start |= at == 0;
      std::string name{data_.substr(at + kHeader, name_size)};
      constexpr std::size_t kDeflated = 8;
      if (method == 0) {
        const std::string_view text = data_.substr(begin, stored_size);
        give(begin, text.size(), std::string{text}, "zip", std::move(name));
      } else if (method == kDeflated) {
        if (auto inflated = inflate_at(data_.substr(begin), Wrapper::kRaw))
          give(begin, inflated->size, std::move(inflated->text), "zip", std::move(name));
      }
    }
    return at_start;
  }

  /// It has no mark: only what is one from its beginning to its end is taken for one.
  void find_raw_deflate() {
    if (data_.size() < 8) return;
    auto inflated = inflate_at(data_, Wrapper::kRaw);
    if (inflated && (inflated->complete || inflated->size == data_.size()))
      give(0, inflated->size, std::move(inflated->text), "deflate");
  }

  void take_run(std::size_t at) {
    if (at < run_end_ || at >= data_.size() || !is_base64(data_[at])) return;
    std::size_t begin = at;
    std::size_t end = at;
    while (begin > run_end_ && is_base64(data_[begin - 1])) --begin;
    while (end < data_.size()) {
      const auto more = static_cast<std::size_t>(std::countr_one(base64_mask(data_, end)));
      end += more;
      if (more < 64) break;
    }
    run_end_ = end;
    if (end - begin >= kShortestRun) decode_run(begin, end);
  }

  /// Where it begins is not known: what stands before it may be of the alphabet, too.
  void decode_run(std::size_t begin, std::size_t end) {
    const std::string_view run = data_.substr(begin, end - begin);
    for (std::size_t skip = 0; skip < 4; ++skip) {
      if (is_promising<3>(run.substr(skip), [](std::string_view four) { return base64_bytes(four); }))
        give(begin + skip, run.size() - skip, decode_base64(run.substr(skip)), "base64");
    }
    for (std::size_t skip = 0; skip < 2; ++skip) {
      if (is_promising<1>(run.substr(skip), [](std::string_view two) { return hex_byte(two); }) &&
          std::ranges::all_of(run, is_hex))
        give(begin + skip, run.size() - skip, decode_hex(run.substr(skip)), "hex");
    }
  }

  static constexpr std::size_t kPeek = 12;  // bytes

  /// What the first kPeek bytes that something stands for say about it: text, UTF-16 text or something compressed. Else
  /// base64 of it is but chance. Most of it is: it is given up at the first byte that does not fit.
  template <std::size_t kBytes, class Decode>
  static bool is_promising(std::string_view run, const Decode& decode) {
    constexpr std::size_t kDigits = kBytes == 3 ? 4 : 2;
    if (run.size() < kPeek / kBytes * kDigits) return false;
    std::array<char, kPeek> bytes{};
    bool text = true;
    bool wide = true;
    for (std::size_t at = 0; at < kPeek; at += kBytes) {
      const std::uint32_t value = decode(run.substr(at / kBytes * kDigits, kDigits));
      if (value > 0xffffffU) return false;
      for (std::size_t i = 0; i < kBytes; ++i) {
        const char byte = static_cast<char>(value >> 8 * (kBytes - 1 - i) & 0xffU);
        bytes[at + i] = byte;
        text = text && is_text(byte);
        // Every other byte is 0, but for a byte order mark.
        if (at + i >= 3) wide = wide && (byte == '\0') != (bytes[at + i - 1] == '\0');
      }
      if (at + kBytes >= 3 && !text && !wide && !is_head({bytes.data(), std::min(at + kBytes, kPeek)})) return false;
    }
    return true;
  }
  /// Of something compressed; three bytes at least.
  static bool is_head(std::string_view bytes) {
    return is_gzip_header(bytes, 0) || is_zlib_header(bytes, 0) || bytes.starts_with("PK\x03");
  }
  static bool is_text(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' || c == '\r' || c == '\033'; }

  static const std::array<signed char, 256>& digits() {
    static const auto kDigits = [] {
      std::array<signed char, 256> table{};
      table.fill(-1);
      constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
      table['-'] = 62;
      table['_'] = 63;
      return table;
    }();
    return kDigits;
  }
  static std::uint32_t base64_bytes(std::string_view four) {
    std::uint32_t bits = 0;
    for (const char c : four) bits = bits << 6U | static_cast<std::uint32_t>(digits()[static_cast<unsigned char>(c)]);
    return bits;
  }
  static std::uint32_t hex_byte(std::string_view two) {
    std::uint32_t value = 0;
    for (const char c : two) {
      const bool is_letter = c > '9';
      if (!is_hex(c)) return ~0U;
      value = value * 16 + static_cast<std::uint32_t>(is_letter ? (c | 0x20) - 'a' + 10 : c - '0');
    }
    return value;
  }
  static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

  static std::string decode_base64(std::string_view run) {
    const auto& table = digits();
    std::string result;
    result.reserve(run.size() * 3 / 4 + 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : run) {
      bits = bits << 6U | static_cast<std::uint32_t>(table[static_cast<unsigned char>(c)]);
      count += 6;
      if (count < 8) continue;
      count -= 8;
      result += static_cast<char>(bits >> count & 0xffU);
    }
    return result;
  }

  static std::string decode_hex(std::string_view run) {
    std::string result;
    for (std::size_t i = 0; i + 1 < run.size(); i += 2) {
      unsigned byte = 0;
      std::from_chars(run.data() + i, run.data() + i + 2, byte, 16);
      result += static_cast<char>(byte);
    }
    return result;
  }

  std::string_view data_;
  const StreamSearch& search_;
  const std::function<void(Stream)>& use_;
  std::size_t run_end_ = 0;
};

}  // namespace

const std::array<Sign, kHeads.size()>& heads() {
  static constexpr std::array<Sign, kHeads.size()> kAll{{is_gzip_header, is_zlib_header, is_zip_header}};
  return kAll;
}

void for_each_stream(std::string_view data, const StreamSearch& search, const std::function<void(Stream)>& use) {
  StreamFinder{data, search, use}.find_all();
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
