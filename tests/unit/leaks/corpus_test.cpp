// The corpus of planted leaks: each shape of each kind of secret at each place that can hold it. Each plant has a
// secret of its own, so that what the report says about it is known to be about it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "leak_scenario.hpp"

namespace understudy::leaks {
namespace {

struct Plant {
  std::string what{};  ///< for people: "Hex of API token t7"
  std::string place{};
  std::string shape{};
  bool passes = false;
};

bool fits(const std::string& pattern, const std::string& text) {
  return pattern.ends_with('*') ? text.starts_with(std::string_view{pattern}.substr(0, pattern.size() - 1))
                                : text == pattern;
}

class Corpus : public LeakScenario, public ::testing::WithParamInterface<Place> {
protected:
  void plant_all() {
    std::size_t number = 0;
    for (const Shape& shape : shapes()) {
      for (const Kind kind : kKinds) {
        const PlantedSecret secret = draw_secret(kind, ++number);
        const std::optional<Made> made = shape.make(secret);
        if (!made || !GetParam().takes(*made)) continue;
        secrets_.push_back(secret);
        plants_[secret.name] = {.what = shape.name + " of " + secret.name,
                                .place = GetParam().plant(leak_, number, *made),
                                .shape = made->shape,
                                .passes = made->is_digest && GetParam().lets_digests_pass};
      }
    }
  }

  Leak leak_;
  std::vector<PlantedSecret> secrets_;
  std::map<std::string, Plant> plants_;  // by the name of the secret
};

TEST_P(Corpus, IsFoundAndNamedAndNothingElseIs) {
  plant_all();
  ASSERT_GT(plants_.size(), 40U);

  const ScenarioResult result = run(leak_, secrets_, GetParam().setting);

  ASSERT_EQ(result.steps.size(), 1U) << result.reason;
  ASSERT_EQ(result.verdict, Verdict::kFailed) << result.reason;
  for (const JobLine& job : result.steps[0].jobs) EXPECT_EQ(job.outcome, "exited with 0 after 0s");
  std::vector<std::string> others;
  std::map<std::string, Reported> found;
  std::size_t also = 0;
  for (const Reported& each : reported(result.steps[0].failures, others)) {
    if (!GetParam().also.empty() && each.place == GetParam().also) {
      ++also;
      continue;
    }
    const auto [at, is_first] = found.emplace(each.secret, each);
    EXPECT_TRUE(is_first) << each.secret << " was found twice: in " << each.place << ": " << each.shape << ", and in "
                          << at->second.place << ": " << at->second.shape;
    EXPECT_EQ(plants_.count(each.secret), 1U)
        << each.secret << " was not planted: in " << each.place << ": " << each.shape;
  }
  EXPECT_THAT(others, ::testing::IsEmpty());
  EXPECT_EQ(also, GetParam().also.empty() ? 0 : plants_.size());
  for (const auto& [secret, plant] : plants_) {
    const auto at = found.find(secret);
    EXPECT_EQ(at == found.end(), plant.passes) << plant.what << " in " << plant.place;
    if (at == found.end()) continue;
    EXPECT_TRUE(fits(plant.place, at->second.place)) << plant.what << " in " << at->second.place;
    EXPECT_EQ(at->second.shape, plant.shape) << plant.what << " in " << plant.place;
  }
  RecordProperty("plants", static_cast<int>(plants_.size()));
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, ::testing::ValuesIn(places()), [](const auto& each) { return each.param.name; });

TEST(CorpusSize, IsWhatWasPromised) {
  std::size_t count = 0;
  for (const Place& place : places()) {
    for (const Shape& shape : shapes()) {
      bool is_there = false;
      for (const Kind kind : kKinds) {
        const std::optional<Made> made = shape.make(draw_secret(kind, 1));
        is_there = is_there || (made && place.takes(*made));
      }
      count += is_there ? 1 : 0;
    }
  }
  EXPECT_GE(count, 300U);
  RecordProperty("combinations", static_cast<int>(count));
}

}  // namespace
}  // namespace understudy::leaks
