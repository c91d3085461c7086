#include "record/peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <system_error>

#include "process/no_broken_pipe.hpp"

namespace understudy {
namespace {

constexpr std::size_t kPieceBytes = 16384;
constexpr int kConnectMilliseconds = 10'000;

std::string reason_of(int error) { return std::generic_category().message(error); }

/// The oldest of OpenSSL's queue, which is emptied.
std::string openssl_reason() {
  const unsigned long code = ::ERR_get_error();
  ::ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ::ERR_reason_error_string(code);
  return reason == nullptr ? "the connection broke" : reason;
}

int poll_for(std::span<pollfd> sources, int milliseconds) {
  int ready = 0;
  do ready = ::poll(sources.data(), sources.size(), milliseconds);
  while (ready < 0 && errno == EINTR);
  return ready;
}

int poll_for(int descriptor, short what, int milliseconds) {
  pollfd source{.fd = descriptor, .events = what, .revents = 0};
  return poll_for({&source, 1}, milliseconds);
}

struct Addresses {
  addrinfo* first = nullptr;
  explicit Addresses(const Origin& origin) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    int error = ::getaddrinfo(origin.host.c_str(), std::to_string(origin.port).c_str(), &hints, &first);
    if (error == EAI_NONAME || error == EAI_NODATA) {
      // Where there is no network, only loopback counts as configured for nothing at all.
      hints.ai_flags = 0;
      error = ::getaddrinfo(origin.host.c_str(), std::to_string(origin.port).c_str(), &hints, &first);
    }
    if (error != 0) throw PeerError{fmt::format("no address for {}: {}", origin.host, ::gai_strerror(error))};
  }
  Addresses(const Addresses&) = delete;
  Addresses& operator=(const Addresses&) = delete;
  ~Addresses() {
    if (first != nullptr) ::freeaddrinfo(first);
  }
};

/// Not open, with `error` set, if that does not work.
Handle try_to_connect(const addrinfo& address, int& error) {
  Handle socket{::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.get() >= 0 && ::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  error = errno;
  if (socket.get() < 0 || error != EINPROGRESS) return Handle{};
  if (poll_for(socket.get(), POLLOUT, kConnectMilliseconds) <= 0) {
    error = ETIMEDOUT;
    return Handle{};
  }
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::move(socket) : Handle{};
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

TlsTrust::TlsTrust(const std::filesystem::path& authorities) : context_{::SSL_CTX_new(::TLS_client_method())} {
  if (context_ == nullptr) throw std::runtime_error{"OpenSSL: " + openssl_reason()};
  ::SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  ::SSL_CTX_set_default_verify_paths(context_);
  if (authorities.empty()) return;
  if (::SSL_CTX_load_verify_locations(context_, authorities.c_str(), nullptr) == 1) return;
  ::ERR_clear_error();
  ::SSL_CTX_free(context_);
  throw InputError{{"--ca", 0, 0},
                   fmt::format("there are no certificates in {}", authorities.string()),
                   "it wants PEM, with BEGIN CERTIFICATE"};
}

TlsTrust::~TlsTrust() { ::SSL_CTX_free(context_); }

Peer::Peer(Handle socket, Seconds silence) : socket_{std::move(socket)}, silence_{silence} {
  ::fcntl(socket_.get(), F_SETFL, ::fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  const int yes = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

std::unique_ptr<Peer> Peer::connected_to(const Origin& origin, const TlsTrust& trust, Seconds silence) {
  const Addresses addresses{origin};
  int error = 0;
  Handle socket;
  for (const addrinfo* each = addresses.first; each != nullptr && socket.get() < 0; each = each->ai_next)
    socket = try_to_connect(*each, error);
  if (socket.get() < 0) throw PeerError{reason_of(error)};
  auto peer = std::make_unique<Peer>(std::move(socket), silence);
  if (origin.tls) peer->shake_hands(origin, trust);
  return peer;
}

void Peer::shake_hands(const Origin& origin, const TlsTrust& trust) {
  const NoBrokenPipeSignal quiet;
  static constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  tls_ = ::SSL_new(trust.context_);
  if (tls_ == nullptr || ::SSL_set_fd(tls_, socket_.get()) != 1) throw PeerError{openssl_reason()};
  ::SSL_set_alpn_protos(tls_, kHttp11.data(), kHttp11.size());
  if (is_ip_address(origin.host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls_), origin.host.c_str());
  } else {
    std::string name = origin.host;  // SSL_set_tlsext_host_name, without its cast
    ::SSL_ctrl(tls_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    ::SSL_set_hostflags(tls_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (::SSL_set1_host(tls_, origin.host.c_str()) != 1) throw PeerError{openssl_reason()};
  }
  while (true) {
    ::ERR_clear_error();
    const int result = ::SSL_connect(tls_);
    if (result == 1) return;
    if (wait_for_tls(result)) continue;
    const long verified = ::SSL_get_verify_result(tls_);
    std::string why = openssl_reason();
    if (verified != X509_V_OK)
      why = fmt::format("its certificate is refused: {}", ::X509_verify_cert_error_string(verified));
    throw PeerError{why};
  }
}

Peer::~Peer() {
  if (tls_ == nullptr) return;
  const NoBrokenPipeSignal quiet;
  ::ERR_clear_error();
  ::SSL_shutdown(tls_);  // says goodbye, and does not wait for an answer
  ::SSL_free(tls_);
  ::ERR_clear_error();
}

void Peer::wait_for(short what) const {
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(silence_).count();
  // A descriptor of -1 is passed over.
  std::array<pollfd, 2> sources{{{socket_.get(), what, 0}, {other_, POLLRDHUP, 0}}};
  const int ready = poll_for(sources, static_cast<int>(limit));
  if (ready == 0) throw PeerError{fmt::format("nothing came for {} s", silence_.count())};
  if (ready < 0) throw PeerError{reason_of(errno)};
  if (sources[0].revents == 0) throw PeerError{"the client has gone"};
}

/// True if it is worth trying again.
bool Peer::wait_for_tls(int result) const {
  const int error = ::SSL_get_error(tls_, result);
  if (error == SSL_ERROR_WANT_READ) wait_for(POLLIN);
  if (error == SSL_ERROR_WANT_WRITE) wait_for(POLLOUT);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

std::string Peer::read() {
  std::array<char, kPieceBytes> buffer{};
  while (true) {
    if (tls_ != nullptr) {
      const NoBrokenPipeSignal quiet;
      ::ERR_clear_error();
      const int size = ::SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()));
      if (size > 0) return {buffer.data(), static_cast<std::size_t>(size)};
      if (::SSL_get_error(tls_, size) == SSL_ERROR_ZERO_RETURN) return "";
      if (!wait_for_tls(size)) throw PeerError{openssl_reason()};
      continue;
    }
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) return {buffer.data(), static_cast<std::size_t>(size)};
    if (size == 0) return "";
    if (errno == EAGAIN)
      wait_for(POLLIN);
    else if (errno != EINTR)
      throw PeerError{reason_of(errno)};
  }
}

void Peer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t size = 0;
    if (tls_ != nullptr) {
      const NoBrokenPipeSignal quiet;
      ::ERR_clear_error();
      size = ::SSL_write(tls_, bytes.data(), static_cast<int>(std::min(bytes.size(), kPieceBytes)));
      if (size <= 0 && !wait_for_tls(static_cast<int>(size))) throw PeerError{openssl_reason()};
    } else {
      size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0 && errno == EAGAIN)
        wait_for(POLLOUT);
      else if (size < 0 && errno != EINTR)
        throw PeerError{reason_of(errno)};
    }
    if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace understudy
