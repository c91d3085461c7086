#include <algorithm>

#include "mock_server/world.hpp"

namespace understudy {
namespace {

Node without_extends(const Node& node) {
  std::vector<Node::Entry> entries;
  for (const Node::Entry& entry : node.entries()) {
    if (entry.key != "extends") entries.push_back(entry);
  }
  return Node::map(node.at(), std::move(entries));
}

Node load_one(const std::filesystem::path& file) {
  const std::vector<Node> documents = load_documents(file);
  if (documents.size() != 1) {
    throw InputError{{file.string(), 1, 1}, "a world is one document, found " + std::to_string(documents.size())};
  }
  return documents.front();
}

/// `over` laid on `base`: maps merge, everything else replaces; `null` laid on a map takes it away.
Node merge_worlds(const Node& base, const Node& over) {
  if (!base.is(Node::Kind::kMap) || !over.is(Node::Kind::kMap)) return over;
  std::vector<Node::Entry> entries = base.entries();
  for (const Node::Entry& change : over.entries()) {
    const auto same = std::ranges::find(entries, change.key, &Node::Entry::key);
    if (same == entries.end()) {
      entries.push_back(change);
    } else if (change.value.is(Node::Kind::kNull) && same->value.is(Node::Kind::kMap)) {
      entries.erase(same);
    } else {
      *same = {change.key, change.key_at, merge_worlds(same->value, change.value)};
    }
  }
  return Node::map(over.at(), std::move(entries));
}

Node unfold(const Node& node, const WorldLibrary& library, std::vector<std::filesystem::path>& chain) {
  const Node* base_name = node.find("extends");
  if (base_name == nullptr) {
    (void)node.entries();  // complains if it is no map
    return node;
  }
  const std::filesystem::path file = library.find(base_name->text(), base_name->at());
  if (std::ranges::find(chain, file) != chain.end()) {
    throw InputError{base_name->at(), "the worlds extend each other in a circle",
                     "it comes back to " + file.filename().string()};
  }
  chain.push_back(file);
  const Node base = unfold(load_one(file), library, chain);
  return merge_worlds(base, without_extends(node));
}

}  // namespace

Node unfold_extends(const Node& node, const WorldLibrary& library) {
  std::vector<std::filesystem::path> chain;
  return unfold(node, library, chain);
}

std::filesystem::path WorldLibrary::find(const std::string& name, const Position& asked_at) const {
  std::vector<std::string> known;
  for (const std::filesystem::path& folder : folders) {
    std::filesystem::path file = folder / (name + ".yaml");
    if (name.find('/') == std::string::npos && std::filesystem::is_regular_file(file)) return file;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{folder, ignored}) {
      if (entry.path().extension() == ".yaml") known.push_back(entry.path().stem().string());
    }
  }
  std::string hint = did_you_mean(name, known);
  if (hint.empty() && !known.empty()) {
    std::ranges::sort(known);
    for (const std::string& world : known) hint += (hint.empty() ? "there are " : ", ") + world;
  }
  throw InputError{asked_at, "there is no world \"" + name + "\"", hint};
}

}  // namespace understudy
