#pragma once
/// What is changed in a state file behind our back shows: each entry is sealed together with all before it.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/ledger.hpp"

namespace understudy {

[[nodiscard]] std::string seal_of(std::string_view key, std::string_view value);  ///< 16 bytes, as all here
[[nodiscard]] std::string seal_of(const LedgerHead& head);
[[nodiscard]] std::string seal_of(std::string_view before, const LedgerEntry& entry);

/// Each name and value with its length in front: they are bytes.
[[nodiscard]] std::string pack_headers(const std::vector<Header>& headers);
[[nodiscard]] bool unpack_headers(std::string_view packed, std::vector<Header>& headers);  ///< false: it is none

}  // namespace understudy
