#pragma once
/// JSON (RFC 8259) in which every value knows where it stands. Node does that too, but a recording may have a hundred
/// megabytes: this reads them in a second or two and keeps an offset where a node keeps a file, a line and a column.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy::recording {

struct JsonMember;

struct JsonValue {
  Node::Kind kind = Node::Kind::kNull;
  std::size_t at = 0;                 ///< offset in the file
  std::string text{};                 ///< of a text what it says, of a number as it was written, "true" or "false"
  std::vector<JsonValue> items{};     ///< of a list
  std::vector<JsonMember> members{};  ///< of a map, in the order of the file; of a key twice, both

  [[nodiscard]] JsonValue* find(std::string_view key);  ///< nullptr if there is none
  [[nodiscard]] bool is(Node::Kind what) const { return kind == what; }
};

struct JsonMember {
  std::string key{};
  std::size_t at = 0;  ///< of the key
  JsonValue value{};
};

/// Text with a name, and places in it.
class JsonText {
public:
  /// Both must outlive it. A byte order mark at the beginning is passed over.
  JsonText(std::string_view text, const std::string& file) : text_{text}, file_{file} {}

  /// Throws InputError for what is no JSON, and nesting deeper than 100. A lone surrogate is read as U+FFFD: browsers
  /// write them for text that was none.
  [[nodiscard]] JsonValue parse() const;
  /// Fast for one place after another in the order of the file.
  [[nodiscard]] Position position(std::size_t offset) const;
  [[noreturn]] void fail(std::size_t offset, const std::string& problem, const std::string& hint = "") const;

private:
  struct Place {
    std::size_t offset = 0;
    int line = 1;
    int column = 1;
  };
  std::string_view text_;
  const std::string& file_;
  mutable Place last_{};
};

}  // namespace understudy::recording
