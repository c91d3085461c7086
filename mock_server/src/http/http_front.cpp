#include "http/http_front.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "http/connection.hpp"
#include "http/hangup_watch.hpp"

namespace understudy {
namespace {

constexpr int kKeepAliveSeconds = 300;  // longer than any client pauses: a dropped connection repeats POSTs (trap 14)
constexpr std::size_t kMostThreads = 512;
constexpr int kBacklog = 256;
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nConnection: close\r\nRetry-After: 1\r\n"
    "Content-Length: 21\r\n\r\nToo many connections\n";

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
#ifdef __SANITIZE_THREAD__
  Listener() {
    static const bool kAnswered = answer_a_first_one();
    (void)kAnswered;
  }
#endif

  /// 0 or less if it cannot be.
  int listen_on(const std::string& address, int port) {
    if (port == 0)
      port = bind_to_any_port(address);
    else if (!bind_to_port(address, port))
      return 0;
    if (port > 0) ::listen(svr_sock_, kBacklog);  // httplib 0.11 asks for 5, and the sixth client waits a second
    return port;
  }
  void limit(const PeerLimits& limits, std::size_t most_connections) {
    limits_ = limits;
    most_connections_ = most_connections;
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
    bool too_many = false;
    {
      const std::scoped_lock lock{mutex_};
      too_many = sockets_.size() >= most_connections_;
      sockets_.insert(socket);
      if (closing_) ::shutdown(socket, SHUT_RDWR);
    }
    if (too_many)
      ::send(socket, kTooMany.data(), kTooMany.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    else
      serve(socket);
    const std::scoped_lock lock{mutex_};
    sockets_.erase(socket);
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
  }

  void serve(socket_t socket) {
    Connection connection{socket, limits_};
    const ConnectionScope scope{connection};
    while (connection.wait_for_request(kKeepAliveSeconds)) {
      bool closed = false;
      const bool understood = process_request(connection, false, closed, nullptr);
      if (!connection.flush()) return;
      if (connection.is_closing()) return connection.part();
      if (!understood || closed) return;
    }
  }

#ifdef __SANITIZE_THREAD__
  /// The compiled library has static locals, for instance the methods that it knows. The sanitizer does not see that
  /// they are set up once, and takes it for a race: so they are before there are threads.
  bool answer_a_first_one() {
    httplib::detail::BufferStream connection;
    constexpr std::string_view kRequest = "GET / HTTP/1.1\r\n\r\n";
    connection.write(kRequest.data(), kRequest.size());
    bool closed = false;
    return process_request(connection, true, closed, nullptr);
  }
#endif

  std::mutex mutex_;
  std::set<int> sockets_;
  bool closing_ = false;
  std::optional<PeerLimits> limits_;
  std::size_t most_connections_ = kMostThreads;
};

api::Request translate(const httplib::Request& request) {
  api::Request result{.method = request.method, .path = {}, .query = {}, .headers = {}, .body = {}};
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

/// cpp-httplib reads bodies of these only.
bool may_have_body(const std::string& method) {
  return method == "POST" || method == "PATCH" || method == "PUT" || method == "DELETE";
}

}  // namespace

struct HttpFront::Impl {
  Impl(Platform& served, ClientHandle whose, int wanted)
      : own{std::shared_ptr<Platform>{}, &served}, client{std::move(whose)} {
    begin("127.0.0.1", wanted);
  }
  Impl(Desk& before, const FrontOptions& options) : desk{&before} {
    hangups.emplace();
    listener.limit({.head = options.head_limit, .body = options.body_limit, .write = options.write_limit},
                   options.most_connections);
    begin(options.bind, options.port);
  }

