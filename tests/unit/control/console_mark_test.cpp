// The console hides its own requests by default: the journal tells them apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "service_fixture.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::Pair;

using ConsoleMark = Served;

TEST_F(ConsoleMark, IsOnWhatTheConsoleAsked) {
  httplib::Headers headers = alice();
  ASSERT_EQ(client->Get("/api/users/me", headers)->status, 200);
  headers.emplace("X-Understudy-Console", "1");
  ASSERT_EQ(client->Get("/api/projects", headers)->status, 200);

  std::vector<std::pair<std::string, bool>> entries;
  const json shown = body(get("/journal"));
  for (const json& entry : shown.at("entries")) entries.emplace_back(entry.at("path"), entry.at("console"));

  EXPECT_THAT(entries, ElementsAre(Pair("/api/users/me", false), Pair("/api/projects", true)));
}

}  // namespace
}  // namespace understudy
