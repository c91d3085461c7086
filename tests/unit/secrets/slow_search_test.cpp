// The hunter against a search that anyone can follow: each pattern by std::string::find, over random data with secrets
// planted at random places.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lifelike_data.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/secret_hunter.hpp"
#include "secrets/patterns.hpp"

namespace understudy {
namespace {

constexpr std::size_t kSeam = 1 << 16;  // regions are cut there, and data are scanned in pieces of two

std::string written(std::string_view value, const char* format) {
  std::string result;
  for (const char c : value) result += fmt::format(fmt::runtime(format), static_cast<unsigned char>(c));
  return result;
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view between) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); at += width) {
    if (at > 0) result += between;
    result += text.substr(at, width);
  }
  return result;
}

std::string zlib(std::string_view text) {
  std::string result(compressBound(text.size()), '\0');
  uLongf size = result.size();
  compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  result.resize(size);
  return result;
}

class SlowSearchTest : public ::testing::TestWithParam<unsigned> {
protected:
  static constexpr std::size_t kSizes[] = {100, 3000, 20'000, kSeam, 2 * kSeam + 500};

  std::string some_data() {
    const std::size_t size = kSizes[data_.below(std::size(kSizes))] + data_.below(100);
    switch (data_.below(8)) {
      case 0:
        return data_.access_log(size);
      case 6:
        return data_.terminal_output(size);
      case 1:
        return data_.deploy_log(size);
      case 2:
        return data_.prose(size);
      case 3:
        return data_.base64_lines(size);
      case 4:
        return data_.json_responses(size);
      case 5:
        return data_.php_cache(size);
      default:
        return data_.binary(size);
    }
  }

  /// Somewhere, or at a seam, or at either end.
  std::size_t some_place(const std::string& data) {
    const std::size_t where = data_.below(4);
    if (where == 0) return std::min((1 + data_.below(2)) * kSeam - 60 + data_.below(70), data.size());
    if (where == 1) return data_.below(2) * data.size();
    return data_.below(data.size() + 1);
  }

  const Secret& some_secret() { return secrets_[data_.below(secrets_.size())]; }

  /// `value` in some shape that is none of the patterns.
  std::string hidden(const std::string& value) {
    switch (data_.below(10)) {
      case 0:
        return written(value, "%{:02x}");
      case 1:
        return written(value, "\\u{:04x}");
      case 2:
        return written(value, "&#{};");
      case 3:
        return wrapped(value, 5 + data_.below(30), "\n");
      case 4:
        return wrapped(value, 3 + data_.below(30),
                       std::string(data_.below(90), ' ') + "\r\n" + std::string(data_.below(90), ' '));
      case 5:
        return wrapped(value, 5 + data_.below(30), "\033[0m\033[1;31m");
      case 6:
        return wrapped(to_base64(zlib("before " + value)), 20 + data_.below(57), "\n");
      case 7:
        return wrapped(written(value, "%{:02X}"), 7 + data_.below(30), "\n  ");
      case 8:
        return to_base64(written(value, "%{:02X}"));
      default:
        return zlib(written(value, "\\x{:02x}"));
    }
  }

  /// `value` with some of its characters escaped in one way, over several lines: broken anywhere, also within an
  /// escape.
  std::string over_lines(const std::string& value) {
    static constexpr const char* kEscapes[] = {"%{:02x}", "%{:02X}", "\\u{:04x}", "\\x{:02x}", "&#{};", "&#x{:x};"};
    static constexpr std::string_view kColours[] = {"", "\033[0m", "\033[1;31m", "\033[38;2;255;255;255m"};
    const char* const escape = kEscapes[data_.below(std::size(kEscapes))];
    const std::size_t kind = data_.below(4);  // colours; escapes beside plain characters; both; nothing but escapes
    const std::size_t broken = 12 + data_.below(60);
    std::string result;
    for (const char c : value) {
      const bool escaped = kind == 3 || ((kind == 1 || kind == 2) && (c == escape[0] || data_.below(4) == 0));
      std::string piece = escaped ? written({&c, 1}, escape) : std::string{c};
      if ((kind == 0 || kind == 2) && data_.below(5) == 0) piece += kColours[data_.below(std::size(kColours))];
      for (const char each : piece) {
        if (data_.below(broken) == 0)
          result += std::string(data_.below(4), ' ') + "\n" + std::string(data_.below(4), ' ');
        result += each;
      }
    }
    return result;
  }

  LifelikeData data_{GetParam()};
  std::vector<Secret> secrets_ = data_.secrets_of_all_kinds();
  SecretHunter hunter_{secrets_};
};

bool shows(const std::vector<Sighting>& found, std::size_t secret, std::size_t begin, std::size_t end,
           bool perhaps_in_part = false) {
  return std::ranges::any_of(found, [&](const Sighting& each) {
    return each.secret == secret && (perhaps_in_part || each.extent != Sighting::Extent::kPart) && each.begin < end &&
           begin < each.end;
  });
}

TEST_P(SlowSearchTest, EachPatternIsFoundWhereItIs) {
  std::string data = some_data();
  for (std::size_t planted = 1 + data_.below(6); planted > 0; --planted) {
    const auto patterns = secrets::patterns_of(some_secret().value, 0);
    data.insert(some_place(data), " " + patterns[data_.below(patterns.size())].bytes + " ");
  }

  const std::vector<Sighting> found = hunter_.find(data);

  std::size_t count = 0;
  for (std::size_t secret = 0; secret < secrets_.size(); ++secret) {
    for (const secrets::Pattern& pattern : secrets::patterns_of(secrets_[secret].value, 0)) {
      for (std::size_t at = data.find(pattern.bytes); at != std::string::npos; at = data.find(pattern.bytes, at + 1)) {
        ++count;
        EXPECT_TRUE(shows(found, secret, at, at + pattern.bytes.size()))
            << secrets_[secret].name << ", " << pattern.shape << " at " << at << " of " << data.size();
      }
    }
  }
  EXPECT_GT(count, 0U);
}

TEST_P(SlowSearchTest, PartsAreFoundWhereTheyAre) {
  std::string data = some_data();
  const std::size_t secret = 2 + data_.below(30);  // a token
  const std::string& value = secrets_[secret].value;
  const std::size_t size = secrets::kLongPart + data_.below(value.size() - secrets::kLongPart);
  const std::size_t place = some_place(data);
  data.insert(place, "~" + (data_.below(2) == 0 ? value.substr(0, size) : value.substr(value.size() - size)) + "~");

  const std::vector<Sighting> found = hunter_.find(data);

  EXPECT_TRUE(std::ranges::any_of(found,
                                  [&](const Sighting& each) {
                                    return each.secret == secret && each.begin == place + 1 &&
                                           each.end == place + 1 + size;
                                  }))
      << size << " characters at " << place << " of " << data.size();
}

TEST_P(SlowSearchTest, HiddenOnesAreFoundWhereTheyAre) {
  for (int round = 0; round < 4; ++round) {
    std::string data = some_data();
    const std::size_t secret = data_.below(secrets_.size());
    const std::size_t place = some_place(data);
    const std::string planted = hidden(secrets_[secret].value);
    data.insert(place, " ~" + planted + "~ ");

    const std::vector<Sighting> found = hunter_.find(data);

    const bool has_blanks = secrets_[secret].value.find(' ') != std::string::npos;  // wrapping may swallow one of them
    EXPECT_TRUE(shows(found, secret, place + 2, place + 2 + planted.size(), has_blanks))
        << secrets_[secret].name << " as " << planted << " at " << place << " of " << data.size();
  }
}

TEST_P(SlowSearchTest, EscapedOnesAreFoundOverLineBreaks) {
  for (int round = 0; round < 8; ++round) {
    std::string data = some_data();
    const std::size_t secret = 2 + data_.below(30);  // a token
    const std::size_t place = some_place(data);
    const std::string planted = over_lines(secrets_[secret].value);
    data.insert(place, " ~" + planted + "~ ");

    const std::vector<Sighting> found = hunter_.find(data);

    EXPECT_TRUE(shows(found, secret, place + 2, place + 2 + planted.size()))
        << secrets_[secret].name << ", " << secrets_[secret].value << " as " << planted << " at " << place << " of "
        << data.size();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SlowSearchTest, ::testing::Range(0U, 100U));

}  // namespace
}  // namespace understudy
