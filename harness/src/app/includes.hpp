#pragma once
/// `!include` and `!archive`: files of the repository that stand in for values.
/// Source: the vendor's documentation, learn/overview/yaml ("YAML tags").

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/application.hpp"

namespace understudy {

/// Puts files in the place of their tags, throughout one repository; bounded in number and bytes over all calls.
class Includes {
public:
  /// `remarks` must outlive this. What lies outside of `repository` (links followed) is never read.
  Includes(const std::filesystem::path& repository, std::vector<Remark>& remarks);

  /// Paths are relative to the first of `folders` that has them. Throws InputError with the place of the tag: missing
  /// files, paths that lead out of the repository, files that include themselves.
  [[nodiscard]] Node resolve(const Node& node, const std::vector<std::filesystem::path>& folders);

  /// `node` itself, or the document that it includes; tags below that stay, since where they lead may depend on it.
  [[nodiscard]] Node opened(const Node& node, const std::vector<std::filesystem::path>& folders);

  [[nodiscard]] bool is_inside(const std::filesystem::path& path) const;  ///< of the repository

private:
  struct Place {  // from where a value is included
    std::vector<std::filesystem::path> folders;
    std::vector<std::filesystem::path> chain;  // files on the way here, the outermost first
  };
  struct Request {  // what an `!include` asks for
    std::string type = "yaml";
    std::string path{};
  };

  Node resolve(const Node& node, const Place& place);
  Node include(const Node& node, const Place& place);
  /// The document of `file` with its tags; `place` becomes where its values are.
  Node open_yaml(const Node& node, const std::filesystem::path& file, Place& place);
  [[nodiscard]] std::filesystem::path file_of(const Node& node, const Request& request, const Place& place) const;
  Node archive(const Node& node, const Place& place);
  [[nodiscard]] std::filesystem::path locate(const Node& node, const std::string& path, const Place& place) const;
  std::string content_of(const Node& node, const std::filesystem::path& file);
  static Request read_request(const Node& node);

  std::filesystem::path repository_;
  std::vector<Remark>& remarks_;
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace understudy
