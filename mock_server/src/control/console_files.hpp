#pragma once
/// The files of the console, with what keeps a page from being more than that.

#include <vector>

#include "api/context.hpp"
#include "mock_server/service.hpp"

namespace understudy::control {

/// The file that the request's path names, below /.understudy/console/; 404 if there is none. Needs no token.
[[nodiscard]] api::Response console_file(const std::vector<StaticFile>& files, const api::Request& request);

}  // namespace understudy::control
