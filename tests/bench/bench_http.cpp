// Requests per second: our fake with a checked token, a model look-up and the journal, against a bare cpp-httplib
// server that returns the same bytes, and nginx with a constant where it is installed.

#include <fmt/format.h>
#include <httplib.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench_world.hpp"
#include "load_client.hpp"
#include "measure.hpp"
#include "mock_server/mock_server.hpp"

namespace understudy::bench {
namespace {

constexpr double kBar = 0.85;
constexpr int kConnections = 16;
constexpr int kRequests = 20'000;
constexpr int kRounds = 7;
const std::string kNginx = "/usr/sbin/nginx";

std::string get_request(const std::string& path, const std::string& token) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer {}\r\n\r\n", path,
      token);
}

/// As plain as cpp-httplib goes, but with enough threads for every connection and without Nagle's delay.
class BareServer {
public:
  BareServer(const std::string& path, const std::string& answer)
      : body_{body_of(answer)}, headers_{headers_of(answer)} {
    server_.new_task_queue = [] { return new httplib::ThreadPool{32}; };
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(static_cast<std::size_t>(kRequests));
    server_.Get(path, [this](const httplib::Request&, httplib::Response& response) {
      response.headers = headers_;
      response.body = body_;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread{[this] { server_.listen_after_bind(); }};
    wait_until_listening(port_);
  }
  ~BareServer() { server_.stop(); }
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;
  [[nodiscard]] int port() const { return port_; }

private:
  /// Those of `answer` that cpp-httplib does not write by itself.
  static httplib::Headers headers_of(const std::string& answer) {
    httplib::Headers headers;
    std::size_t begin = answer.find("\r\n") + 2;
    for (std::size_t end = answer.find("\r\n", begin); end > begin; end = answer.find("\r\n", begin)) {
      const std::string line = answer.substr(begin, end - begin);
      const std::string name = line.substr(0, line.find(':'));
      if (name != "Content-Length" && name != "Connection" && name != "Keep-Alive") {
        headers.emplace(name, line.substr(line.find(':') + 2));
      }
      begin = end + 2;
    }
    return headers;
  }

  std::string body_;
  httplib::Headers headers_;
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

/// nginx with a constant, in a folder of its own.
class Nginx {
public:
  explicit Nginx(const std::string& body) : port_{free_loopback_port()} {
    write_file(folder_.path() / "nginx.conf",
               fmt::format(R"(daemon off; pid {0}/pid; error_log {0}/error.log; worker_processes 2;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
  server {{ listen 127.0.0.1:{1}; location / {{ return 200 '{2}'; }} }}
}}
)",
                           folder_.path().string(), port_, quoted(body)));
    child_.emplace(std::vector<std::string>{kNginx, "-p", folder_.path(), "-c", folder_.path() / "nginx.conf", "-e",
                                            folder_.path() / "error.log"},
                   plain_env(), folder_.path() / "output");
    wait_until_listening(port_);
  }
  ~Nginx() { child_->end(SIGTERM); }  // killed, it would leave its workers behind
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  [[nodiscard]] int port() const { return port_; }

private:
  static std::string quoted(const std::string& text) {
    std::string result;
    for (const char c : text) {
      if (c == '\'' || c == '\\') result += '\\';
      result += c == '$' ? 'S' : c;  // nginx has no escape for a dollar
    }
    return result;
  }

  TempDir folder_;
  int port_;
  std::optional<Child> child_;
};

/// Requests per second of all three for one resource, in turn, several times.
struct Speeds {
  std::vector<double> ours{};
  std::vector<double> bare{};
  std::vector<double> nginx{};
  std::size_t our_bytes = 0;
  std::size_t bare_bytes = 0;
};

Speeds measure_resource(const World& world, const std::string& path) {
  Speeds speeds;
  std::string answer;
  {
    const MockServer server{{.world = world}};
    const int port = port_of(server.base_url());
    answer = ask_once(port, get_request(path, access_token(port, world)));
  }
  if (answer.compare(0, 12, "HTTP/1.1 200") != 0) throw std::runtime_error{path + ": " + answer};
  speeds.our_bytes = answer.size();
  const std::string unchecked = get_request(path, std::string(64, 'x'));
  std::optional<Nginx> nginx;
  if (std::filesystem::exists(kNginx)) nginx.emplace(body_of(answer));
  for (int round = 0; round < kRounds; ++round) {
    {
      const MockServer server{{.world = world}};  // a new one each round: its journal keeps everything
      const int port = port_of(server.base_url());
      const std::string request = get_request(path, access_token(port, world));
      speeds.ours.push_back(requests_per_second(port, request, kConnections, kRequests));
    }
    {
      const BareServer server{path, answer};
      speeds.bare_bytes = ask_once(server.port(), unchecked).size();
      speeds.bare.push_back(requests_per_second(server.port(), unchecked, kConnections, kRequests));
    }
    if (nginx) speeds.nginx.push_back(requests_per_second(nginx->port(), unchecked, kConnections, kRequests));
  }
  return speeds;
}

std::vector<Row> rows_for(const std::string& what, const Speeds& speeds, bool with_bar) {
  const double ratio = median(speeds.ours) / median(speeds.bare);
  std::vector<Row> rows{
      {.what = fmt::format("http: {}, as a multiple of a bare cpp-httplib", what),
       .value = fmt::format("{:.2f} x", ratio),
       .remark = fmt::format("{:.0f}/s against {:.0f}/s, answers of {} and {} bytes; medians of {} rounds",
                             median(speeds.ours), median(speeds.bare), speeds.our_bytes, speeds.bare_bytes, kRounds)}};
  if (with_bar) {
    rows[0].bar = fmt::format(">= {} x", kBar);
    rows[0].ok = ratio >= kBar;
  }
  if (!speeds.nginx.empty()) {
    rows.push_back({.what = "http: nginx with the same as a constant",
                    .value = fmt::format("{:.2f} x", median(speeds.nginx) / median(speeds.bare)),
                    .remark = fmt::format("{:.0f}/s", median(speeds.nginx))});
  }
  return rows;
}

}  // namespace

std::vector<Row> measure_http() {
  const World world = bench_world();
  std::vector<Row> rows = rows_for("a variable", measure_resource(world, kVariable), true);
  for (Row& row : rows_for("a project (the largest answer)", measure_resource(world, kProject), false))
    rows.push_back(std::move(row));
  if (!std::filesystem::exists(kNginx)) {
    rows.push_back(
        {.what = "http: nginx with a constant", .value = "-", .remark = "not installed (package nginx-light)"});
  }
  return rows;
}

}  // namespace understudy::bench
