#include "scenario/recording_spec.hpp"

#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

bool is_first_of(const Node& value, const std::vector<std::string>& words, const char* what) {
  const std::string& word = value.text();
  if (word == words[0]) return true;
  if (word == words[1]) return false;
  const std::string hint = did_you_mean(word, words);
  throw InputError{value.at(), "\"" + word + "\" is no " + what,
                   hint.empty() ? "write " + words[0] + " or " + words[1] : hint};
}

void read_file(RecordingSpec& into, const Node& value) {
  into.at = value.at();
  into.file = read_word(value, "the recording");
}

struct Draft {
  RecordingSpec spec{};
  Position unused_at{};
};

const Keys<Draft>& recording_keys() {
  static const Keys<Draft> keys{
      {"file",
       "a HAR file, beside this one or below fixtures/recordings/",
       {{"type", "string"}, {"minLength", 1}},
       [](Draft& into, const Node& value) { read_file(into.spec, value); },
       true},
      {"mode",
       "strict: only the recording answers, as if not given; loose: where it is silent the world does",
       {{"enum", json::array({"strict", "loose"})}},
       [](Draft& into, const Node& value) {
         into.spec.loose = !is_first_of(value, {"strict", "loose"}, "mode of a replay");
       }},
      {"match", "what of a request decides which recorded one it is", schema_of(match_keys()),
       [](Draft& into, const Node& value) { read_map(value, match_keys(), into.spec.match, "match:"); }},
      {"unused",
       "allowed: what was recorded and is never asked for is no failure; refused, as if not given",
       {{"enum", json::array({"allowed", "refused"})}},
       [](Draft& into, const Node& value) {
         into.spec.unused_allowed = is_first_of(value, {"allowed", "refused"}, "way to treat what is never asked for");
         into.unused_at = value.at();
       }},
  };
  return keys;
}

}  // namespace

RecordingSpec read_recording_spec(const Node& value) {
  Draft draft;
  if (value.is(Node::Kind::kMap)) {
    read_map(value, recording_keys(), draft, "recording:");
    if (draft.spec.loose && draft.unused_at.line != 0)
      throw InputError{draft.unused_at, "a loose replay does not mind what is never asked for", "leave unused: out"};
  } else {
    read_file(draft.spec, value);
  }
  return std::move(draft.spec);
}

json recording_spec_schema() {
  return {{"description", "a recording that answers, see scenarios/README.md"},
          {"anyOf", json::array({{{"type", "string"}, {"minLength", 1}}, schema_of(recording_keys())})}};
}

}  // namespace understudy
