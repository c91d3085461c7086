#pragma once
/// Files that a person writes: YAML 1.2 (JSON included) read into a tree in which every value knows where it stands,
/// so that every complaint can name file, line and column.

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy {

/// A place in a file. Line and column count from 1.
struct Position {
  std::string file{};
  int line = 0;
  int column = 0;
};
[[nodiscard]] std::string to_string(const Position& at);  ///< "scenarios/login.yaml:14:7"

/// A file that cannot be understood. what(): `login.yaml:14:7: unknown key "exist"; did you mean "exit"?`
class InputError : public std::runtime_error {
public:
  InputError(Position at, const std::string& problem, const std::string& hint = "");
  [[nodiscard]] const Position& at() const { return at_; }

private:
  Position at_;
};

/// `did you mean "exit"?` if one of `known` is near enough to `word` to be meant, else "".
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> known);

[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);  ///< "1 field", "2 fields"

/// One value of a document. Scalars are typed by the YAML 1.2 core schema: `no`, `on`, `012`, `22:30` are texts.
/// Nodes are values; copies are cheap.
class Node {
public:
  enum class Kind { kNull, kBoolean, kInteger, kNumber, kText, kList, kMap };
  struct Entry;

  Node() = default;
  static Node scalar(Position at, std::string text, bool quoted);
  static Node list(Position at, std::vector<Node> items);
  static Node map(Position at, std::vector<Entry> entries);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] const Position& at() const { return at_; }
  /// "!include" for `!include path`; "" without a tag, and for YAML's own ones (`!!str`). See Tags.
  [[nodiscard]] std::string_view tag() const { return tag_ == nullptr ? std::string_view{} : *tag_; }
  [[nodiscard]] Node tagged(std::string_view tag) const;  ///< a copy that has this tag; "" takes it off
  [[nodiscard]] bool is_scalar() const { return kind_ != Kind::kList && kind_ != Kind::kMap; }

  /// Each of these throws InputError ("expected a list, found a text") when the value is of another kind.
  [[nodiscard]] const std::string& text() const;         ///< a text; numbers and booleans are refused
  [[nodiscard]] const std::string& scalar_text() const;  ///< any scalar, as it was written
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] const std::vector<Node>& items() const;
  [[nodiscard]] const std::vector<Entry>& entries() const;  ///< of a map, in the order of the file

  [[nodiscard]] const Node* find(std::string_view key) const;  ///< value in a map, or nullptr
  [[nodiscard]] nlohmann::json to_json() const;

private:
  Kind kind_ = Kind::kNull;
  Position at_;
  std::string text_;
  std::shared_ptr<const std::string> tag_;  // rare, so a node without one pays for a pointer only
  // Never changed once they are there, so copies of a node share them.
  std::shared_ptr<const std::vector<Node>> items_;
  std::shared_ptr<const std::vector<Entry>> entries_;
};

struct Node::Entry {
  std::string key;
  Position key_at;
  Node value;
};

[[nodiscard]] std::string_view describe(Node::Kind kind);  ///< "a text", "a list", ...

/// What becomes of a tag that is not YAML's own, such as `!include`. Kept, it is the reader's business what it means.
enum class Tags { kRefused, kKept };

/// All documents of a stream ("---" between them). Throws InputError for bad syntax, duplicate keys, unknown anchors,
/// refused tags and nesting deeper than 100. `<<: *base` and `<<: [*a, *b]` are unfolded as YAML 1.1 says
/// (https://yaml.org/type/merge.html): keys of the map itself win, then those of earlier bases.
[[nodiscard]] std::vector<Node> parse_documents(std::string_view text, const std::string& file_name,
                                                Tags tags = Tags::kRefused);
[[nodiscard]] std::vector<Node> load_documents(const std::filesystem::path& file, Tags tags = Tags::kRefused);

/// Values for `$NAME` and `${NAME}`.
using Variables = std::map<std::string, std::string, std::less<>>;

/// `text` with `$NAME` and `${NAME}` replaced where NAME is known; unknown ones stay as they are. `$$` is one `$`.
[[nodiscard]] std::string substitute(std::string_view text, const Variables& variables);
/// The same in every text below `node`, keys included. A value that is just one `$NAME` is typed anew after
/// replacement, so a case can give a number or a boolean.
[[nodiscard]] Node substitute(const Node& node, const Variables& variables);

/// One key that a map in a file may have. Parsers are tables of these; the published JSON Schema, the help and the
/// "did you mean" of an unknown key are made from the same rows.
template <class T>
struct Key {
  std::string name;
  std::string help;
  nlohmann::json schema;                                 ///< JSON Schema fragment of the value
  std::function<void(T& into, const Node& value)> read;  ///< throws InputError
  bool required = false;
};

template <class T>
using Keys = std::vector<Key<T>>;

/// Reads `node` into `into`: unknown keys, missing required ones and a node that is no map are InputErrors.
template <class T>
void read_map(const Node& node, const Keys<T>& keys, T& into, std::string_view what) {
  for (const Node::Entry& entry : node.entries()) {
    const Key<T>* found = nullptr;
    for (const Key<T>& key : keys) {
      if (key.name == entry.key) found = &key;
    }
    if (found == nullptr) {
      std::vector<std::string> known;
      for (const Key<T>& key : keys) known.push_back(key.name);
      throw InputError{entry.key_at, "unknown key \"" + entry.key + "\" in " + std::string{what},
                       did_you_mean(entry.key, known)};
    }
    found->read(into, entry.value);
  }
  for (const Key<T>& key : keys) {
    if (key.required && node.find(key.name) == nullptr) {
      throw InputError{node.at(), std::string{what} + " needs the key \"" + key.name + "\""};
    }
  }
}

/// JSON Schema of the map that `read_map` with the same keys accepts.
template <class T>
[[nodiscard]] nlohmann::json schema_of(const Keys<T>& keys) {
  nlohmann::json properties = nlohmann::json::object();
  nlohmann::json required = nlohmann::json::array();
  for (const Key<T>& key : keys) {
    properties[key.name] = key.schema;
    properties[key.name]["description"] = key.help;
    if (key.required) required.push_back(key.name);
  }
  nlohmann::json schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

}  // namespace understudy
