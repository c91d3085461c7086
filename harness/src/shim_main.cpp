/// The program `understudy_shim`: what `understudy --shim` does, without the rest of it.

#include "harness/shim.hpp"

int main(int argc, char** argv) { return understudy::is_shim_call(argc, argv) ? understudy::shim_main(argc, argv) : 2; }
