#pragma once
/// Header fields that are about one connection, and not about what was said over it.

#include <string_view>

namespace understudy {

/// One that whoever stands between does not pass on, whatever the message. Source: RFC 9110, section 7.6.1, with those
/// of section 11.7, which are between a client and its proxy, and Proxy-Connection, which some clients still send. What
/// a message names in Connection is hop-by-hop in it, too.
[[nodiscard]] bool is_hop_by_hop(std::string_view name);

}  // namespace understudy
