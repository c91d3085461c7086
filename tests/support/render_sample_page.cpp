// Writes a sample page to standard output, for tests that look at it with a browser (tests/browser). Without an
// argument it names the samples, one a line.
#include <iostream>

#include "sample_pages.hpp"

int main(int argc, char** argv) {
  const auto pages = understudy::samples::pages();
  if (argc == 1) {
    for (const auto& [name, page] : pages) std::cout << name << '\n';
    return 0;
  }
  const auto found = pages.find(argv[1]);
  if (argc != 2 || found == pages.end()) {
    std::cerr << "usage: render_sample_page [SAMPLE]\n";
    return 2;
  }
  std::cout << understudy::render_page(found->second);
  return std::cout.flush() ? 0 : 3;
}
