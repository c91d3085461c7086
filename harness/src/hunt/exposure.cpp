#include "harness/exposure.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

namespace understudy {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
  return ::fnmatch(pattern.c_str(), text.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace

std::string Exposure::what() const {
  if (rule != "secret") return fmt::format("{}: {}", rule, place);
  return fmt::format("{} ({}) in {}", kind.starts_with("fingerprint") ? kind : secret, shape, place);
}

bool ExposureLine::fits(const Exposure& exposure) const {
  if (!rule.empty()) return exposure.rule == rule && (in.empty() || matches(in, exposure.place));
  return exposure.rule == "secret" && (matches(secret, exposure.secret) || matches(secret, exposure.kind)) &&
         matches(in, exposure.place) && (shape.empty() || matches(shape, exposure.shape));
}

std::string ExposureLine::what() const {
  if (!rule.empty()) return in.empty() ? rule : rule + ": " + in;
  return secret + (shape.empty() ? "" : " (" + shape + ")") + " in " + in;
}

}  // namespace understudy
