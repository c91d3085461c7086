#pragma once
/// One application's description, as a node whose includes are resolved.

#include <string>
#include <string_view>
#include <vector>

#include "harness/application.hpp"

namespace understudy {

/// Does not know where the application lies: `root` is "". A missing name is "". Unknown keys become remarks, since
/// public repositories contain anything.
[[nodiscard]] Application read_app(const Node& node, std::vector<Remark>& remarks);

/// Throws InputError if an app cannot be called so; a remark if it should not.
void check_app_name(const std::string& name, const Position& at, std::vector<Remark>& remarks);

/// True for `.base`, `x-base` and `_base`: by custom they hold anchors and mean nothing themselves.
[[nodiscard]] bool is_for_anchors(std::string_view key);

/// "unknown key ...; did you mean ...?"
[[nodiscard]] Remark unknown_key(const Node::Entry& entry, std::string_view where,
                                 const std::vector<std::string>& known);

}  // namespace understudy
