# Writes OUT, a source file with the bytes of NAMES (with | between) below FOLDER. Run by `cmake -P` during the build.
string(REPLACE "|" ";" names "${NAMES}")
set(arrays "")
set(rows "")
set(number 0)
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char k${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", k${number}, sizeof k${number}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}" "// Made by cmake/embed.cmake.
#include \"console/embedded.hpp\"

namespace understudy {
namespace {
${arrays}}  // namespace

std::span<const EmbeddedFile> embedded_console() {
  static constexpr EmbeddedFile kFiles[] = {
${rows}  };
  return kFiles;
}

}  // namespace understudy
")
