# Warnings and sanitizers for our own code only; linked as $<BUILD_INTERFACE:understudy::options>.
option(UNDERSTUDY_WERROR "Treat warnings as errors" OFF)
set(UNDERSTUDY_SANITIZE "" CACHE STRING "Value for -fsanitize=, for instance address,undefined")

add_library(understudy_options INTERFACE)
add_library(understudy::options ALIAS understudy_options)
target_compile_options(understudy_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${UNDERSTUDY_WERROR}>:-Werror>)
if(UNDERSTUDY_SANITIZE)
  target_compile_options(understudy_options INTERFACE
    -fsanitize=${UNDERSTUDY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(understudy_options INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE})
  if(UNDERSTUDY_SANITIZE MATCHES thread)
    target_compile_options(understudy_options INTERFACE -Wno-tsan) # asio's atomic_thread_fence
  endif()
endif()
