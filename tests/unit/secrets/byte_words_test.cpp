#include "secrets/byte_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::secrets {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

bool is_in(std::string_view some, char c) { return some.find(c) != std::string_view::npos; }

/// As the declarations say, byte by byte.
ByteWords slow_words(std::string_view data, std::size_t at) {
  constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
  ByteWords words{};
  for (std::size_t i = 0; i < kWord && at + i < data.size(); ++i) {
    const char c = data[at + i];
    const char next = at + i + 1 < data.size() ? data[at + i + 1] : '\0';
    const bool head = is_in(kHeads, c) && is_in("\x8bK\x01\x5e\x9c\xda", next);
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (is_in(kTriggers, c) || head) words.signs |= bit;
    if (is_in(kEscapes, c)) words.escapes |= bit;
    if (is_base64(c)) words.base64 |= bit;
    if (is_in(kHexDigits, c) || is_in("x :,-", c)) words.dump |= bit;
  }
  return words;
}

void expect_same(const ByteWords& words, const ByteWords& expected, std::size_t at) {
  EXPECT_EQ(words.signs, expected.signs) << "from byte " << at;
  EXPECT_EQ(words.escapes, expected.escapes) << "from byte " << at;
  EXPECT_EQ(words.base64, expected.base64) << "from byte " << at;
  EXPECT_EQ(words.dump, expected.dump) << "from byte " << at;
}

std::string all_pairs() {
  std::string data;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      data += static_cast<char>(first);
      data += static_cast<char>(second);
    }
  }
  return data;
}

void expect_right_words(std::string_view data) {
  std::vector<ByteWords> words((data.size() + kWord - 1) / kWord + 1);
  const std::size_t count = fill_byte_words(data, 0, words);
  ASSERT_EQ(count, words.size() - 1);
  words.resize(count);
  for (const FillByteWords fill : ways_to_fill_byte_words()) {
    for (std::size_t i = 0; i < count; ++i) expect_same(words[i], slow_words(data, i * kWord), i * kWord);
    words.assign(count, {});
    fill(data, 0, words);
  }
  for (std::size_t i = 0; i < count; ++i) expect_same(words[i], slow_words(data, i * kWord), i * kWord);
}

TEST(ByteWords, AreTheSameForEveryPairOfBytesOnEveryProcessor) {
  expect_right_words(all_pairs());
  expect_right_words("x" + all_pairs());
}

TEST(ByteWords, EndWithTheData) {
  const std::string data = all_pairs().substr(2 * 256 * 'x', 300);
  for (std::size_t size = 0; size <= data.size(); ++size) expect_right_words(std::string_view{data}.substr(0, size));
}

TEST(ByteWords, GoOnWhereABlockEnded) {
  const std::string data = all_pairs();
  std::array<ByteWords, 3> block;

  ASSERT_EQ(fill_byte_words(data, 5 * kWord, block), 3U);

  for (std::size_t i = 0; i < block.size(); ++i)
    expect_same(block[i], slow_words(data, (5 + i) * kWord), (5 + i) * kWord);
}

std::vector<std::pair<std::size_t, std::size_t>> slow_runs(std::string_view data) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t at = 0; at < data.size();) {
    std::size_t end = at;
    while (end < data.size() && is_base64(data[end])) ++end;
    if (end - at >= kShortestRun) runs.emplace_back(at, end);
    at = end + 1;
  }
  return runs;
}

TEST(Base64Runs, AreFoundAcrossWords) {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    std::string data;
    while (data.size() < 400) data += std::string(random() % (round % 2 == 0 ? 30 : 200), 'Q') + ".";
    data.resize(random() % data.size());
    Base64Runs runs;
    for (std::size_t at = 0; at < data.size(); at += kWord) runs.add(slow_words(data, at).base64, at);
    runs.end(data.size());
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (const auto& [begin, end] : runs.all()) found.emplace_back(begin, end);
    ASSERT_EQ(found, slow_runs(data)) << data;
  }
}

TEST(Base64Runs, MayBeAllOfTheData) {
  Base64Runs runs;
  runs.add(~std::uint64_t{0}, 0);
  runs.end(kWord);
  EXPECT_THAT(runs.all(), ElementsAre(Field(&Base64Runs::Run::end, kWord)));
}

TEST(Base64Runs, OfFewCharactersAreNone) {
  Base64Runs runs;
  runs.add((std::uint64_t{1} << (kShortestRun - 1)) - 1, 0);
  runs.end(kWord);
  EXPECT_THAT(runs.all(), IsEmpty());
}

}  // namespace
}  // namespace understudy::secrets
