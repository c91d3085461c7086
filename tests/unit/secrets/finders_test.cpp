#include "secrets/finders.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <random>

#include "mock_server/base64.hpp"
#include "mock_server/secrets.hpp"

namespace understudy::secrets {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string drawn(std::mt19937& random) {
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string value;
  while (value.size() < 40) value += kLetters[random() % kLetters.size()];
  return value;
}

std::vector<Secret> some_secrets(std::size_t count) {
  std::mt19937 random{7};
  std::vector<Secret> secrets;
  for (std::size_t i = 0; i < count; ++i) secrets.push_back({fmt::format("token {}", i), drawn(random)});
  return secrets;
}

std::shared_ptr<const SecretHunter> finder_of(const std::vector<Secret>& secrets, std::size_t first) {
  return std::make_shared<const SecretHunter>(
      std::vector<Secret>{secrets.begin() + static_cast<std::ptrdiff_t>(first), secrets.end()});
}

TEST(Finders, AreFewAndHadNoSecretOften) {
  constexpr std::size_t kCount = 1000;
  const std::vector<Secret> all = some_secrets(kCount);
  Finders finders;
  std::size_t prepared = 0;
  for (std::size_t size = 1; size <= kCount; ++size) {
    const std::vector<Secret> list{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size)};
    const std::size_t known = finders.make_room(size);
    prepared += size - known;
    finders.add(finder_of(list, known));
    ASSERT_LE(finders.count(), std::bit_width(size));
  }

  EXPECT_LE(prepared, kCount * std::bit_width(kCount));
  EXPECT_EQ(finders.make_room(kCount), kCount);
}

TEST(Finders, CoverTogetherWhatOneOfAllDoes) {
  const std::vector<Secret> all = some_secrets(300);
  Finders finders;
  for (const std::size_t size : {100, 150, 170, 300}) {
    const std::vector<Secret> list{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size)};
    finders.add(finder_of(list, finders.make_room(size)));
  }
  ASSERT_GT(finders.count(), 0);
  std::string text = "log: ";
  std::mt19937 random{8};
  for (const Secret& each : all) {
    const std::string encoded = random() % 2 == 0 ? to_base64("x" + each.value) : each.value.substr(0, 20);
    text += fmt::format("{}, {} = {}; ", drawn(random), each.value, encoded);
  }

  EXPECT_EQ(finders.cover(text), SecretHunter{all}.cover(text));
  EXPECT_EQ(finders.cover("nothing"), "nothing");
}

TEST(Finders, CoverWhatLiesOverAnotherWithIt) {
  Finders finders;
  std::vector<Secret> list = some_secrets(4);
  const std::string whole = list[0].value;
  finders.add(finder_of(list, finders.make_room(list.size())));
  list.push_back({"the end and more", whole.substr(20) + "-and-more"});
  finders.add(finder_of(list, finders.make_room(list.size())));
  list.push_back({"one within", whole.substr(5, 15)});
  finders.add(finder_of(list, finders.make_room(list.size())));
  ASSERT_EQ(finders.count(), 2);

  EXPECT_EQ(finders.cover("(" + whole + ")"), fmt::format("({})", shown_as(list[0])));
  EXPECT_EQ(finders.cover("(" + whole + "-and-more)"), fmt::format("({})", shown_as(list[0])));
}

TEST(Finders, CoverShortOnes) {
  Finders finders;
  std::vector<Secret> list = some_secrets(4);
  list.push_back({"short", "p4ss"});
  finders.add(finder_of(list, finders.make_room(list.size())));
  list.push_back({"later", "w0rd"});
  finders.add(finder_of(list, finders.make_room(list.size())));

  EXPECT_THAT(finders.cover("p4ss w0rd"),
              AllOf(HasSubstr("[secret short #"), HasSubstr("[secret later #"), Not(HasSubstr("p4ss"))));
}

TEST(Finders, AreMadeAnewWhereMostIsForgotten) {
  std::vector<Secret> list = some_secrets(10);
  const std::vector<Secret> later = some_secrets(11);
  Finders finders;
  finders.add(finder_of(list, finders.make_room(10)));
  list.push_back(later.back());
  finders.add(finder_of(list, finders.make_room(11)));
  ASSERT_EQ(finders.count(), 2);
  for (int i = 0; i < 5; ++i) finders.forget(3);
  ASSERT_EQ(finders.make_room(6), 6);

  finders.forget(5);  // the later one
  finders.forget(0);

  EXPECT_EQ(finders.make_room(4), 0);
  EXPECT_EQ(finders.count(), 0);
}

}  // namespace
}  // namespace understudy::secrets
