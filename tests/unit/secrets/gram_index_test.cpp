#include "secrets/gram_index.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace understudy::secrets {
namespace {

using ::testing::ContainerEq;

using Place = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;  // pattern, begin, size, offset

std::set<Place> places(const std::vector<Run>& runs) {
  std::set<Place> result;
  for (const Run& run : runs) result.emplace(run.pattern, run.begin, run.size, run.offset);
  return result;
}

/// Every diagonal of every pattern, byte by byte.
std::set<Place> slow_search(const std::vector<Pattern>& patterns, std::string_view text) {
  std::set<Place> result;
  for (std::size_t number = 0; number < patterns.size(); ++number) {
    const std::string& bytes = patterns[number].bytes;
    for (std::size_t diagonal = 0; diagonal < text.size() + bytes.size(); ++diagonal) {  // place - offset + size
      std::size_t at = diagonal - std::min(diagonal, bytes.size());
      std::size_t offset = bytes.size() - std::min(diagonal, bytes.size());
      while (at < text.size() && offset < bytes.size()) {
        std::size_t size = 0;
        while (at + size < text.size() && offset + size < bytes.size() && text[at + size] == bytes[offset + size])
          ++size;
        const Pattern& pattern = patterns[number];
        if (size > 0 && (pattern.counts(offset, offset + size) || pattern.is_to_be_covered(offset, offset + size)))
          result.emplace(number, at, size, offset);
        at += size + 1;
        offset += size + 1;
      }
    }
  }
  return result;
}

class Random {
public:
  explicit Random(unsigned seed) : engine_{seed} {}
  std::size_t between(std::size_t low, std::size_t high) { return low + engine_() % (high - low + 1); }
  std::string text(std::size_t size, std::size_t letters) {
    std::string result(size, 'a');
    for (char& c : result) c = static_cast<char>('a' + between(0, letters - 1));
    return result;
  }

private:
  std::mt19937 engine_;
};

class GramIndexTest : public ::testing::TestWithParam<unsigned> {
protected:
  GramIndexTest() {
    for (std::size_t count = random_.between(1, 12); count > 0; --count) {
      Pattern pattern;
      pattern.bytes = random_.text(random_.between(least_, 70), random_.between(2, 20));
      pattern.enough = random_.between(least_, std::min<std::size_t>(pattern.bytes.size(), least_ + 20));
      pattern.fingerprint = random_.between(0, 4) == 0;
      if (random_.between(0, 3) == 0) pattern.from = random_.between(0, pattern.bytes.size() - 1);
      if (random_.between(0, 3) == 0) pattern.until = random_.between(pattern.from, pattern.bytes.size());
      if (random_.between(0, 2) == 0) {
        pattern.long_run = pattern.enough + random_.between(0, 20);
        if (random_.between(0, 1) == 0) pattern.covered_from = pattern.from / 2;
      }
      patterns_.push_back(pattern);
    }
    text_ = random_.text(random_.between(0, 3000), 3);
    for (std::size_t planted = random_.between(0, 20); planted > 0 && !patterns_.empty(); --planted) {
      const std::string& bytes = patterns_[random_.between(0, patterns_.size() - 1)].bytes;
      const std::size_t from = random_.between(0, 1) * random_.between(0, bytes.size() - 1);
      const std::string part = bytes.substr(from, random_.between(1, bytes.size()));
      if (part.size() <= text_.size()) text_.replace(random_.between(0, text_.size() - part.size()), part.size(), part);
    }
  }

  Random random_{GetParam()};
  std::size_t least_ = random_.between(kShortest, 14);  // the stride depends on it
  std::vector<Pattern> patterns_;
  std::string text_;
};

TEST_P(GramIndexTest, FindsWhatASlowSearchFinds) {
  EXPECT_THAT(places(GramIndex{patterns_}.search(text_)), ContainerEq(slow_search(patterns_, text_)));
}

TEST_P(GramIndexTest, KnowsWhatMayGoOverJoints) {
  const GramIndex index{patterns_};
  for (std::size_t joint = 0; joint <= text_.size(); ++joint) {
    const bool goes_over = std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
      for (std::size_t begin = joint - std::min(joint, index.shortest() - 1); begin < joint; ++begin) {
        if (begin + index.shortest() <= text_.size() &&
            pattern.bytes.find(text_.substr(begin, index.shortest())) != std::string::npos)
          return true;
      }
      return false;
    });
    EXPECT_TRUE(!goes_over || index.may_go_over(text_, std::vector{joint})) << joint;
  }
  EXPECT_FALSE(index.may_go_over(std::string(100, 'z'), std::vector<std::size_t>{50}));  // no pattern has that many
}

INSTANTIATE_TEST_SUITE_P(Seeds, GramIndexTest, ::testing::Range(0U, 150U));

}  // namespace
}  // namespace understudy::secrets
