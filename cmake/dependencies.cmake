# What the project is built from. Debian 12 packages all of it; README.md says why each is here.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib) # Debian ships no CMake config for it
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
find_package(ZLIB REQUIRED)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)
find_package(date 3 REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem) # Process v1 is header-only on top of it
find_package(CLI11 2 REQUIRED)
if(PROJECT_IS_TOP_LEVEL)
  find_package(GTest 1.12 REQUIRED)
  find_package(benchmark REQUIRED)
endif()
