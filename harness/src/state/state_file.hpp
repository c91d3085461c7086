#pragma once
/// What `understudy serve --state FILE` keeps: a ledger in an SQLite database. What was committed survives the end of
/// the process at any moment, and that of the machine (write-ahead log, synchronous=FULL). Holds tokens and passwords,
/// so only its owner may read it (0600).

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "mock_server/ledger.hpp"

namespace understudy {

/// Opens FILE, or makes it if it is not there, for `head`. No other process can meanwhile. Throws InputError for a file
/// that is none of ours, damaged, of another format, in use, or made with another world or seed, and leaves it as it
/// was; std::runtime_error if the machine fails.
[[nodiscard]] std::unique_ptr<LedgerStore> open_state_file(const std::filesystem::path& file, const LedgerHead& head);

/// What FILE was made for; nullopt if it is not there (or nothing was written into it yet). Throws InputError as above.
[[nodiscard]] std::optional<LedgerHead> head_of_state_file(const std::filesystem::path& file);

/// In one step, whatever happens meanwhile, FILE holds `entries` for `head`, and what it held before is in the first of
/// FILE.1, FILE.2, ... that is not there: that is returned, or "" if there was nothing. FILE must not be open. Throws
/// std::runtime_error.
std::filesystem::path replace_state_file(const std::filesystem::path& file, const Snapshot& snapshot);

/// FILE as an Archive. `tell` hears where what it held was kept when something else takes its place.
[[nodiscard]] std::unique_ptr<Archive> state_archive(const std::filesystem::path& file,
                                                     std::function<void(const std::filesystem::path& kept)> tell);

}  // namespace understudy
