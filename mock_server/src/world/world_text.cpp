// A world as one line of YAML that means the same: what a ledger belongs to.
#include <fmt/format.h>

#include "world/world_data.hpp"
#include "world/world_reader.hpp"

namespace understudy {
namespace {

constexpr std::size_t kLongestSimpleKey = 128;  // 1024 characters, escapes included (YAML 1.2, section 7.4)

/// Of the character that begins at `at`, if YAML wants it escaped: "\x1b", and how many bytes it has. Beside control
/// characters these are line breaks of YAML 1.1 (NEL, LS, PS) and the byte order mark.
struct Escape {
  std::string text{};
  std::size_t bytes = 0;
};
Escape escape_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : std::uint8_t{0};
  };
  const unsigned first = byte(0);
  if (first == '"' || first == '\\') return {fmt::format("\\{}", text[at]), 1};
  if (first < 0x20 || first == 0x7f) return {fmt::format("\\x{:02x}", first), 1};
  if (first == 0xc2 && byte(1) < 0xa0) return {fmt::format("\\x{:02x}", byte(1)), 2};
  if (first == 0xe2 && byte(1) == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9))
    return {fmt::format("\\u20{:02x}", byte(2) - 0x80), 3};
  if (first == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return {"\\ufeff", 3};
  return {};
}

void write_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const Escape escape = escape_at(text, i);
    if (escape.bytes == 0)
      out += text[i++];
    else
      out += escape.text;
    i += escape.bytes;
  }
  out += '"';
}

void write(std::string& out, const Node& node) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      out += "null";
      return;
    case Node::Kind::kText:
      return write_quoted(out, node.text());
    case Node::Kind::kList:
      out += '[';
      for (const Node& item : node.items()) {
        if (out.back() != '[') out += ", ";
        write(out, item);
      }
      out += ']';
      return;
    case Node::Kind::kMap:
      out += '{';
      for (const Node::Entry& entry : node.entries()) {
        if (out.back() != '{') out += ", ";
        if (entry.key.size() > kLongestSimpleKey) out += "? ";
        write_quoted(out, entry.key);
        out += ": ";
        write(out, entry.value);
      }
      out += '}';
      return;
    case Node::Kind::kBoolean:
    case Node::Kind::kInteger:
    case Node::Kind::kNumber:
      out += node.scalar_text();  // as it was written: 1.10 is a version for some readers
      return;
  }
}

}  // namespace

std::string World::text() const {
  std::string text;
  write(text, data_->source);
  return text;
}

World World::from_text(std::string_view text, const std::string& name) {
  const std::vector<Node> documents = parse_documents(text, name);
  if (documents.size() != 1)
    throw InputError{{name, 1, 1}, "a world is one document, found " + std::to_string(documents.size())};
  return from_node(documents.front(), {});
}

}  // namespace understudy
