/// The program `understudy`, the stand-in for a browser that the client opens (the same file under another name), and
/// the programs of containers that take platform time.

#include <exception>
#include <filesystem>
#include <iostream>

#include "harness/cli.hpp"
#include "harness/runner.hpp"
#include "harness/shim.hpp"

namespace {

enum Exit { kBadInput = 2, kOursOrTheMachines = 3 };

int complain(const std::exception& error, Exit code) {
  std::cerr << "understudy: error: " << error.what() << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc > 0 && std::filesystem::path{argv[0]}.filename() == "browser") return understudy::browser_main(argc, argv);
    if (understudy::is_shim_call(argc, argv)) return understudy::shim_main(argc, argv);
    return understudy::run_cli(argc, argv);
  } catch (const understudy::InputError& error) {
    return complain(error, kBadInput);
  } catch (const understudy::UsageError& error) {
    return complain(error, kBadInput);
  } catch (const std::exception& error) {
    return complain(error, kOursOrTheMachines);
  }
}
