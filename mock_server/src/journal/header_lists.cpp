#include "mock_server/header_lists.hpp"

#include <algorithm>

#include "mock_server/ascii.hpp"

namespace understudy {

std::vector<std::string> list_in(const std::vector<Header>& headers, std::string_view name) {
  std::vector<std::string> values;
  for (const Header& header : headers) {
    if (!same_ignoring_case(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      values.push_back(lower(trimmed(rest.substr(0, end))));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return values;
}

std::string content_coding(const std::vector<Header>& headers) {
  std::string result;
  for (const std::string& coding : list_in(headers, "Content-Encoding")) {
    if (!coding.empty() && coding != "identity") result += (result.empty() ? "" : ", ") + coding;
  }
  return result;
}

}  // namespace understudy
