#pragma once
/// The console: a page application for a browser, as `understudy serve` hands it out.

#include <vector>

#include "mock_server/service.hpp"

namespace understudy {

/// All of its files; "index.html" is the page. None holds a secret.
[[nodiscard]] std::vector<StaticFile> console_files();

}  // namespace understudy
