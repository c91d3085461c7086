#pragma once

#include <string>

#include "wire/fields.hpp"

namespace understudy::wire {

inline void link(json& resource, const std::string& relation, const std::string& href) {
  resource["_links"][relation] = {{"href", href}};
}

}  // namespace understudy::wire
