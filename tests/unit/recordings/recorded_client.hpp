#pragma once
/// The real client against a fake, and what went between them as a recording.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/process.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/recording.hpp"
#include "offline/offline_sandbox.hpp"
#include "run/refusing_proxy.hpp"

namespace understudy {

inline Recording recording_of(MockServer& server) {
  Recording recording{.file = "test.har"};
  for (const Exchange& exchange : server.journal().entries()) {
    RecordedExchange recorded{.at = {"test.har", static_cast<int>(exchange.number), 1},
                              .started = exchange.platform_time,
                              .duration = exchange.wall_duration,
                              .method = exchange.method,
                              .server = "https://api.example.com",
                              .path = exchange.path,
                              .query = exchange.query,
                              .request_headers = exchange.request_headers,
                              .request_body = exchange.request_body,
                              .status = exchange.status,
                              .response_headers = exchange.response_headers,
                              .response_body = exchange.response_body};
    const bool is_log = exchange.path.ends_with("/log");  // the journal has no Content-Type
    recorded.content_type = is_log ? "application/x-ndjson" : "application/json";
    recording.exchanges.push_back(std::move(recorded));
  }
  return recording;
}

class RecordedClient {
public:
  explicit RecordedClient(const std::string& world, const std::string& token = "",
                          const std::string& client = "webpaas")
      : place_{{.world = world, .token = token, .client = client}},
        server_{{.world = place_.world()}},
        env_{place_.env(server_.base_url(), proxy_.url(), false)} {}

  /// Also says where the project is, wherever the test was built.
  static bool is_installed() {
    ::setenv("UNDERSTUDY_ROOT", SOURCE_DIR, 1);
    return std::filesystem::exists(std::filesystem::path{SOURCE_DIR} / "node_modules/@upsun/cli-linux-x64/bin/upsun");
  }

  /// What it prints; whatever comes of it.
  std::string run(std::vector<std::string> words) {
    words.insert(words.begin(), place_.client().binary.string());
    words.emplace_back("--no-interaction");
    const ClientSession session = server_.attach("client");
    return run_command({.argv = words, .env = env_, .working_directory = place_.sandbox().home()}).stdout_text;
  }
  [[nodiscard]] Recording recording() { return recording_of(server_); }
  [[nodiscard]] std::string token() const { return place_.token()->value; }
  [[nodiscard]] MockServer& server() { return server_; }

private:
  OfflineSandbox place_;
  RefusingProxy proxy_;
  MockServer server_;
  Env env_;
};

}  // namespace understudy
