# Warnings and sanitizers for our own code only; linked as $<BUILD_INTERFACE:understudy::options>.
option(UNDERSTUDY_WERROR "Treat warnings as errors" OFF)
set(UNDERSTUDY_SANITIZE "" CACHE STRING "Value for -fsanitize=, for instance address,undefined")

add_library(understudy_options INTERFACE)
add_library(understudy::options ALIAS understudy_options)
target_compile_options(understudy_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-restrict # gcc 12 sees overlaps in std::string's operator+ that are not there (its bug 105651)
  $<$<BOOL:${UNDERSTUDY_WERROR}>:-Werror>)
if(UNDERSTUDY_SANITIZE)
  target_compile_options(understudy_options INTERFACE
    -fsanitize=${UNDERSTUDY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(understudy_options INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE})
  if(UNDERSTUDY_SANITIZE MATCHES thread)
    target_compile_options(understudy_options INTERFACE -Wno-tsan) # asio's atomic_thread_fence
  endif()
endif()

# Compiled before, wherever that was: taken from the cache if there is one on this machine.
find_program(UNDERSTUDY_CCACHE ccache)
if(PROJECT_IS_TOP_LEVEL AND UNDERSTUDY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${UNDERSTUDY_CCACHE})
endif()
