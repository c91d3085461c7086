#include "mock_server/document.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Node parse_one(std::string_view text) {
  const std::vector<Node> documents = parse_documents(text, "test.yaml");
  EXPECT_THAT(documents, SizeIs(1));
  return documents.at(0);
}

std::string complaint_of(std::string_view text) {
  try {
    (void)parse_documents(text, "test.yaml");
  } catch (const InputError& e) {
    return e.what();
  }
  return "(none)";
}

TEST(Document, TypesScalarsByYaml12) {
  const Node map = parse_one("{a: no, b: 012, c: 22:30, d: 1e3, e: true, f: -7, g: ~, h: '5', i: 1.5, j: on}");

  EXPECT_EQ(map.to_json().dump(),
            R"({"a":"no","b":"012","c":"22:30","d":1000.0,"e":true,"f":-7,"g":null,"h":"5","i":1.5,"j":"on"})");
}

TEST(Document, KnowsWhereEachValueStands) {
  const Node map = parse_one("first: 1\nsecond:\n  - x\n  - {deep: y}\n");

  EXPECT_EQ(to_string(map.find("second")->items()[1].find("deep")->at()), "test.yaml:4:12");
}

TEST(Document, ReadsEveryDocumentOfAStream) { EXPECT_THAT(parse_documents("a: 1\n---\nb: 2\n", "t"), SizeIs(2)); }

TEST(Document, ReadsJson) {
  EXPECT_EQ(parse_one(R"({"a": ["x\/y", 1, null], "b": "\u00e9"})").to_json().dump(),
            R"({"a":["x/y",1,null],"b":"é"})");
}

TEST(Document, JoinsTheTwoEscapesOfJsonBeyondTheFirstPlane) {
  const Node map = parse_one(R"({"face": "\ud83d\uDE00 and \\ud83d", "e": "\u00e9"})");

  EXPECT_EQ(map.find("face")->text(), "\xF0\x9F\x98\x80 and \\ud83d");
  EXPECT_EQ(map.find("e")->text(), "\xC3\xA9");
  EXPECT_EQ(parse_one("a: '\\ud83d\\ude00'").find("a")->text(), "\\ud83d\\ude00");  // YAML's plain backslashes
}

TEST(Document, UnfoldsAnchorsAndMergeKeys) {
  const Node map = parse_one("base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\n");

  EXPECT_EQ(map.find("mine")->to_json().dump(), R"({"x":1,"y":3})");
}

TEST(Document, MergesKeysOfItsOwnFirstThenOfEarlierBases) {
  const Node map = parse_one(
      "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: &c {<<: *a, w: 3}\n"
      "mine:\n  z: 0\n  <<: [*b, *c]\n");

  EXPECT_EQ(map.find("mine")->to_json().dump(), R"({"w":3,"x":1,"y":2,"z":0})");
  EXPECT_EQ(to_string(map.find("mine")->find("x")->at()), "test.yaml:1:11");  // where it was written
}

TEST(Document, KeepsTagsForWhoAsksForThem) {
  const Node map =
      parse_documents("a: !include cron.sh\nb: !include {path: x}\nc: !archive [1]\nd: &d !mine 5\ne: *d\n",
                      "test.yaml", Tags::kKept)
          .at(0);

  EXPECT_EQ(map.find("a")->tag(), "!include");
  EXPECT_EQ(map.find("a")->text(), "cron.sh");
  EXPECT_EQ(to_string(map.find("a")->at()), "test.yaml:1:4");
  EXPECT_EQ(map.find("b")->tag(), "!include");
  EXPECT_EQ(map.find("b")->find("path")->tag(), "");
  EXPECT_EQ(map.find("c")->tag(), "!archive");
  EXPECT_EQ(map.find("d")->tag(), "!mine");
  EXPECT_EQ(map.find("e")->tag(), "!mine");
  EXPECT_EQ(map.find("e")->tagged("").tag(), "");
}

TEST(Document, HasNoTagWhereYamlsOwnIsWritten) {
  for (const Tags tags : {Tags::kRefused, Tags::kKept}) {
    const Node map = parse_documents("{a: !!str 5, b: !!int 5, c: ! 5, d: !!map {x: !!null ~}}", "t", tags).at(0);

    EXPECT_EQ(map.to_json().dump(), R"({"a":"5","b":5,"c":"5","d":{"x":null}})");
    EXPECT_EQ(map.find("a")->tag(), "");
    EXPECT_EQ(map.find("d")->tag(), "");
  }
}

TEST(Document, DoesNotMergeWhatATagStandsFor) {
  EXPECT_THAT([] { (void)parse_documents("a:\n  <<: !include {path: x}\n", "test.yaml", Tags::kKept); },
              ::testing::ThrowsMessage<InputError>("test.yaml:2:7: a value with a tag cannot be merged by \"<<\""));
}

