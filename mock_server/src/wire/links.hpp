#pragma once

#include <string>

#include "wire/fields.hpp"

namespace understudy::wire {

inline void link(json& resource, const std::string& relation, const std::string& href) {
  // Not {{"href", href}}: that makes lists of lists first and then sees that they are an object.
  resource["_links"][relation]["href"] = href;
}

}  // namespace understudy::wire
