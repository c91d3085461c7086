// Memory of `understudy serve` as requests come: the journal is bounded, and nothing else grows with them.

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "load_client.hpp"
#include "measure.hpp"
#include "mock_server/world.hpp"

namespace understudy::bench {
namespace {

constexpr int kConnections = 16;
constexpr int kBlock = 100'000;
constexpr int kBlocks = 10;
constexpr int kForOneToken = 1000;  // then it is exchanged again, as the client does for each command
constexpr double kNoise = 1.05;

double resident_mebibytes(pid_t pid) {
  std::ifstream in{fmt::format("/proc/{}/status", pid)};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  throw std::runtime_error{"the server is gone"};
}

}  // namespace

std::vector<Row> measure_serve() {
  const TempDir folder;
  const int port = free_loopback_port();
  std::vector<std::string> env = plain_env();
  env.push_back("TMPDIR=" + folder.path().string());
  const std::string here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());  // whose server it is
  Child server{{UNDERSTUDY_BINARY, "serve", "--port", std::to_string(port)}, env, folder.path() / "output"};
  std::filesystem::current_path(here);
  wait_until_listening(port, 30'000);  // it makes the client ready first
  const pid_t pid = server.pid();

  const std::filesystem::path worlds = std::filesystem::path{SOURCE_DIR} / "fixtures/worlds";
  const World world = World::load(worlds / "demo.yaml", {{worlds}});
  std::vector<double> resident{resident_mebibytes(pid)};
  std::vector<double> speeds;
  for (int block = 0; block < kBlocks; ++block) {
    for (int done = 0; done < kBlock; done += kForOneToken) {
      const std::string request = fmt::format(
          "GET /api/projects/abcdef1234567/environments/main HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
          "Accept: application/json\r\nAuthorization: Bearer {}\r\n\r\n",
          port, access_token(port, world));
      speeds.push_back(requests_per_second(port, request, kConnections, kForOneToken));
    }
    resident.push_back(resident_mebibytes(pid));
    fmt::print(stderr, "  {:>7} requests: {:.1f} MiB\n", (block + 1) * kBlock, resident.back());
  }
  server.end(SIGTERM);

  const double ratio = resident[kBlocks] / resident[1];
  return {
      {.what = "serve: memory after a million requests, as a multiple of that after the first 100 000",
       .value = fmt::format("{:.3f} x", ratio),
       .bar = fmt::format("<= {} x", kNoise),
       .ok = ratio <= kNoise,
       .remark = fmt::format("{:.1f} MiB; {:.1f} after 900 000, {:.1f} after 100 000, {:.1f} at the start; journal of "
                             "64 MiB; {:.0f}/s",
                             resident[kBlocks], resident[kBlocks - 1], resident[1], resident[0], median(speeds))}};
}

}  // namespace understudy::bench
