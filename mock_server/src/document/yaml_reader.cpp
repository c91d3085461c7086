// The only file that knows yaml-cpp: its events become Nodes.
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

constexpr std::size_t kMaximalDepth = 100;
constexpr std::size_t kMaximalNodes = 2'000'000;  // aliases of aliases grow without end ("billion laughs")

std::size_t count(const Node& node) {
  std::size_t total = 1;
  if (node.is(Node::Kind::kList)) {
    for (const Node& item : node.items()) total += count(item);
  } else if (node.is(Node::Kind::kMap)) {
    for (const Node::Entry& entry : node.entries()) total += 1 + count(entry.value);
  }
  return total;
}

class TreeBuilder : public YAML::EventHandler {
public:
  explicit TreeBuilder(const std::string& file) : file_{file} {}

  void OnDocumentStart(const YAML::Mark&) override {
    root_.reset();
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(Node::scalar(position(mark), "", false), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw InputError{position(mark), "this alias stands inside of its own anchor"};
    nodes_ += count(found->second);
    if (nodes_ > kMaximalNodes) throw InputError{position(mark), "the aliases of this document unfold without end"};
    finish(found->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    finish(Node::scalar(position(mark), value, tag == "!" || tag == "tag:yaml.org,2002:str"), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, false);
  }
  void OnSequenceEnd() override {
    Frame frame = close();
    finish(Node::list(frame.at, std::move(frame.items)), frame.anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, true);
  }
  void OnMapEnd() override {
    Frame frame = close();
    finish(Node::map(frame.at, merged(std::move(frame.entries))), frame.anchor);
  }

  [[nodiscard]] const std::optional<Node>& root() const { return root_; }

private:
  struct Frame {
    Position at;
    YAML::anchor_t anchor = 0;
    bool is_map = false;
    std::vector<Node> items{};
    std::vector<Node::Entry> entries{};
    bool key_open = false;  // a key was read, its value is still to come
  };

  [[nodiscard]] Position position(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, bool is_map) {
    if (stack_.size() >= kMaximalDepth) throw InputError{position(mark), "nested more than 100 deep"};
    stack_.push_back({.at = position(mark), .anchor = anchor, .is_map = is_map});
  }

  Frame close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    return frame;
  }

  void finish(Node node, YAML::anchor_t anchor) {
    ++nodes_;
    if (anchor != 0) anchors_[anchor] = node;
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
    for (const Node::Entry& entry : frame.entries) {
      if (entry.key == key.scalar_text() && entry.key != "<<") {
        throw InputError{key.at(), "the key \"" + entry.key + "\" is here twice",
                         "first in line " + std::to_string(entry.key_at.line)};
      }
    }
    frame.entries.push_back({key.scalar_text(), key.at(), {}});
    frame.key_open = true;
  }

  /// `<<: *base` of YAML 1.1, which people use: keys of the base stand behind those of the map itself.
  static std::vector<Node::Entry> merged(std::vector<Node::Entry> entries) {
    std::vector<Node::Entry> result;
    std::vector<const Node*> bases;
    for (const Node::Entry& entry : entries) {
      if (entry.key != "<<") {
        result.push_back(entry);
      } else if (entry.value.is(Node::Kind::kList)) {
        for (const Node& base : entry.value.items()) bases.push_back(&base);
      } else {
        bases.push_back(&entry.value);
      }
    }
    for (const Node* base : bases) {
      for (const Node::Entry& entry : base->entries()) {
        const bool known = std::ranges::any_of(result, [&](const Node::Entry& own) { return own.key == entry.key; });
        if (!known) result.push_back(entry);
      }
    }
    return result;
  }

  std::string file_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
};

}  // namespace

std::vector<Node> parse_documents(std::string_view text, const std::string& file_name) {
  std::istringstream stream{std::string{text}};
  std::vector<Node> documents;
  try {
    YAML::Parser parser{stream};
    TreeBuilder builder{file_name};
    while (parser.HandleNextDocument(builder)) {
      if (builder.root()) documents.push_back(*builder.root());
    }
  } catch (const YAML::Exception& e) {
    throw InputError{{file_name, e.mark.line + 1, e.mark.column + 1}, e.msg};
  }
  return documents;
}

std::vector<Node> load_documents(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw InputError{{file.string()}, "is a folder, not a file"};
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw InputError{{file.string()}, "cannot be opened"};
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_documents(text.str(), file.string());
}

}  // namespace understudy
