// What is compared of a request: the keys of `match:`, and what never is.
#include <algorithm>
#include <iterator>

#include "mock_server/replay.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr VolatilePart kVolatile[] = {
    {"query", "/oauth2/authorize", "state", true, "drawn by the client for each login; it wants it back"},
    {"query", "/oauth2/authorize", "code_challenge", false, "made from a verifier that is drawn for each login"},
    {"query", "/oauth2/authorize", "redirect_uri", true, "holds the port that the client listens on"},
    {"form", "/oauth2/token", "code_verifier", false, "drawn by the client for each login"},
    {"form", "/oauth2/token", "redirect_uri", false, "holds the port that the client listened on"},
    {"json", "/ssh", "$.key", false, "a key that the client made"},
    {"query", "/log", "max_delay", false, "how long the server may wait before it answers"},
    {"query", "", "_", false, "browsers put the time here, so that nothing is taken from a cache"},
    {"query", "/resources/overview", "from", false, "metrics of a time that ends now"},
    {"query", "/resources/overview", "to", false, "metrics of a time that ends now"},
};

void add_words(std::vector<std::string>& into, const Node& value) {
  for (const Node& item : value.items()) into.push_back(item.text());
}

json words_schema(const char* what) {
  return {{"type", "array"}, {"items", {{"type", "string"}, {"minLength", 1}}}, {"description", what}};
}

Keys<MatchPart> part_keys() {
  return {{"ignore", "names that are not compared", words_schema("names"),
           [](MatchPart& into, const Node& value) { add_words(into.ignore, value); }},
          {"only", "the only names that are compared", words_schema("names"),
           [](MatchPart& into, const Node& value) { add_words(into.only, value); }}};
}

std::function<void(MatchRules&, const Node&)> part(MatchPart MatchRules::*member, const char* what, bool are_paths) {
  return [member, what, are_paths](MatchRules& into, const Node& value) {
    read_map(value, part_keys(), into.*member, what);
    if (!are_paths) return;
    for (const Node::Entry& entry : value.entries()) {
      for (const Node& path : entry.value.items()) {
        if (!path.text().starts_with("$"))
          throw InputError{path.at(), "\"" + path.text() + "\" is no path in JSON", "write $." + path.text()};
      }
    }
  };
}

}  // namespace

std::span<const VolatilePart> volatile_parts() { return kVolatile; }

const Keys<MatchRules>& match_keys() {
  static const Keys<MatchRules> keys{
      {"query", "parameters of the query: a map with ignore or only", schema_of(part_keys()),
       part(&MatchRules::query, "match: query:", false)},
      {"form", "fields of a form: a map with ignore or only", schema_of(part_keys()),
       part(&MatchRules::form, "match: form:", false)},
      {"json", "paths in a JSON body, such as $.items[*].id: a map with ignore or only", schema_of(part_keys()),
       part(&MatchRules::json, "match: json:", true)},
      {"headers", "names of headers that are compared, too", words_schema("names"),
       [](MatchRules& into, const Node& value) { add_words(into.headers, value); }},
      {"body",
       "false: bodies are not compared",
       {{"type", "boolean"}},
       [](MatchRules& into, const Node& value) { into.body = value.boolean(); }},
      {"volatile",
       "true: what differs from run to run (OAuth state and the like) is compared, too",
       {{"type", "boolean"}},
       [](MatchRules& into, const Node& value) { into.volatile_parts = value.boolean(); }},
  };
  return keys;
}

}  // namespace understudy
