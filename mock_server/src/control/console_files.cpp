#include "control/console_files.hpp"

#include <algorithm>

#include "control/call.hpp"

namespace understudy::control {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace

api::Response console_file(const std::vector<StaticFile>& files, const api::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    return refused({.status = 405, .message = "The console can only be read", .headers = {{"Allow", "GET, HEAD"}}});
  }
  const std::string rest = percent_decoded(request.path.substr(kConsole.size()), false);
  const std::string name = rest.empty() ? "index.html" : rest;
  const auto file = std::ranges::find(files, name, &StaticFile::path);
  if (file == files.end()) return refused({.status = 404, .message = "The console has no file \"" + name + "\""});
  api::Response response{.body = file->bytes, .content_type = file->content_type};
  response.headers = {{"Content-Security-Policy", std::string{kPolicy}},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace understudy::control
