#pragma once
/// One client's connection to the recorder: request after request, each asked on and recorded.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "record/http_message.hpp"
#include "record/recording_proxy.hpp"
#include "record/rewriter.hpp"
#include "record/tape.hpp"

namespace understudy {

/// The ways between the upstreams and the proxy's ports.
struct Directory {
  OriginMap to_client{};    ///< upstream -> proxy
  OriginMap to_upstream{};  ///< proxy -> upstream
  OriginMap to_tape{};      ///< upstream -> what the recording calls it
};

/// Called with each socket of ours before it is used, and again (open = false) before it is closed, so that stopping
/// can cut it off.
using SocketWatch = std::function<void(int descriptor, bool open)>;

class Relay {
public:
  Relay(const ProxyOptions& options, std::size_t upstream, const Directory& directory, const TlsTrust& trust,
        Tape& tape, SocketWatch watch)
      : options_{options},
        upstream_{options.upstreams[upstream]},
        directory_{directory},
        trust_{trust},
        tape_{tape},
        watch_{std::move(watch)} {}

  void serve(Peer& client);  ///< until the client is done, or something breaks

private:
  struct Turn;

  bool serve_one(Peer& client, MessageReader& requests);  ///< false if the connection is to be closed
  std::optional<ResponseHead> ask(Turn& turn);
  bool pass_on(Turn& turn, const ResponseHead& head);
  bool pass_whole(Turn& turn, const ResponseHead& head, const std::string& coding);
  bool pass_stream(Turn& turn, const ResponseHead& head, const std::string& coding);
  [[nodiscard]] std::string head_text(const ResponseHead& head, bool keeps_coding, const std::string& framing) const;
  [[nodiscard]] std::string upstream_request(const RequestHead& head, const std::string& body) const;
  [[nodiscard]] RecordedExchange beginning(const RequestHead& head, const std::string& body) const;
  void note_response(Turn& turn, const ResponseHead& head);
  bool keep(Turn& turn, std::string_view bytes, bool is_stream);
  bool refuse(Turn& turn, int status, const std::string& reason);

  const ProxyOptions& options_;
  const Upstream& upstream_;
  const Directory& directory_;
  const TlsTrust& trust_;
  Tape& tape_;
  SocketWatch watch_;
};

}  // namespace understudy
