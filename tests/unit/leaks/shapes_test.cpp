// Each shape of the corpus by itself, before it is planted anywhere.
#include "shapes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_server/secret_hunter.hpp"

namespace understudy::leaks {
namespace {

class CorpusShape : public ::testing::TestWithParam<Shape> {};

std::string described(const Sighting& sighting, const Secret& secret) {
  std::string shape = sighting.shape;
  if (sighting.extent == Sighting::Extent::kPart)
    shape += fmt::format(", {} of {} characters", sighting.characters, secret.value.size());
  return sighting.member.empty() ? shape : shape + ", " + sighting.member;
}

TEST_P(CorpusShape, IsFoundNamedAndCovered) {
  std::vector<Secret> secrets;
  for (const Kind kind : kKinds) {
    for (std::size_t i = 0; i < 10; ++i) secrets.push_back({draw_secret(kind, i).name, draw_secret(kind, i).value});
  }
  const SecretHunter hunter{secrets};
  std::size_t made_of = 0;
  for (const Kind kind : kKinds) {
    const PlantedSecret secret = draw_secret(kind, 7);
    const std::optional<Made> made = GetParam().make(secret);
    if (!made) continue;
    ++made_of;
    const std::string data = made->needs_start ? made->whole() : "before = " + made->whole() + " ; after";

    const std::vector<Sighting> found = hunter.find(data);

    ASSERT_EQ(found.size(), 1U) << secret.name << ": "
                                << (found.empty() ? data : described(found[1], secrets[found[1].secret]));
    const Secret& known = hunter.secrets()[found[0].secret];
    EXPECT_EQ(known.name, secret.name);
    EXPECT_EQ(described(found[0], known), made->shape) << secret.name;
    EXPECT_EQ(found[0].extent == Sighting::Extent::kFingerprint, made->is_digest);
    if (made->is_digest) continue;  // which is no secret
    EXPECT_THAT(hunter.find(hunter.cover(data)), ::testing::IsEmpty()) << hunter.cover(data);
  }
  EXPECT_GT(made_of, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, CorpusShape, ::testing::ValuesIn(shapes()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace understudy::leaks
