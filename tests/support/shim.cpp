// Stands in for programs in the containers of tests, as `understudy` does in those of scenarios.

#include "harness/shim.hpp"

int main(int argc, char** argv) { return understudy::is_shim_call(argc, argv) ? understudy::shim_main(argc, argv) : 2; }
