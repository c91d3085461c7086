// The only file that knows libyaml: its events become Nodes.
#include <yaml.h>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

constexpr std::size_t kMaximalDepth = 100;
constexpr std::size_t kMaximalNodes = 4'000'000;  // aliases of aliases grow without end ("billion laughs")

std::size_t count(const Node& node) {
  std::size_t total = 1;
  if (node.is(Node::Kind::kList)) {
    for (const Node& item : node.items()) total += count(item);
  } else if (node.is(Node::Kind::kMap)) {
    for (const Node::Entry& entry : node.entries()) total += 1 + count(entry.value);
  }
  return total;
}

std::string text_or_empty(const yaml_char_t* text) {
  return text == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(text)};
}

/// `tag` if it is somebody's own, else "".
std::string_view own_tag(std::string_view tag) {
  return tag == "!" || tag.starts_with("tag:yaml.org,2002:") ? std::string_view{} : tag;
}

Node with_tag(Node node, const std::string& tag) {
  if (!tag.empty()) node = node.tagged(tag);
  return node;
}

/// What libyaml's words do not say, for the two mistakes that are made most.
std::string hint_for(std::string_view problem, std::string_view context) {
  if (context == "while scanning an alias") return "put quotes around a text that begins with \"*\"";
  if (problem == "found character that cannot start any token") {
    return "indent with blanks, not tabs; put quotes around a text that begins with a special character";
  }
  return "";
}

