#include "rehearsal/yaml_text.hpp"

#include <gtest/gtest.h>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

using json = nlohmann::ordered_json;

nlohmann::json read_back(const std::string& text) { return parse_documents(text, "x.yaml").front().to_json(); }

TEST(YamlText, IsWrittenForPeople) {
  EXPECT_EQ(yaml_text({{"scenario", "a cron: waits"},
                       {"tags", {"cron"}},
                       {"files", {{"a.sh", "one\n\n  two\n"}, {"b", {{"text", "x\ny"}, {"executable", true}}}}},
                       {"steps", {{{"advance", "3m"}, {"crons", {{"a", {{"runs", 1}}}}}}}}}),
            "scenario: \"a cron: waits\"\n"
            "tags: [cron]\n"
            "files:\n"
            "  a.sh: |\n"
            "    one\n"
            "\n"
            "      two\n"
            "  b:\n"
            "    text: |-\n"
            "      x\n"
            "      y\n"
            "    executable: true\n"
            "steps:\n"
            "  - advance: \"3m\"\n"
            "    crons:\n"
            "      a: {runs: 1}\n");
}

TEST(YamlText, ReadsBackAsItWas) {
  const json odd{
      {"", "empty key"},
      {"no", "yes"},
      {"12", {"012", "1e3", "~", "null", "true", "-", "- a", "a: b", "a #b", "[x", "{", "&a", "*a", "!t", "%"}},
      {"lists", {{1, {2, {3, json::array()}}}, json::object()}},
      {"texts", {"\n", "\na", " a\nb", "a\n\n", "a\n ", "a\tb\nc", "\x1b[31m\nx", "é\nü", "a\r\nb", "tail "}},
      {"nested", {{{"a", {{"b", "c\nd"}}}, {"e", {1, 2}}}}},
      {"numbers", {0, -1, 1.5, true, false, nullptr}}};

  EXPECT_EQ(read_back(yaml_text(odd)), nlohmann::json(odd));
  EXPECT_EQ(read_back(yaml_text(json::object())), nlohmann::json::object());
}

}  // namespace
}  // namespace understudy