  void begin(const std::string& address, int wanted) {
    listener.new_task_queue = [] { return new GrowingPool; };
    listener.set_payload_max_length(kLongestBodyOfAll);  // it heeds that where a length is given only; we always do
    // Whatever has no body is answered before httplib's regular expressions look at it.
    listener.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      Connection::current()->head_is_read();
      if (has_body(request)) {
        if (may_have_body(request.method)) return httplib::Server::HandlerResponse::Unhandled;
        close_after(response);  // the body of a GET stays unread
      }
      handle(translate(request), response);
      return httplib::Server::HandlerResponse::Handled;
    });
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& content) {
      api::Request translated = translate(request);
      if (read_body(request, content, translated, response)) handle(std::move(translated), response);
    };
    constexpr const char* kAnything = R"([\s\S]*)";
    listener.Post(kAnything, with_body);
    listener.Patch(kAnything, with_body);
    listener.Put(kAnything, with_body);
    listener.Delete(kAnything, with_body);
    listener.set_error_handler(
        [this](const httplib::Request& request, httplib::Response& response) { explain(request, response); });
    port = listener.listen_on(address, wanted);
    if (port <= 0)
      throw std::runtime_error{wanted == 0 ? "mock server: no free port on " + address
                                           : "mock server: cannot listen on " + address + ":" + std::to_string(wanted)};
    thread = std::thread{[this] { listener.listen_after_bind(); }};
    while (!listener.is_running()) std::this_thread::yield();  // httplib 0.11 forgets a stop() that comes earlier
  }

  ~Impl() {
    listener.close_connections();
    listener.stop();
    thread.join();
  }

  [[nodiscard]] std::size_t longest_body(const api::Request& head) const {
    return desk == nullptr ? kUsualBody : desk->longest_body(head);
  }

  /// No more than may come, however it comes: in chunks, compressed, in parts of a form. False if that was not all:
  /// `explain` says so, and closes.
  bool read_body(const httplib::Request& request, const httplib::ContentReader& content, api::Request& into,
                 httplib::Response& response) const {
    const std::size_t longest = longest_body(into);
    std::size_t length = 0;
    bool too_long = request.get_header_value<std::uint64_t>("Content-Length") > longest;
    const auto take = [&](const char* bytes, std::size_t size) {
      Connection::current()->got_on();
      length += size;
      too_long = length > longest;
      if (!too_long) into.body.append(bytes, size);
      return !too_long;
    };
    bool complete = false;
    if (!too_long && request.is_multipart_form_data()) {
      // Nobody here takes forms in parts.
      complete = content([](const httplib::MultipartFormData&) { return true; }, take);
      into.body.clear();
    } else if (!too_long) {
      complete = content(take);
    }
    if (!complete) response.status = too_long ? 413 : 400;
    return complete;
  }

  void handle(api::Request request, httplib::Response& response) {
    if (desk != nullptr) {
      if (auto answer = desk->answer(request)) return write(response, std::move(*answer));
    }
    const std::shared_ptr<Platform> platform = current();
    Platform::Served served = platform->serve(std::move(request), client);
    if (desk != nullptr) desk->served();
    if (served.drop) {
      if (served.hang) Connection::current()->wait_for_hangup();
      Connection::current()->close_after_this();
      ::shutdown(Connection::current()->socket(), SHUT_RDWR);
      return;
    }
    write_head(response, served.response);
    if (served.is_stream())
      follow(response, platform, std::move(served));
    else
      write_body(response, std::move(served.response));
  }

  [[nodiscard]] std::shared_ptr<Platform> current() const { return desk == nullptr ? own : desk->platform(); }

  static void write_head(httplib::Response& response, const api::Response& answer) {
    response.status = answer.status;
    for (const Header& header : answer.headers) response.set_header(header.name, header.value);
  }

  static void write_body(httplib::Response& response, api::Response answer) {
    if (answer.status != 204 && answer.status != 304) response.set_content(std::move(answer.body), answer.content_type);
  }

  static void write(httplib::Response& response, Desk::Answer answer) {
    write_head(response, answer.response);
    if (answer.more) {
      response.set_chunked_content_provider(answer.response.content_type,
                                            [more = std::move(answer.more)](std::size_t, httplib::DataSink& sink) {
                                              const std::string piece = more();
                                              if (!piece.empty()) return sink.write(piece.data(), piece.size());
                                              sink.done();
                                              return true;
                                            });
    } else {
      write_body(response, std::move(answer.response));
    }
  }

  /// Watches the peer of the connection until nobody holds what is returned; null where nobody watches.
  std::shared_ptr<void> watch_peer(const std::shared_ptr<Platform>& platform, Platform::Served& served) {
    if (desk == nullptr) return nullptr;
    served.gone = std::make_shared<std::atomic<bool>>(false);
    const std::uint64_t id =
        hangups->watch(Connection::current()->socket(), [platform, served] { platform->hung_up(served); });
    return {nullptr, [this, id](void*) { hangups->forget(id); }};
  }

  void follow(httplib::Response& response, const std::shared_ptr<Platform>& platform, Platform::Served served) {
    const std::string type = served.response.content_type;
    const std::shared_ptr<void> watched = watch_peer(platform, served);
    response.set_chunked_content_provider(type, [platform, watched, served = std::move(served), sent = std::size_t{0}](
                                                    std::size_t, httplib::DataSink& sink) mutable {
      Connection::current()->flush();  // the head first: the client gives up when it does not see one within 10 s
      const Platform::LogChunk chunk = platform->next_log(served, sent);
      if (chunk.gone) return false;
      platform->log_written(served, chunk.bytes, chunk.sealed || chunk.cut);
      sink.write(chunk.bytes.data(), chunk.bytes.size());
      if (chunk.sealed) sink.done();
      return Connection::current()->flush() && !chunk.cut;
    });
  }

  /// What httplib refused on its own (a request line that is none, a body that is too long) gets the platform's form.
  void explain(const httplib::Request& request, httplib::Response& response) {
    const bool answered = response.has_header("Content-Type");  // by the platform, if only with an empty body
    if (answered || !response.body.empty() || response.content_provider_) return;
    const api::Request translated = translate(request);
    const std::string why = response.status == 413
                                ? fmt::format("The body is longer than {} MiB", longest_body(translated) >> 20U)
                                : "The request was not understood";
    if (desk != nullptr && desk->is_own(translated.path)) {
      response.set_content(desk->refusal(why), "application/json");
    } else {
      api::Response refusal = api::error_response({response.status, why});
      api::finish(refusal, translated);
      response.set_content(refusal.body, refusal.content_type);
      current()->refused(translated, response.status, refusal.body);
    }
    close_after(response);
  }

  std::optional<HangupWatch> hangups;  // where there is a desk
  std::shared_ptr<Platform> own;       // owns nothing; where there is no desk
  Desk* desk = nullptr;
  ClientHandle client;
  Listener listener;
  int port = 0;
  std::thread thread;
};

HttpFront::HttpFront(Platform& platform, ClientHandle client, int port)
    : impl_{std::make_unique<Impl>(platform, std::move(client), port)} {}
HttpFront::HttpFront(Desk& desk, const FrontOptions& options) : impl_{std::make_unique<Impl>(desk, options)} {}
HttpFront::~HttpFront() = default;
int HttpFront::port() const { return impl_->port; }

}  // namespace understudy