/// What YAML 1.2's core schema reads as null.
bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// libyaml's parser, an event at a time.
class Events {
public:
  Events(std::string_view text, const std::string& file) : file_{file} {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc{};
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  const yaml_event_t& next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) == 0) throw problem();
    return event_;
  }
  [[nodiscard]] Position position(const yaml_mark_t& mark) const {
    return {file_, static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
  }

private:
  [[nodiscard]] InputError problem() const {
    const bool reading = parser_.error == YAML_READER_ERROR;  // has no place but that of what was read before
    std::string text = parser_.problem == nullptr ? "cannot be read" : parser_.problem;
    const std::string context = parser_.context == nullptr ? "" : parser_.context;
    const std::string hint = hint_for(text, context);
    if (!context.empty()) text += " " + context;
    return {position(reading ? parser_.mark : parser_.problem_mark), text, hint};
  }

  std::string file_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

class TreeBuilder {
public:
  TreeBuilder(Events& events, Tags tags) : events_{events}, tags_{tags} {}

  /// The next document; nullopt at the end of the stream.
  std::optional<Node> next_document() {
    anchors_.clear();
    open_anchors_.clear();
    root_.reset();
    for (;;) {
      const yaml_event_t& event = events_.next();
      if (event.type == YAML_STREAM_END_EVENT) return std::nullopt;
      if (event.type == YAML_DOCUMENT_END_EVENT) return std::move(root_);
      take(event);
    }
  }

private:
  struct Frame {
    Position at;
    std::string anchor{};
    std::string tag{};
    bool is_map = false;
    std::vector<Node> items{};
    std::vector<Node::Entry> entries{};
    std::unordered_map<std::string, int> lines{};  // of keys, once there are many
    bool key_open = false;                         // a key was read, its value is still to come
  };

  void take(const yaml_event_t& event) {
    const Position at = events_.position(event.start_mark);
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        take_scalar(event, at);
        return;
      case YAML_ALIAS_EVENT:
        take_alias(text_or_empty(event.data.alias.anchor), at);
        return;
      case YAML_SEQUENCE_START_EVENT:
        open({.at = at,
              .anchor = text_or_empty(event.data.sequence_start.anchor),
              .tag = tag_of(event.data.sequence_start.tag, at)});
        return;
      case YAML_MAPPING_START_EVENT:
        open({.at = at,
              .anchor = text_or_empty(event.data.mapping_start.anchor),
              .tag = tag_of(event.data.mapping_start.tag, at),
              .is_map = true});
        return;
      case YAML_SEQUENCE_END_EVENT: {
        Frame frame = close();
        finish(with_tag(Node::list(frame.at, std::move(frame.items)), frame.tag), frame.anchor);
        return;
      }
      case YAML_MAPPING_END_EVENT: {
        Frame frame = close();
        finish(with_tag(Node::map(frame.at, merged(std::move(frame.entries))), frame.tag), frame.anchor);
        return;
      }
      default:
        return;
    }
  }

  void take_scalar(const yaml_event_t& event, const Position& at) {
    const auto& scalar = event.data.scalar;
    std::string text{reinterpret_cast<const char*>(scalar.value), scalar.length};
    const std::string tag = text_or_empty(scalar.tag);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && tag != "!" && tag != "tag:yaml.org,2002:str";
    if (plain && is_null_word(text)) text.clear();
    finish(with_tag(Node::scalar(at, std::move(text), !plain), tag_of(scalar.tag, at)), text_or_empty(scalar.anchor));
  }

  [[nodiscard]] std::string tag_of(const yaml_char_t* written, const Position& at) const {
    if (written == nullptr) return "";
    const std::string whole = text_or_empty(written);
    std::string tag{own_tag(whole)};
    if (!tag.empty() && tags_ == Tags::kRefused) {
      throw InputError{at, "the tag \"" + tag + "\" means nothing here",
                       "put quotes around a text that begins with \"!\""};
    }
    return tag;
  }

  void take_alias(const std::string& name, const Position& at) {
    if (open_anchors_.contains(name)) throw InputError{at, "this alias stands inside of its own anchor"};
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) throw InputError{at, "there is no anchor \"" + name + "\" before this"};
    nodes_ += count(found->second);
    if (nodes_ > kMaximalNodes) throw InputError{at, "the aliases of this document unfold without end"};
    finish(found->second, "");
  }

  void open(Frame frame) {
    if (stack_.size() >= kMaximalDepth) throw InputError{frame.at, "nested more than 100 deep"};
    if (!frame.anchor.empty()) open_anchors_.insert(frame.anchor);
    stack_.push_back(std::move(frame));
  }

  Frame close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    open_anchors_.erase(frame.anchor);
    return frame;
  }

  void finish(Node node, const std::string& anchor) {
    ++nodes_;
    if (!anchor.empty()) anchors_[anchor] = node;
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (!frame.is_map) {
      frame.items.push_back(std::move(node));
    } else if (frame.key_open) {
      frame.entries.back().value = std::move(node);
      frame.key_open = false;
    } else {
      add_key(frame, node);
    }
  }

  static void add_key(Frame& frame, const Node& key) {
    if (!key.is_scalar())
      throw InputError{key.at(), "a key has to be a single value, found " + std::string{describe(key.kind())}};
    if (!key.tag().empty()) throw InputError{key.at(), "a key cannot have a tag"};
    if (const int line = line_of(frame, key.scalar_text()); line > 0 && key.scalar_text() != "<<") {
      throw InputError{key.at(), "the key \"" + key.scalar_text() + "\" is here twice",
                       "first in line " + std::to_string(line)};
    }
    frame.entries.push_back({key.scalar_text(), key.at(), {}});
    if (!frame.lines.empty()) frame.lines.emplace(key.scalar_text(), key.at().line);
    frame.key_open = true;
  }

  /// Where the map has this key already, or 0.
  static int line_of(Frame& frame, const std::string& key) {
    constexpr std::size_t kMany = 16;
    if (frame.lines.empty() && frame.entries.size() >= kMany) {
      for (const Node::Entry& entry : frame.entries) frame.lines.emplace(entry.key, entry.key_at.line);
    }
    if (!frame.lines.empty()) {
      const auto found = frame.lines.find(key);
      return found == frame.lines.end() ? 0 : found->second;
    }
    const auto found = std::ranges::find(frame.entries, key, &Node::Entry::key);
    return found == frame.entries.end() ? 0 : found->key_at.line;
  }

  /// `<<: *base` of YAML 1.1, which people use: keys of the base stand behind those of the map itself.
  static std::vector<Node::Entry> merged(std::vector<Node::Entry> entries) {
    const bool has_base = std::ranges::find(entries, "<<", &Node::Entry::key) != entries.end();
    if (!has_base) return entries;
    std::vector<Node::Entry> result;
    std::unordered_set<std::string> known;
    std::vector<const Node*> bases;
    for (const Node::Entry& entry : entries) {
      if (entry.key == "<<") {
        add_bases(entry.value, bases);
      } else {
        known.insert(entry.key);
        result.push_back(entry);
      }
    }
    for (const Node* base : bases) {
      for (const Node::Entry& entry : base->entries()) {
        if (known.insert(entry.key).second) result.push_back(entry);
      }
    }
    return result;
  }

  static void add_bases(const Node& value, std::vector<const Node*>& bases) {
    refuse_tag(value);
    if (!value.is(Node::Kind::kList)) return add_base(value, bases);
    for (const Node& base : value.items()) {
      refuse_tag(base);
      add_base(base, bases);
    }
  }

  /// What a tag stands for is not known yet when keys are merged.
  static void refuse_tag(const Node& value) {
    if (!value.tag().empty()) throw InputError{value.at(), "a value with a tag cannot be merged by \"<<\""};
  }

  static void add_base(const Node& value, std::vector<const Node*>& bases) {
    if (value.is(Node::Kind::kMap)) {
      bases.push_back(&value);
      return;
    }
    throw InputError{value.at(), "\"<<\" merges maps, found " + std::string{describe(value.kind())},
                     "write <<: *anchor or <<: [*first, *second]"};
  }

  Events& events_;
  Tags tags_;
  std::vector<Frame> stack_;
  std::map<std::string, Node> anchors_;
  std::set<std::string> open_anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
};

