// The tree of a world's file, and changes to it.

#include <algorithm>
#include <utility>

#include "rehearsal/app_world.hpp"

namespace understudy {

Node load_world_node(const std::filesystem::path& file) {
  std::vector<Node> documents = load_documents(file);
  if (documents.size() != 1) throw InputError{{file.string(), 1, 1}, "a world is one YAML document"};
  return std::move(documents.front());
}

Node to_node(const nlohmann::json& value, const Position& at) {
  if (value.is_object()) {
    std::vector<Node::Entry> entries;
    for (const auto& [key, item] : value.items()) entries.push_back({key, at, to_node(item, at)});
    return Node::map(at, std::move(entries));
  }
  if (value.is_array()) {
    std::vector<Node> items;
    for (const auto& item : value) items.push_back(to_node(item, at));
    return Node::list(at, std::move(items));
  }
  if (value.is_string()) return Node::scalar(at, value.get<std::string>(), true);
  return Node::scalar(at, value.dump(), false);
}

Node with_value(const Node& in, std::vector<std::string> path, Node value) {
  if (path.empty()) return value;
  std::vector<Node::Entry> entries;
  if (!in.is(Node::Kind::kNull)) entries = in.entries();
  const std::string key = path.front();
  path.erase(path.begin());
  auto entry = std::ranges::find(entries, key, &Node::Entry::key);
  if (entry == entries.end()) entry = entries.insert(entry, {key, in.at(), Node::scalar(in.at(), "null", false)});
  entry->value = with_value(entry->value, std::move(path), std::move(value));
  return Node::map(in.at(), std::move(entries));
}

}  // namespace understudy
