#pragma once
/// Places in what a container's programs print.

#include <string>

namespace understudy {

/// As they are called inside: `folder` is where a ContainerRunner has its containers, and shows only where they have no
/// namespaces. What mktemp(1) draws is replaced, so that the same run prints the same.
[[nodiscard]] std::string inside_container(std::string text, const std::string& folder);

}  // namespace understudy
