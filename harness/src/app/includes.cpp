#include "app/includes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "mock_server/base64.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

// Far beyond what a repository has; files that include each other twice would grow without end.
constexpr std::size_t kMaximalFiles = 500;
constexpr std::size_t kMaximalBytes = 16U << 20U;
constexpr std::size_t kMaximalChain = 16;

bool has_tags(const Node& node) {
  if (!node.tag().empty()) return true;
  if (node.is(Node::Kind::kList)) return std::ranges::any_of(node.items(), has_tags);
  if (!node.is(Node::Kind::kMap)) return false;
  return std::ranges::any_of(node.entries(), [](const Node::Entry& entry) { return has_tags(entry.value); });
}

bool is_utf8(const std::string& text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error&) {  // how the library says that a text is none
    return false;
  }
}

}  // namespace

Includes::Includes(const fs::path& repository, std::vector<Remark>& remarks)
    : repository_{fs::canonical(repository)}, remarks_{remarks} {}

Node Includes::resolve(const Node& node, const std::vector<fs::path>& folders) {
  return resolve(node, Place{.folders = folders, .chain = {fs::weakly_canonical(node.at().file)}});
}

Node Includes::opened(const Node& node, const std::vector<fs::path>& folders) {
  Place place{.folders = folders, .chain = {fs::weakly_canonical(node.at().file)}};
  Node at = node;
  while (at.tag() == "!include") {
    const Request request = read_request(at);
    if (request.type != "yaml") return include(at, place);
    at = open_yaml(at, file_of(at, request, place), place);
  }
  return at;
}

bool Includes::is_inside(const fs::path& path) const {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path), error);
  if (error) real = fs::absolute(path).lexically_normal();  // nothing that could be read: a loop of links, a long name
  return std::ranges::mismatch(repository_, real).in1 == repository_.end();
}

Node Includes::resolve(const Node& node, const Place& place) {
  if (!has_tags(node)) return node;
  if (node.tag() == "!include") return include(node, place);
  if (node.tag() == "!archive") return archive(node, place);
  if (!node.tag().empty()) {
    remarks_.push_back(
        {node.at(), fmt::format("the tag \"{}\" is not known; the value is taken without it", node.tag())});
  }
  if (node.is(Node::Kind::kList)) {
    std::vector<Node> items;
    for (const Node& item : node.items()) items.push_back(resolve(item, place));
    return Node::list(node.at(), std::move(items));
  }
  if (!node.is(Node::Kind::kMap)) return node.tagged("");
  std::vector<Node::Entry> entries;
  for (const Node::Entry& entry : node.entries()) {
    entries.push_back({entry.key, entry.key_at, resolve(entry.value, place)});
  }
  return Node::map(node.at(), std::move(entries));
}

Includes::Request Includes::read_request(const Node& node) {
  static const Keys<Request> kKeys{
      {"type", "string, binary or yaml", {}, [](Request& into, const Node& value) { into.type = value.text(); }},
      {"path", "the file", {}, [](Request& into, const Node& value) { into.path = value.scalar_text(); }, true},
  };
  Request request;
  if (node.is(Node::Kind::kMap)) {
    read_map(node, kKeys, request, "an !include");
  } else if (node.is(Node::Kind::kText)) {
    request.path = node.text();
  }
  if (request.path.empty()) {
    throw InputError{node.at(), "an !include needs the path of a file",
                     "write !include FILE or !include {type: string, path: FILE}"};
  }
  const std::vector<std::string> types{"string", "binary", "yaml"};
  if (std::ranges::find(types, request.type) == types.end()) {
    const std::string near = did_you_mean(request.type, types);
    throw InputError{node.find("type")->at(), fmt::format("an !include has no type \"{}\"", request.type),
                     near.empty() ? "there are string, binary and yaml" : near};
  }
  return request;
}

fs::path Includes::file_of(const Node& node, const Request& request, const Place& place) const {
  fs::path file = locate(node, request.path, place);
  if (!fs::is_regular_file(file)) throw InputError{node.at(), fmt::format("\"{}\" is no file", request.path)};
  return file;
}

Node Includes::include(const Node& node, const Place& place) {
  const Request request = read_request(node);
  const fs::path file = file_of(node, request, place);
  if (request.type == "yaml") {
    Place inner = place;
    const Node document = open_yaml(node, file, inner);
    return resolve(document, inner);
  }
  std::string content = content_of(node, file);
  const Position start{file.string(), 1, 1};
  if (request.type == "binary") return Node::scalar(start, to_base64(content), true);
  if (!is_utf8(content)) {
    throw InputError{node.at(), fmt::format("\"{}\" is no text", request.path), "include it with the type binary"};
  }
  return Node::scalar(start, std::move(content), true);
}

Node Includes::open_yaml(const Node& node, const fs::path& file, Place& place) {
  const fs::path real = fs::canonical(file);
  if (std::ranges::find(place.chain, real) != place.chain.end()) {
    throw InputError{node.at(), fmt::format("\"{}\" includes itself", file.string())};
  }
  place.chain.push_back(real);
  if (place.chain.size() > kMaximalChain) throw InputError{node.at(), "includes are nested too deep"};
  const std::vector<Node> documents = parse_documents(content_of(node, file), file.string(), Tags::kKept);
  if (documents.size() > 1) throw InputError{documents[1].at(), "a file that is included has one document only"};
  if (documents.empty()) return Node::scalar({file.string(), 1, 1}, "", false);
  // The application's folder is the documented start; a file beside the one that names it is found as well.
  if (const fs::path beside = file.parent_path(); std::ranges::find(place.folders, beside) == place.folders.end()) {
    place.folders.push_back(beside);
  }
  return documents.front();
}

/// The platform packs the folder and hands it to the service; here its path stands for it.
Node Includes::archive(const Node& node, const Place& place) {
  if (!node.is(Node::Kind::kText) || node.text().empty()) {
    throw InputError{node.at(), "an !archive needs the path of a folder", "write !archive FOLDER"};
  }
  static_cast<void>(locate(node, node.text(), place));
  return node.tagged("");
}

fs::path Includes::locate(const Node& node, const std::string& path, const Place& place) const {
  if (fs::path{path}.is_absolute()) {
    throw InputError{node.at(), fmt::format("\"{}\" is an absolute path", path), "write it from the app's folder on"};
  }
  bool leads_out = false;
  std::vector<std::string> looked_in;
  for (const fs::path& folder : place.folders) {
    fs::path candidate = (folder / path).lexically_normal();
    std::error_code error;
    if (!is_inside(candidate)) {
      leads_out = true;
    } else if (fs::exists(candidate, error)) {
      return candidate;
    }
    const std::string name = folder.empty() ? "." : folder.lexically_normal().string();
    if (std::ranges::find(looked_in, name) == looked_in.end()) looked_in.push_back(name);
  }
  if (leads_out) throw InputError{node.at(), fmt::format("\"{}\" leads out of the repository", path)};
  throw InputError{node.at(), fmt::format("there is no file \"{}\"", path),
                   fmt::format("looked in {}", fmt::join(looked_in, ", "))};
}

std::string Includes::content_of(const Node& node, const fs::path& file) {
  const std::uintmax_t size = fs::file_size(file);
  if (++files_ > kMaximalFiles || size > kMaximalBytes - bytes_) {
    throw InputError{node.at(),
                     fmt::format("includes more than {} files or {} MB", kMaximalFiles, kMaximalBytes >> 20U)};
  }
  bytes_ += size;
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw InputError{node.at(), fmt::format("\"{}\" cannot be opened", file.string())};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace understudy
