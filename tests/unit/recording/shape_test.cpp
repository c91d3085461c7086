// Which differences between two answers are drift.

#include "mock_server/shape.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace understudy {

void PrintTo(const ShapeChange& change, std::ostream* out) {
  *out << change.path << " " << to_string(change.what) << " [" << change.then << "] -> [" << change.now << "]";
}

namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

auto Came(const std::string& path, const std::string& now) {
  return AllOf(Field(&ShapeChange::path, path), Field(&ShapeChange::what, ShapeChange::What::kCame),
               Field(&ShapeChange::now, now));
}
auto Went(const std::string& path, const std::string& then) {
  return AllOf(Field(&ShapeChange::path, path), Field(&ShapeChange::what, ShapeChange::What::kWent),
               Field(&ShapeChange::then, then));
}
auto Changed(const std::string& path, const std::string& then, const std::string& now) {
  return AllOf(Field(&ShapeChange::path, path), Field(&ShapeChange::what, ShapeChange::What::kChanged),
               Field(&ShapeChange::then, then), Field(&ShapeChange::now, now));
}

std::vector<ShapeChange> changes(const std::string& then, const std::string& now, bool strict = false) {
  return compare_shapes(shape_of(json::parse(then)), shape_of(json::parse(now)), strict);
}

TEST(Shape, IsTheSameForOtherValues) {
  EXPECT_THAT(changes(R"({"id": "a", "at": "2026-01-01T00:00:00Z", "n": 1, "on": true})",
                      R"({"id": "b", "at": "2027-01-01T00:00:00Z", "n": 2, "on": false})"),
              IsEmpty());
}

TEST(Shape, NamesFieldsThatCameWentOrChanged) {
  EXPECT_THAT(changes(R"({"a": 1, "b": {"c": "x", "d": []}})", R"({"a": "1", "b": {"d": {}, "e": null}})"),
              ElementsAre(Changed("$.a", "integer", "text"), Went("$.b.c", "text"), Changed("$.b.d", "list", "object"),
                          Came("$.b.e", "null")));
}

TEST(Shape, LaysTheItemsOfAListOverEachOther) {
  EXPECT_THAT(changes(R"([{"id": "a"}, {"id": "b", "value": "x"}])", R"([{"id": "c"}])"), IsEmpty());
  EXPECT_THAT(changes(R"([{"id": "a"}, {"id": "b", "value": "x"}])", R"([{"id": 1, "value": 2}])"),
              ElementsAre(Changed("$[].id", "text", "integer"), Changed("$[].value", "text", "integer")));
  EXPECT_THAT(changes(R"([{"id": "a"}])", R"([{"id": "a"}, {}])"), ElementsAre(Went("$[].id", "text")));
  EXPECT_THAT(changes(R"([{"id": "a"}])", R"([{"id": "a"}, {"id": "a", "x": 1}])"),
              ElementsAre(Came("$[].x", "integer in some")));
}

TEST(Shape, SaysNothingOfWhatItHasNotSeen) {
  EXPECT_THAT(changes(R"({"list": [], "end": null})", R"({"list": [{"a": 1}], "end": "2026"})"), IsEmpty());
  EXPECT_THAT(changes(R"({"list": [{"a": 1}], "end": "2026"})", R"({"list": [], "end": null})"), IsEmpty());
  EXPECT_THAT(changes(R"({"n": 1})", R"({"n": 1.5})"), IsEmpty());
}

TEST(Shape, SaysAllOfItIfItIsStrict) {
  EXPECT_THAT(changes(R"({"end": null})", R"({"end": "2026"})", true), ElementsAre(Changed("$.end", "null", "text")));
  EXPECT_THAT(changes(R"({"n": 1})", R"({"n": 1.5})", true), ElementsAre(Changed("$.n", "integer", "number")));
  EXPECT_THAT(changes(R"([{"id": "a"}, {"id": "b", "value": "x"}])", R"([{"id": "c"}])", true),
              ElementsAre(Went("$[].value", "text")));
}

TEST(Shape, TakesNamesThatSomebodyChoseForData) {
  EXPECT_THAT(changes(R"({"webapps": {"app": {"size": "S"}}})", R"({"webapps": {"blog": {"size": "S"}}})"), IsEmpty());
  EXPECT_THAT(changes(R"({"webapps": {"app": {"size": "S"}}})", R"({"webapps": {"blog": {"size": 1}}})"),
              ElementsAre(Changed("$.webapps.*.size", "text", "integer")));
  EXPECT_THAT(changes(R"({"https://a.example/": {"id": null}})", R"({"https://b.example/": {"to": "x"}})"),
              ElementsAre(Went("$.*.id", "null"), Came("$.*.to", "text")));
  EXPECT_THAT(changes(R"({"0f3c1e00-0000-4000-8000-00000000031a": {"id": 1}})",
                      R"({"0f3c1e00-0000-4000-8000-00000000d08a": {"id": 1}})"),
              IsEmpty());
}

TEST(Shape, KnowsLinksByTheirRelations) {
  EXPECT_THAT(changes(R"({"_links": {"self": {"href": "a"}, "#edit": {"href": "a"}}})",
                      R"({"_links": {"self": {"href": "b"}}})"),
              ElementsAre(Went(R"($._links["#edit"])", "object")));
}

TEST(ShapeOfBody, ReadsAStreamOfLinesAsAList) {
  const auto then = shape_of_body("application/x-ndjson",
                                  "{\"_id\": \"1\", \"data\": {\"message\": \"a\"}}\n"
                                  "{\"_id\": \"2\", \"seal\": true}\n");
  const auto now = shape_of_body("text/plain", "{\"_id\": 1, \"seal\": true}\n");

  ASSERT_TRUE(then.has_value());
  ASSERT_TRUE(now.has_value());
  EXPECT_THAT(compare_shapes(*then, *now), ElementsAre(Changed("$[]._id", "text", "integer")));
}

TEST(ShapeOfBody, HasNoneForWhatIsNoJson) {
  EXPECT_FALSE(shape_of_body("text/html", "<html></html>").has_value());
  EXPECT_FALSE(shape_of_body("application/json", "").has_value());
  EXPECT_FALSE(shape_of_body("application/json", "{\"broken\": ").has_value());
}

}  // namespace
}  // namespace understudy
