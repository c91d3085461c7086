#include "mock_server/time_zone.hpp"

#include <gtest/gtest.h>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

Time at(std::string_view text) { return parse_time(text).value(); }

const TimeZone& zone(std::string_view name) {
  const TimeZone* found = find_time_zone(name);
  if (found == nullptr) throw std::runtime_error{"no zone " + std::string{name}};
  return *found;
}

TEST(TimeZones, AreFoundByName) {
  EXPECT_EQ(find_time_zone("Europe/Nowhere"), nullptr);
  EXPECT_EQ(find_time_zone(""), nullptr);
  EXPECT_EQ(find_time_zone("UTC"), &utc());
  EXPECT_EQ(find_time_zone("Europe/Paris"), find_time_zone("Europe/Paris"));
  EXPECT_EQ(zone("Europe/Paris").name(), "Europe/Paris");
  EXPECT_TRUE(zone("Etc/GMT").is_fixed());
  EXPECT_EQ(did_you_mean("Europe/Pariss", time_zone_names()), "did you mean \"Europe/Paris\"?");
}

TEST(TimeZones, KnowTheirOffsetsAndWhenTheyChange) {
  const TimeZone::Period& summer = zone("Europe/Paris").period_at(at("2026-07-14T00:00Z"));

  EXPECT_EQ(summer.offset, std::chrono::hours{2});
  EXPECT_EQ(summer.before, std::chrono::hours{1});
  EXPECT_EQ(summer.after, std::chrono::hours{1});
  EXPECT_EQ(summer.begin, at("2026-03-29T01:00Z"));
  EXPECT_EQ(summer.end, at("2026-10-25T01:00Z"));
  EXPECT_EQ(&zone("Europe/Paris").period_at(summer.begin), &summer);
  EXPECT_EQ(zone("Europe/Paris").period_at(summer.end).offset, std::chrono::hours{1});
  EXPECT_EQ(zone("Europe/Paris").period_at(at("1900-01-01")).begin, Time::min());
  EXPECT_EQ(zone("Europe/Paris").period_at(at("2999-01-01")).end, Time::max());
}

}  // namespace
}  // namespace understudy
