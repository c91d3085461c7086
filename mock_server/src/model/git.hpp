#pragma once
/// Git objects as the platform's git data API shows them, with the hashes that git itself would give them.
/// Source: git's object format (gitformat-pack, "loose objects"): "TYPE SIZE\0CONTENT", SHA-1.

#include <map>
#include <string>
#include <string_view>

#include "model/model.hpp"

namespace understudy::model {

[[nodiscard]] std::string git_hash(std::string_view type, std::string_view content);  ///< 40 hex digits

/// Path ("src/a.php") to content; a path that ends in "*" is executable.
using Files = std::map<std::string, std::string>;
/// Stores blobs and trees of `files`; returns the hash of the root tree.
std::string add_tree(Repository& repository, const Files& files);
/// Stores a tree of what is stored already; returns its hash.
std::string add_tree_of(Repository& repository, std::vector<TreeEntry> entries);
/// The reverse: what is in the tree, by its hash; nothing if it is unknown.
[[nodiscard]] Files files_of(const Repository& repository, const std::string& tree);
/// Stores the commit; returns its hash.
std::string add_commit(Repository& repository, const Commit& commit);
/// What an environment has whose world says nothing of its code.
[[nodiscard]] const Files& default_files();

}  // namespace understudy::model