struct BadFile {
  std::string name;
  std::string text;
  std::string complaint;
};
class BadFiles : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadFiles, AreRefusedWithTheirPlace) {
  EXPECT_THAT(complaint_of(GetParam().text), HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, BadFiles,
    ::testing::Values(
        BadFile{"TwiceTheSameKey", "a: 1\nb: 2\na: 3\n", "test.yaml:3:1: the key \"a\" is here twice; first in line 1"},
        BadFile{"UnclosedList", "a: [1, 2\n", "test.yaml:2:1: "},
        BadFile{"Tab", "a:\n\tb: 1\n", "indent with blanks, not tabs"},
        BadFile{"UnknownAlias", "a: *nowhere\n", "test.yaml:1:4: there is no anchor \"nowhere\" before this"},
        BadFile{"AliasInItsOwnAnchor", "a: &x [1, *x]\n", "test.yaml:1:11: this alias stands inside of its own anchor"},
        BadFile{
            "TwiceAmongMany",
            "{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12, m: 13, n: 14, o: 15, p: 16,\n"
            "q: 17, b: 18}",
            "test.yaml:2:8: the key \"b\" is here twice; first in line 1"},
        BadFile{"OwnTag", "a: !include x\n", "test.yaml:1:4: the tag \"!include\" means nothing here; put quotes"},
        BadFile{"TagOfAMap", "a: !thing {b: 1}\n", "test.yaml:1:4: the tag \"!thing\" means nothing here"},
        BadFile{"BareAsterisk", "spec: */5 * * * *\n", "put quotes around a text that begins with \"*\""},
        BadFile{"MergedText", "a:\n  <<: b\n", "test.yaml:2:7: \"<<\" merges maps, found a text; write <<: *anchor"},
        BadFile{"MergedListOfTexts", "a:\n  <<: [b]\n", "test.yaml:2:8: \"<<\" merges maps, found a text"},
        BadFile{"NoUtf8", "a: \xff\n", "test.yaml:1:"},
        BadFile{"DeepNesting", std::string(150, '[') + std::string(150, ']'), "nested more than 100 deep"}),
    [](const auto& row) { return row.param.name; });

TEST(Document, RefusesAliasesThatUnfoldWithoutEnd) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) text += (n == 0 ? "" : ", ") + before;
    text += "]\n";
  }

  EXPECT_THAT(complaint_of(text), HasSubstr("unfold without end"));
}

TEST(Document, AsksForTheRightType) {
  const Node map = parse_one("a: 5\nb: no\n");

  EXPECT_THAT([&] { (void)map.find("a")->text(); },
              ::testing::ThrowsMessage<InputError>(
                  "test.yaml:1:4: expected a text, found a whole number; put quotes around it: \"5\""));
  EXPECT_THAT([&] { (void)map.find("b")->boolean(); },
              ::testing::ThrowsMessage<InputError>("test.yaml:2:4: \"no\" is a text in YAML 1.2; write true or false"));
}

TEST(DidYouMean, FindsTheNearWordOnly) {
  const std::vector<std::string> known{"exit", "stdout", "stderr"};

  EXPECT_EQ(did_you_mean("exist", known), "did you mean \"exit\"?");
  EXPECT_EQ(did_you_mean("Stdotu", known), "did you mean \"stdout\"?");
  EXPECT_EQ(did_you_mean("banana", known), "");
}

TEST(Substitute, ReplacesKnownNamesOnly) {
  const Variables variables{{"A", "1"}, {"WAIT", "--no-wait"}};

  EXPECT_EQ(substitute("x $WAIT ${A}b $A$A $UNKNOWN $$A $ 5$", variables), "x --no-wait 1b 11 $UNKNOWN $A $ 5$");
}

TEST(Substitute, TypesAWholeValueAnew) {
  const Node node = substitute(parse_one("{n: $N, t: 'is $N', $N: key}"), {{"N", "7"}});

  EXPECT_EQ(node.to_json().dump(), R"({"7":"key","n":7,"t":"is 7"})");
}

struct Thing {
  std::string name;
};
const Keys<Thing> kThingKeys{
    {"name", "what it is called", {{"type", "string"}}, [](Thing& t, const Node& n) { t.name = n.text(); }, true},
};

TEST(ReadMap, RefusesUnknownAndMissingKeys) {
  Thing thing;

  EXPECT_THAT(
      [&] { read_map(parse_one("nmae: x"), kThingKeys, thing, "a thing"); },
      ::testing::ThrowsMessage<InputError>("test.yaml:1:1: unknown key \"nmae\" in a thing; did you mean \"name\"?"));
  EXPECT_THAT([&] { read_map(parse_one("{}"), kThingKeys, thing, "a thing"); },
              ::testing::ThrowsMessage<InputError>("test.yaml:1:1: a thing needs the key \"name\""));
}

TEST(ReadMap, IsDescribedByItsSchema) {
  EXPECT_EQ(
      schema_of(kThingKeys).dump(),
      R"({"additionalProperties":false,"properties":{"name":{"description":"what it is called","type":"string"}},"required":["name"],"type":"object"})");
}

}  // namespace
}  // namespace understudy
