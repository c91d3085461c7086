// A fake that keeps its state in a file, until standard input ends or it is killed.
// First line of its output: {"url": ..., "token": ..., "now": ...}.
#include <iostream>

#include "mock_server/ledger.hpp"
#include "mock_server/mock_server.hpp"
#include "state/state_file.hpp"

int main(int argc, char** argv) {
  using namespace understudy;
  if (argc != 3) {
    std::cerr << "usage: state_server WORLD_FILE STATE_FILE\n";
    return 2;
  }
  try {
    const World world = World::load(argv[1], {});
    Ledger ledger{open_state_file(argv[2], {world.text(), 1})};
    const MockServer server{{.world = world, .seed = 1, .ledger = &ledger}};
    std::cout << nlohmann::json{{"url", server.base_url()},
                                {"token", world.tokens().front().value},
                                {"now", format_time(server.now())}}
              << std::endl;
    for (std::string line; std::getline(std::cin, line);) continue;
    return 0;
  } catch (const InputError& error) {
    std::cerr << "state_server: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& problem) {
    std::cerr << "state_server: " << problem.what() << '\n';
    return 3;
  }
}
