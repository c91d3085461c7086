// A fake for tests that are no C++: serves the world in the given file until standard input ends. First line of its
// output: {"url": ..., "tokens": {...}}. Then a line for each line that it reads:
//   advance 15m    -> {}                        lets platform time pass
//   journal        -> [{"method": ..., ...}]    what was asked so far
#include <iostream>

#include "mock_server/mock_server.hpp"

namespace {

using nlohmann::json;

json answer_to(understudy::MockServer& server, const std::string& line) {
  if (line.starts_with("advance ")) {
    const auto duration = understudy::parse_duration(line.substr(8));
    if (!duration) return {{"error", "no duration: " + line.substr(8)}};
    server.advance(*duration);
    return json::object();
  }
  if (line != "journal") return {{"error", "expected \"advance TIME\" or \"journal\", found \"" + line + "\""}};
  json entries = json::array();
  for (const understudy::Exchange& exchange : server.journal().entries()) {
    entries.push_back({{"method", exchange.method},
                       {"target", target(exchange)},
                       {"operation", exchange.operation},
                       {"status", exchange.status},
                       {"note", exchange.note},
                       {"user", exchange.user},
                       {"body", exchange.request_body},
                       {"response", {{"body", exchange.response_body}}}});
  }
  return entries;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: serve_world WORLDS_FOLDER WORLD\n";
    return 2;
  }
  try {
    const understudy::World world = understudy::World::from_node(
        understudy::parse_documents("extends: " + std::string{argv[2]}, "serve_world").front(), {{argv[1]}});
    understudy::MockServer server{{.world = world}};
    json tokens = json::object();
    for (const understudy::World::Token& token : world.tokens()) tokens[token.name] = token.value;
    std::cout << json{{"url", server.base_url()}, {"tokens", tokens}} << std::endl;
    for (std::string line; std::getline(std::cin, line);)
      std::cout << answer_to(server, line).dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << "serve_world: " << problem.what() << '\n';
    return 3;
  }
}
