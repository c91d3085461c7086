#include "run/inside_container.hpp"

#include <re2/re2.h>

namespace understudy {

std::string inside_container(std::string text, const std::string& folder) {
  static const RE2 random{R"((/tmp/tmp\.)[A-Za-z0-9]{10}\b)"};
  if (text.find(folder) != std::string::npos) {
    const std::string app = RE2::QuoteMeta(folder) + R"(/app-\d+)";
    RE2::GlobalReplace(&text, app + R"(/tree-\d+)", "/app");
    RE2::GlobalReplace(&text, app + "/tmp", "/tmp");
  }
  RE2::GlobalReplace(&text, random, R"(\1[RANDOM])");
  return text;
}

}  // namespace understudy
