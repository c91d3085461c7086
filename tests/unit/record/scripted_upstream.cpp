#include "scripted_upstream.hpp"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

namespace understudy {
namespace {

std::size_t length_of(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

bool is_complete(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  return end != std::string::npos && request.size() >= end + 4 + length_of(request.substr(0, end));
}

}  // namespace

void Wire::send(std::string_view text) const {
  if (tls_ == nullptr)
    socket_.send(text);
  else
    ::SSL_write(tls_, text.data(), static_cast<int>(text.size()));
}

std::string Wire::receive() const {
  if (tls_ == nullptr) return socket_.receive();
  std::string buffer(16384, '\0');
  const int size = ::SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()));
  buffer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return buffer;
}

ScriptedUpstream::ScriptedUpstream(Answer answer, const Credentials* credentials) : answer_{std::move(answer)} {
  if (credentials != nullptr) {
    context_ = ::SSL_CTX_new(::TLS_server_method());
    ::SSL_CTX_use_certificate(context_, credentials->certificate());
    ::SSL_CTX_use_PrivateKey(context_, credentials->key());
  }
  ::signal(SIGPIPE, SIG_IGN);  // of OpenSSL's own writing
  acceptor_ = std::thread{[this] {
    while (true) {
      Socket socket = listener_.accept();
      if (stopping_) return;
      if (socket.is_open()) threads_.emplace_back([this, s = std::move(socket)] { serve(s); });
    }
  }};
}

ScriptedUpstream::~ScriptedUpstream() {
  stopping_ = true;
  { const Socket last = Socket::connected_to(port()); }
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  if (context_ != nullptr) ::SSL_CTX_free(context_);
}

void ScriptedUpstream::serve(const Socket& socket) {
  SSL* tls = nullptr;
  if (context_ != nullptr) {
    tls = ::SSL_new(context_);
    ::SSL_set_fd(tls, socket.descriptor());
    if (::SSL_accept(tls) != 1) {
      ::SSL_free(tls);
      return;
    }
  }
  const Wire wire{socket, tls};
  std::string request;
  for (std::string piece = wire.receive(); !piece.empty(); piece = wire.receive()) {
    request += piece;
    if (is_complete(request)) break;
  }
  if (is_complete(request)) {
    {
      const std::scoped_lock lock{mutex_};
      requests_.push_back(request);
    }
    answer_(request, wire);
  }
  if (tls != nullptr) {
    ::SSL_shutdown(tls);
    ::SSL_free(tls);
  }
}

std::vector<std::string> ScriptedUpstream::requests() const {
  const std::scoped_lock lock{mutex_};
  return requests_;
}

std::string answer_of(const std::string& body, const std::string& headers) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), headers, body);
}

}  // namespace understudy
