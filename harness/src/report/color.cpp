#include <cstring>

#include "harness/report.hpp"

namespace understudy {
namespace {

bool is_set(const char* value) { return value != nullptr && *value != '\0'; }
bool is_on(const char* value) { return is_set(value) && std::strcmp(value, "0") != 0; }
bool is(const char* value, const char* word) { return value != nullptr && std::strcmp(value, word) == 0; }

}  // namespace

bool use_color(ColorChoice choice, const std::function<const char*(const char*)>& getenv, bool is_terminal) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  if (is_set(getenv("NO_COLOR"))) return false;
  if (is_on(getenv("FORCE_COLOR")) || is_on(getenv("CLICOLOR_FORCE"))) return true;
  if (is(getenv("CLICOLOR"), "0") || is(getenv("TERM"), "dumb")) return false;
  return is_terminal;
}

}  // namespace understudy
