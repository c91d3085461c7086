#pragma once
/// Requests of clients as marks of a timeline.

#include <map>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/timeline.hpp"

namespace understudy::engine {

/// Of a request, what a timeline shows.
struct Asked {
  std::string client{};
  Time at{};
  std::string method{};
  std::string path{};
  int status = 0;  ///< 0: no answer
};

/// Adds a mark for each request; polls are left out before. More than a few that one lane has at the same moment become
/// one mark for all that read and, if there are many, one for all that write. `lanes` are those of clients that have
/// one already, by client; others get a lane in a group of their own ("client webpaas"), before all others: what they
/// ask for comes first.
void add_requests(Timeline& timeline, const std::vector<Asked>& requests,
                  const std::map<std::string, std::string>& lanes);

}  // namespace understudy::engine
