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

class StreamFinder {
public:
  StreamFinder(std::string_view data, const StreamSearch& search, const std::function<void(Stream)>& use)
      : data_{data}, search_{search}, use_{use} {}

  void find_all() {
    if (search_.joints == nullptr) {
      find_all_compressed();
      find_runs();
      return;
    }
    for (const std::size_t joint : *search_.joints) {
      if (joint > 0 && joint >= run_end_) take_run(joint - 1);
    }
  }

private:
  void find_all_compressed() {
    bool at_start = false;
    at_start |= find_compressed("\x1f\x8b\x08", Wrapper::kGzip, "gzip");
    at_start |= find_compressed("x", Wrapper::kZlib, "zlib");
    at_start |= find_zip_members();
    if (!at_start) find_raw_deflate();
  }

  void give(std::size_t begin, std::size_t size, std::string text, std::string_view shape, std::string member = {}) {
    use_({begin, begin + size, std::move(text), shape, std::move(member)});
  }

  [[nodiscard]] std::size_t next_of(std::string_view head, std::size_t from) const {
    for (std::size_t at = search_.bytes.next(data_, head.front(), from); at != std::string_view::npos;
         at = search_.bytes.next(data_, head.front(), at + 1)) {
      if (data_.substr(at, head.size()) == head) return at;
    }
    return std::string_view::npos;
  }

  /// Whether one begins at the data's start.
  bool find_compressed(std::string_view head, Wrapper wrapper, std::string_view shape) {
    bool at_start = false;
    for (std::size_t at = next_of(head, 0); at != std::string_view::npos;) {
      std::size_t next = at + 1;
      if (wrapper == Wrapper::kZlib && !is_zlib_header(data_.substr(at, 2))) {
        at = next_of(head, next);
        continue;
      }
      if (auto inflated = inflate_at(data_.substr(at), wrapper)) {
        at_start |= at == 0;
        if (inflated->complete) next = at + inflated->size;
        give(at, inflated->size, std::move(inflated->text), shape);
      }
      at = next_of(head, next);
    }
    return at_start;
  }

  /// PKWARE's APPNOTE, 4.3.7: local file header.
  bool find_zip_members() {
    constexpr std::size_t kHeader = 30;
    constexpr std::string_view kMagic{"PK\x03\x04", 4};
    bool at_start = false;
    for (std::size_t at = next_of(kMagic, 0); at != std::string_view::npos; at = next_of(kMagic, at + 1)) {
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
        use_({begin, begin + text.size(), std::string{text}, "zip", std::move(name), true});
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

  /// RFC 1950, with the 32 KiB window that everybody uses: whatever level is said.
  static bool is_zlib_header(std::string_view two) {
    if (two.size() < 2) return false;
    const auto flags = static_cast<unsigned char>(two[1]);
    return two[0] == 'x' && (flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda);
  }

  /// Runs of base64 or hex. Windows of the shortest run are looked at from their ends, so that most bytes are not.
  void find_runs() {
    for (std::size_t at = 0; at + kShortestRun <= data_.size();) {
      std::size_t left = kShortestRun;
      while (left > 0 && is_base64(data_[at + left - 1])) --left;
      if (left == 0) {
        take_run(at);
        at = run_end_;
      } else {
        at += left;
      }
    }
  }

  static constexpr std::size_t kShortestRun = 20;

  void take_run(std::size_t at) {
    std::size_t begin = at;
    std::size_t end = at;
    while (begin > run_end_ && is_base64(data_[begin - 1])) --begin;
    while (end < data_.size() && is_base64(data_[end])) ++end;
    run_end_ = end;
    if (end - begin >= kShortestRun) decode_run(begin, end);
  }

  /// Where it begins is not known: what stands before it may be of the alphabet, too.
  void decode_run(std::size_t begin, std::size_t end) {
    const std::string_view run = data_.substr(begin, end - begin);
    decode_hex_runs(begin, run);
    decode_base64_run(begin, run);
  }

  /// Of hex within `run`, which is of base64's alphabet.
  void decode_hex_runs(std::size_t begin, std::string_view run) {
    for (std::size_t at = 0; at + kShortestRun <= run.size();) {
      std::size_t end = at;
      while (end < run.size() && is_hex(run[end])) ++end;
      for (std::size_t skip = 0; skip < 2 && end - at >= kShortestRun; ++skip) {
        const std::string_view digits = run.substr(at + skip, end - at - skip);
        if (is_promising(decode_hex(digits.substr(0, 2 * kPeek))))
          give(begin + at + skip, digits.size(), decode_hex(digits), "hex");
      }
      at = end + 1;
    }
  }

  /// A path's slashes, and dashes of other text, are of the alphabet, too: what is encoded may begin behind each of
  /// them. What begins a multiple of four behind another beginning is known from there.
  void decode_base64_run(std::size_t begin, std::string_view run) {
    std::array<bool, 4> known{};
    const auto try_at = [&](std::size_t skip) {
      if (known[skip % 4] || !is_promising(decode_base64(run.substr(skip, kPeek / 3 * 4)))) return;
      known[skip % 4] = true;
      give(begin + skip, run.size() - skip, decode_base64(run.substr(skip)), "base64");
    };
    for (std::size_t skip = 0; skip < 4; ++skip) try_at(skip);
    constexpr std::string_view kSeparators = "/-_+";
    for (std::size_t at = run.find_first_of(kSeparators); at != std::string_view::npos;
         at = run.find_first_of(kSeparators, at + 1)) {
      try_at(at + 1);
    }
  }

  static constexpr std::size_t kPeek = 12;  // bytes

  /// Text, UTF-16 text or something compressed. Else base64 of it is but chance.
  static bool is_promising(std::string_view bytes) {
    if (bytes.size() < kPeek) return false;
    if (bytes.starts_with("\x1f\x8b\x08") || bytes.starts_with("PK\x03\x04")) return true;
    if (is_zlib_header(bytes.substr(0, 2))) return true;
    return std::ranges::all_of(bytes, [](char c) { return is_text(c); }) || is_wide(bytes, 0) || is_wide(bytes, 1);
  }
  static bool is_text(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' || c == '\r' || c == '\033'; }
  static bool is_wide(std::string_view bytes, std::size_t zero) {
    for (std::size_t i = 2; i < bytes.size(); ++i) {  // behind a byte order mark
      if ((i % 2 == zero) != (bytes[i] == '\0')) return false;
    }
    return true;
  }

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
  static bool is_base64(char c) { return digits()[static_cast<unsigned char>(c)] >= 0; }
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