/// JSON writes characters beyond the first plane as two escapes, which YAML does not know: "\ud83d\ude00" becomes
/// "\U0001f600". Only in texts that are JSON: elsewhere a backslash may be just that.
std::string with_whole_escapes(std::string_view text) {
  std::string result{text};
  if (!nlohmann::json::accept(text)) return result;
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    if (result.compare(at, 2, "\\u") != 0 || at + 6 > result.size()) return 0;
    return static_cast<std::uint32_t>(std::stoul(result.substr(at + 2, 4), nullptr, 16));
  };
  for (std::size_t at = result.find('\\'); at != std::string::npos; at = result.find('\\', at + 2)) {
    const std::uint32_t high = unit(at);
    if (high < 0xD800 || high > 0xDBFF) continue;
    const std::uint32_t code = 0x10000 + ((high - 0xD800) << 10U) + (unit(at + 6) - 0xDC00);
    std::ostringstream escape;
    escape << "\\U" << std::hex << std::setw(8) << std::setfill('0') << code;
    result.replace(at, 12, escape.str());
  }
  return result;
}

}  // namespace

std::vector<Node> parse_documents(std::string_view text, const std::string& file_name, Tags tags) {
  const bool pairs = text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
  const std::string whole = pairs ? with_whole_escapes(text) : std::string{};
  Events events{pairs ? std::string_view{whole} : text, file_name};
  TreeBuilder builder{events, tags};
  std::vector<Node> documents;
  while (std::optional<Node> document = builder.next_document()) documents.push_back(std::move(*document));
  return documents;
}

std::vector<Node> load_documents(const std::filesystem::path& file, Tags tags) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw InputError{{file.string()}, "is a folder, not a file"};
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw InputError{{file.string()}, "cannot be opened"};
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_documents(text.str(), file.string(), tags);
}

}  // namespace understudy
