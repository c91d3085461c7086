#include "record/relay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mock_server/ascii.hpp"
#include "mock_server/header_lists.hpp"
#include "mock_server/hop_by_hop.hpp"
#include "record/decoder.hpp"

namespace understudy {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

/// Hop-by-hop in the message with these headers: what always is, and what its Connection names.
class OfTheConnection {
public:
  explicit OfTheConnection(const std::vector<Header>& headers) : named_{list_in(headers, "Connection")} {}

  /// `name`: lower case.
  [[nodiscard]] bool contains(const std::string& name) const {
    return is_hop_by_hop(name) || std::ranges::find(named_, name) != named_.end();
  }

private:
  std::vector<std::string> named_;
};

bool is_loopback(std::string_view authority) {
  const std::size_t end = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  const std::string host = lower(authority.substr(0, end));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

/// What a client sent to a proxy, without the host.
std::string path_and_query(const std::string& target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  if (path == std::string::npos) return "/";
  return target[path] == '?' ? "/" + target.substr(path) : target.substr(path);
}

}  // namespace

/// One request and its answer.
struct Relay::Turn {
  Turn(Peer& peer, RequestHead asked) : client{peer}, request{std::move(asked)} {}

  Peer& client;
  RequestHead request;
  std::string body{};
  Microtime began{};
  std::size_t place = 0;
  std::unique_ptr<Peer> upstream{};
  std::unique_ptr<MessageReader> answer{};
  std::unique_ptr<Rewriter> to_tape{};
  bool closes = false;  ///< the client's connection, after this
};

void Relay::serve(Peer& client) {
  MessageReader requests{client};
  try {
    while (serve_one(client, requests)) client.set_silence(options_.idle);
  } catch (const PeerError&) {
    return;  // the client is gone, or has been idle for long: nobody is left to be told
  }
}

bool Relay::serve_one(Peer& client, MessageReader& requests) {
  std::optional<RequestHead> head;
  Turn turn{client, {}};
  try {
    head = requests.request();
    if (!head) return false;
    turn.request = std::move(*head);
    turn.closes = turn.request.is_http_1_0 || has_token(turn.request.headers, "Connection", "close");
    const std::string* const host = find_header(turn.request.headers, "Host");
    if (host != nullptr && !is_loopback(*host)) {
      turn.closes = true;
      return refuse(turn, 421, "This is the recorder of Understudy, which answers to 127.0.0.1 only");
    }
    if (turn.request.method == "CONNECT") {
      turn.closes = true;
      return refuse(turn, 405, "The recorder makes no tunnels: it could not see what is in them");
    }
    const BodyLength length = body_length(turn.request);
    const std::string coding = content_coding(turn.request.headers);
    if (length.kind != BodyLength::Kind::kNone && !coding.empty()) {
      turn.closes = true;
      return refuse(turn, 415, fmt::format("The recorder cannot look for secrets in a body in the coding {}", coding));
    }
    if (length.kind != BodyLength::Kind::kNone && has_token(turn.request.headers, "Expect", "100-continue"))
      client.write("HTTP/1.1 100 Continue\r\n\r\n");
    requests.expect(length);
    turn.body = directory_.to_upstream.in(requests.whole(options_.longest_body_bytes));
  } catch (const MessageError& error) {
    turn.closes = true;
    return refuse(turn, 400, fmt::format("The recorder was sent {}", error.what()));
  }
  turn.began = options_.now();
  turn.request.target = directory_.to_upstream.in(path_and_query(turn.request.target));
  turn.place = tape_.begin(beginning(turn.request, turn.body));
  const std::optional<ResponseHead> answer = ask(turn);
  if (turn.upstream == nullptr) return !turn.closes;  // it was told that nobody is there
  const int descriptor = turn.upstream->descriptor();
  const bool goes_on = answer && pass_on(turn, *answer);
  watch_(descriptor, false);
  return goes_on && !turn.closes;
}

RecordedExchange Relay::beginning(const RequestHead& head, const std::string& body) const {
  const std::size_t question = std::min(head.target.find('?'), head.target.size());
  RecordedExchange exchange{.started = std::chrono::floor<Milliseconds>(options_.now()),
                            .method = head.method,
                            .server = upstream_.recorded_as.empty() ? upstream_.origin.text() : upstream_.recorded_as,
                            .path = directory_.to_tape.in(head.target.substr(0, question)),
                            .request_body = directory_.to_tape.in(body)};
  if (question < head.target.size()) exchange.query = directory_.to_tape.in(head.target.substr(question + 1));
  const OfTheConnection not_kept{head.headers};
  for (const Header& header : head.headers) {
    const std::string name = lower(header.name);
    if (not_kept.contains(name) || name == "content-length" || name == "expect") continue;
    // Where it was really sent, and not the recorder's port.
    std::string value = name == "host" ? exchange.server.substr(exchange.server.find("://") + 3)
                                       : directory_.to_tape.in(directory_.to_upstream.in(header.value));
    exchange.request_headers.push_back({header.name, std::move(value)});
  }
  return exchange;
}

std::string Relay::upstream_request(const RequestHead& head, const std::string& body) const {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", head.method, head.target, upstream_.origin.authority());
  const OfTheConnection not_passed{head.headers};
  for (const Header& header : head.headers) {
    const std::string name = lower(header.name);
    if (not_passed.contains(name) || name == "host" || name == "content-length" || name == "expect" ||
        name == "accept-encoding")
      continue;
    text += fmt::format("{}: {}\r\n", header.name, directory_.to_upstream.in(header.value));
  }
  text += fmt::format("Accept-Encoding: {}\r\n", readable_codings(head.headers));
  const bool has_length = !body.empty() || head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
  if (has_length) text += fmt::format("Content-Length: {}\r\n", body.size());
  return text + "Connection: close\r\n\r\n" + body;
}

/// nullopt if there was no answer.
std::optional<ResponseHead> Relay::ask(Turn& turn) {
  const std::string where = upstream_.origin.text();
  try {
    turn.upstream = Peer::connected_to(upstream_.origin, trust_, options_.silence);
  } catch (const PeerError& error) {
    tape_.drop(turn.place);
    const std::string trouble = fmt::format("{} cannot be reached: {}", where, error.what());
    tape_.add_trouble(trouble);
    refuse(turn, 502, trouble);
    return std::nullopt;
  }
  watch_(turn.upstream->descriptor(), true);
  turn.upstream->end_with(turn.client.descriptor());
  std::string why = "it ended the connection without an answer";
  try {
    turn.upstream->write(upstream_request(turn.request, turn.body));
    turn.answer = std::make_unique<MessageReader>(*turn.upstream);
    std::optional<ResponseHead> head = turn.answer->response();
    if (head && head->status != 101) return head;
    if (head) why = "it changed the protocol, which was not asked for";
  } catch (const PeerError& error) {
    why = error.what();
  } catch (const MessageError& error) {
    why = fmt::format("it sent {}", error.what());
  }
  // As the client would have seen it: a connection that ends. The recording has it as status 0.
  tape_.change(turn.place, [&](RecordedExchange& exchange) {
    exchange.duration = duration_cast<microseconds>(options_.now() - turn.began);
  });
  tape_.add_trouble(fmt::format("{} did not answer {} {}: {}", where, turn.request.method,
                                turn.request.target.substr(0, turn.request.target.find('?')), why));
  return std::nullopt;
}

void Relay::note_response(Turn& turn, const ResponseHead& head) {
  std::vector<Header> headers;
  const OfTheConnection not_kept{head.headers};
  for (const Header& header : head.headers) {
    const std::string name = lower(header.name);
    if (!not_kept.contains(name) && name != "content-length" && name != "content-encoding")
      headers.push_back({header.name, directory_.to_tape.in(header.value)});
  }
  const std::string* const type = find_header(head.headers, "Content-Type");
  tape_.change(turn.place, [&](RecordedExchange& exchange) {
    exchange.status = head.status;
    exchange.response_headers = std::move(headers);
    exchange.content_type = type == nullptr ? "" : *type;
    exchange.duration = duration_cast<microseconds>(options_.now() - turn.began);
  });
  turn.to_tape = std::make_unique<Rewriter>(directory_.to_tape);
}

/// Of the answer's body, decoded. False if there is no room any more.
bool Relay::keep(Turn& turn, std::string_view bytes, bool is_stream) {
  const microseconds after = duration_cast<microseconds>(options_.now() - turn.began);
  return tape_.change(turn.place, [&](RecordedExchange& exchange) {
    exchange.response_body += bytes;
    exchange.duration = after;
    if (is_stream && !bytes.empty()) exchange.chunks.push_back({after, bytes.size()});
  });
}

bool Relay::pass_on(Turn& turn, const ResponseHead& head) {
  note_response(turn, head);
  std::string why;
  try {
    const BodyLength length = body_length(head, turn.request.method);
    turn.answer->expect(length);
    const std::string coding = content_coding(head.headers);
    const bool is_whole = length.kind == BodyLength::Kind::kNone || length.kind == BodyLength::Kind::kCounted;
    return is_whole ? pass_whole(turn, head, coding) : pass_stream(turn, head, coding);
  } catch (const MessageError& error) {
    why = fmt::format("it sent {}", error.what());
  } catch (const CodingError& error) {
    why = error.what();
  } catch (const PeerError& error) {
    why = error.what();
  }
  tape_.change(turn.place, [&](RecordedExchange& exchange) {
    exchange.is_cut = true;
    exchange.comment = "This answer did not come to its end.";
  });
  tape_.add_trouble(fmt::format("{} {} of {} did not come to its end: {}", turn.request.method,
                                turn.request.target.substr(0, turn.request.target.find('?')), upstream_.origin.text(),
                                why));
  return false;
}

std::string Relay::head_text(const ResponseHead& head, bool keeps_coding, const std::string& framing) const {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", head.status, head.reason);
  const OfTheConnection not_passed{head.headers};
  for (const Header& header : head.headers) {
    const std::string name = lower(header.name);
    if (not_passed.contains(name) || name == "content-length" || (name == "content-encoding" && !keeps_coding))
      continue;
    if (name == "alt-svc" || name == "strict-transport-security") continue;  // of the upstream's port, not of ours
    text += fmt::format("{}: {}\r\n", header.name, directory_.to_client.in(header.value));
  }
  return text + framing;
}

bool Relay::pass_whole(Turn& turn, const ResponseHead& head, const std::string& coding) {
  const std::string raw = turn.answer->whole(options_.longest_body_bytes);
  Decoder decoder{raw.empty() ? "" : coding, options_.longest_body_bytes};
  const std::string body = decoder.feed(raw);
  const std::string kept = directory_.to_tape.in(body);
  const bool fits = keep(turn, kept, false);
  if (!fits) throw MessageError{"more than can be recorded"};
  const std::string changed = directory_.to_client.in(body);
  const bool as_it_came = changed == body;
  const std::string& sent = as_it_came ? raw : changed;
  const std::string* const length = find_header(head.headers, "Content-Length");
  std::string framing = turn.closes ? "Connection: close\r\n" : "";
  if (turn.request.method == "HEAD" || head.status == 304) {
    if (length != nullptr) framing += fmt::format("Content-Length: {}\r\n", *length);
  } else if (head.status != 204) {
    framing += fmt::format("Content-Length: {}\r\n", sent.size());
  }
  turn.client.write(head_text(head, as_it_came, framing + "\r\n") + sent);
  return true;
}

bool Relay::pass_stream(Turn& turn, const ResponseHead& head, const std::string& coding) {
  Decoder decoder{coding, options_.longest_body_bytes};
  Rewriter to_client{directory_.to_client};
  const bool chunked = !turn.request.is_http_1_0;
  turn.client.write(head_text(
      head, decoder.is_identity(),
      chunked ? fmt::format("Transfer-Encoding: chunked\r\n{}\r\n", turn.closes ? "Connection: close\r\n" : "")
              : "Connection: close\r\n\r\n"));
  const auto send = [&](const std::string& text) {
    if (text.empty()) return;
    turn.client.write(chunked ? fmt::format("{:x}\r\n{}\r\n", text.size(), text) : text);
  };
  while (const std::optional<std::string> piece = turn.answer->piece()) {
    const std::string body = decoder.feed(*piece);
    if (!keep(turn, turn.to_tape->feed(body), true)) throw MessageError{"more than can be recorded"};
    send(to_client.feed(body));
  }
  keep(turn, turn.to_tape->finish(), true);
  tape_.change(turn.place, [](RecordedExchange& exchange) {
    if (exchange.chunks.size() == 1) exchange.chunks.clear();  // it came at once after all
  });
  send(to_client.finish());
  if (chunked) turn.client.write("0\r\n\r\n");
  return chunked;
}

bool Relay::refuse(Turn& turn, int status, const std::string& reason) {
  // As the API has it, and as its token endpoint has it: clients show either.
  const nlohmann::json answer{{"code", status},    {"status", "error"},   {"title", "Understudy's recorder"},
                              {"message", reason}, {"error", "recorder"}, {"error_description", reason}};
  const std::string body = answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::string_view phrase = status == 502   ? "Bad Gateway"
                                  : status == 421 ? "Misdirected Request"
                                  : status == 405 ? "Method Not Allowed"
                                  : status == 415 ? "Unsupported Media Type"
                                                  : "Bad Request";
  turn.client.write(fmt::format("HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
                                status, phrase, body.size(), turn.closes ? "Connection: close\r\n" : "", body));
  return !turn.closes;
}

}  // namespace understudy
