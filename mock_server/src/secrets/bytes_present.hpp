#pragma once
/// Which blocks of large data hold some byte at all: most of what is looked for is in few of them, and memory is slow.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace understudy::secrets {

class BytesPresent {
public:
  /// `bytes` are those that will be asked for, 32 at most.
  BytesPresent(std::string_view data, std::string_view bytes) : bytes_{bytes} {
    for (std::size_t at = 0; at < data.size(); at += kBlock) {
      const std::string_view block = data.substr(at, kBlock);
      std::uint32_t mask = 0;
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (std::memchr(block.data(), bytes[i], block.size()) != nullptr) mask |= 1U << i;
      }
      masks_.push_back(mask);
    }
  }

  /// The next place of `byte` in the data, or npos.
  [[nodiscard]] std::size_t next(std::string_view data, char byte, std::size_t from) const {
    const std::uint32_t bit = 1U << bytes_.find(byte);
    for (std::size_t block = from / kBlock; block < masks_.size(); ++block) {
      if ((masks_[block] & bit) == 0) continue;
      const std::size_t begin = std::max(from, block * kBlock);
      const std::size_t end = std::min(data.size(), (block + 1) * kBlock);
      if (begin >= end) continue;
      const void* const found = std::memchr(data.data() + begin, byte, end - begin);
      if (found != nullptr) return static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
    }
    return std::string_view::npos;
  }

private:
  static constexpr std::size_t kBlock = 1 << 15;  // fits into the first level of caches
  std::string_view bytes_;
  std::vector<std::uint32_t> masks_;
};

}  // namespace understudy::secrets
