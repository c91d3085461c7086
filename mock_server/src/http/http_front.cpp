#include "http/http_front.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "http/connection.hpp"

namespace understudy {
namespace {

constexpr int kKeepAliveSeconds = 300;  // longer than any client pauses: a dropped connection repeats POSTs (trap 14)
constexpr std::size_t kLongestBody = 4 << 20;
constexpr std::size_t kMostThreads = 512;
constexpr int kBacklog = 256;

/// A thread for each open connection: a log that is followed keeps its thread for as long as the client waits.
class GrowingPool final : public httplib::TaskQueue {
public:
  void enqueue(std::function<void()> task) override {
    const std::scoped_lock lock{mutex_};
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && threads_.size() < kMostThreads)
      threads_.emplace_back([this] { work(); });
    else
      available_.notify_one();
  }

  void shutdown() override {
    {
      const std::scoped_lock lock{mutex_};
      done_ = true;
    }
    available_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

private:
  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      ++idle_;
      available_.wait(lock, [&] { return done_ || !tasks_.empty(); });
      --idle_;
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable available_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool done_ = false;
};

/// cpp-httplib with connections of ours: buffered, and known, so that stopping need not wait until idle ones time out.
class Listener final : public httplib::Server {
public:
  int listen_on_loopback(int wanted) {
    const int port = wanted == 0 ? bind_to_any_port("127.0.0.1") : bind_to_port("127.0.0.1", wanted) ? wanted : 0;
    if (port > 0) ::listen(svr_sock_, kBacklog);  // httplib 0.11 asks for 5, and the sixth client waits a second
    return port;
  }

  void close_connections() {
    const std::scoped_lock lock{mutex_};
    closing_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }

private:
  bool process_and_close_socket(socket_t socket) override {
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    {
      const std::scoped_lock lock{mutex_};
      sockets_.insert(socket);
      if (closing_) ::shutdown(socket, SHUT_RDWR);
    }
    serve(socket);
    const std::scoped_lock lock{mutex_};
    sockets_.erase(socket);
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
  }

  void serve(socket_t socket) {
    Connection connection{socket};
    const ConnectionScope scope{connection};
    while (connection.wait_for_request(kKeepAliveSeconds)) {
      bool closed = false;
      const bool understood = process_request(connection, false, closed, nullptr);
      if (!connection.flush() || !understood || closed || connection.is_closing()) return;
    }
  }

  std::mutex mutex_;
  std::set<int> sockets_;
  bool closing_ = false;
};

api::Request translate(const httplib::Request& request) {
  api::Request result{.method = request.method, .path = {}, .query = {}, .headers = {}, .body = request.body};
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  result.path = request.target.substr(0, question);
  if (question < request.target.size()) result.query = request.target.substr(question + 1);
  result.headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) {
    if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" && name != "LOCAL_PORT")
      result.headers.push_back({name, value});
  }
  return result;
}

/// Ends the connection after this answer, and says so: a client that does not know sends its next request into the
/// void.
void close_after(httplib::Response& response) {
  response.set_header("Connection", "close");
  Connection::current()->close_after_this();
}

bool has_body(const httplib::Request& request) {
  const std::string length = request.get_header_value("Content-Length");
  return (!length.empty() && length != "0") || request.has_header("Transfer-Encoding");
}

}  // namespace

struct HttpFront::Impl {
  Impl(Platform& served, ClientHandle whose, int wanted) : platform{served}, client{std::move(whose)} {
    listener.new_task_queue = [] { return new GrowingPool; };
    listener.set_payload_max_length(kLongestBody);
    // Whatever has no body is answered before httplib's regular expressions look at it.
    listener.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      const bool reads_body = request.method != "GET" && request.method != "HEAD";
      if (has_body(request)) {
        if (reads_body) return httplib::Server::HandlerResponse::Unhandled;
        close_after(response);  // the body of a GET stays unread
      }
      handle(request, response);
      return httplib::Server::HandlerResponse::Handled;
    });
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response) {
      handle(request, response);
    };
    constexpr const char* kAnything = R"([\s\S]*)";
    listener.Post(kAnything, with_body);
    listener.Patch(kAnything, with_body);
    listener.Put(kAnything, with_body);
    listener.Delete(kAnything, with_body);
    listener.Options(kAnything, with_body);
    listener.set_error_handler(
        [this](const httplib::Request& request, httplib::Response& response) { explain(request, response); });
    port = listener.listen_on_loopback(wanted);
    if (port <= 0)
      throw std::runtime_error{wanted == 0 ? "mock server: no free loopback port"
                                           : "mock server: cannot listen on 127.0.0.1:" + std::to_string(wanted)};
    thread = std::thread{[this] { listener.listen_after_bind(); }};
    while (!listener.is_running()) std::this_thread::yield();  // httplib 0.11 forgets a stop() that comes earlier
  }

  ~Impl() {
    listener.close_connections();
    listener.stop();
    thread.join();
  }

  void handle(const httplib::Request& request, httplib::Response& response) {
    Platform::Served served = platform.serve(translate(request), client);
    if (served.drop) {
      Connection::current()->close_after_this();
      ::shutdown(Connection::current()->socket(), SHUT_RDWR);
      return;
    }
    response.status = served.response.status;
    for (const Header& header : served.response.headers) response.set_header(header.name, header.value);
    if (served.is_stream())
      follow(response, std::move(served));
    else if (response.status != 204 && response.status != 304)
      response.set_content(std::move(served.response.body), served.response.content_type);
  }

  void follow(httplib::Response& response, Platform::Served served) {
    const std::string type = served.response.content_type;
    response.set_chunked_content_provider(
        type, [this, served = std::move(served), sent = std::size_t{0}](std::size_t, httplib::DataSink& sink) mutable {
          Connection::current()->flush();  // the head first: the client gives up when it does not see one within 10 s
          const Platform::LogChunk chunk = platform.next_log(served, sent);
          if (chunk.gone) return false;
          platform.log_written(served, chunk.bytes, chunk.sealed);
          sink.write(chunk.bytes.data(), chunk.bytes.size());
          if (chunk.sealed) sink.done();
          return Connection::current()->flush();
        });
  }

  /// What httplib refused on its own (a request line that is none, a body that is too long) gets the platform's form.
  void explain(const httplib::Request& request, httplib::Response& response) {
    const bool answered = response.has_header("Content-Type");  // by the platform, if only with an empty body
    if (answered || !response.body.empty() || response.content_provider_) return;
    const api::Response refusal = api::error_response(
        {response.status, response.status == 413 ? "The body is longer than 4 MiB" : "The request was not understood"});
    response.set_content(refusal.body, refusal.content_type);
    platform.refused(translate(request), response.status, refusal.body);
    close_after(response);
  }

  Platform& platform;
  ClientHandle client;
  Listener listener;
  int port = 0;
  std::thread thread;
};

HttpFront::HttpFront(Platform& platform, ClientHandle client, int port)
    : impl_{std::make_unique<Impl>(platform, std::move(client), port)} {}
HttpFront::~HttpFront() = default;
int HttpFront::port() const { return impl_->port; }

}  // namespace understudy
