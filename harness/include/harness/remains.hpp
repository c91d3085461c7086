#pragma once
/// Removing what programs leave behind.

#include <filesystem>
#include <set>

namespace understudy {

/// Removes `folder` but for the paths in `keep`, read-only directories included. Never throws: what cannot be removed
/// stays.
void remove_tree(const std::filesystem::path& folder, const std::set<std::filesystem::path>& keep = {});

}  // namespace understudy
