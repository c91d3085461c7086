#pragma once
/// One connection's bytes, plain or under TLS, with a limit to how long the other side may be silent.

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "process/handles.hpp"
#include "record/origin.hpp"

namespace understudy {

/// What(): "certificate verify failed: unable to get local issuer certificate", "nothing came for 30 s".
struct PeerError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whose certificates are believed: the system's authorities (SSL_CERT_FILE and SSL_CERT_DIR as OpenSSL has them), and
/// those in a file. There is no way to believe all.
class TlsTrust {
public:
  /// "" = none beside the system's. Throws InputError at `--ca` for a file without certificates.
  explicit TlsTrust(const std::filesystem::path& authorities = {});
  ~TlsTrust();
  TlsTrust(const TlsTrust&) = delete;
  TlsTrust& operator=(const TlsTrust&) = delete;

private:
  friend class Peer;
  SSL_CTX* context_;
};

/// Owns a connected socket. The other side hanging up is an error, and no signal.
class Peer {
public:
  using Seconds = std::chrono::seconds;

  explicit Peer(Handle socket, Seconds silence);
  /// Throws PeerError: not reachable, or not who it should be.
  static std::unique_ptr<Peer> connected_to(const Origin& origin, const TlsTrust& trust, Seconds silence);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Some bytes, as soon as there are any; "" at the end. Throws PeerError.
  [[nodiscard]] std::string read();
  void write(std::string_view bytes);  ///< all of them; throws PeerError
  void set_silence(Seconds limit) { silence_ = limit; }
  /// From now on waiting ends, too, when the other side of this socket has gone: nobody is left to be told.
  void end_with(int other) { other_ = other; }
  [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
  void shake_hands(const Origin& origin, const TlsTrust& trust);
  void wait_for(short what) const;
  [[nodiscard]] bool wait_for_tls(int result) const;

  Handle socket_;
  Seconds silence_;
  int other_ = -1;
  SSL* tls_ = nullptr;
};

}  // namespace understudy
