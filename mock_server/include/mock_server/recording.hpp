#pragma once
/// HTTP traffic as it happened: what a recorder writes and a replay answers from. On disk it is HAR 1.2
/// (http://www.softwareishard.com/blog/har-12-spec/), as browsers and proxies export it.
///
/// What HAR has no place for is in fields that begin with "_", as it asks for:
///   log._placeholders            {"understudy-access-token-1": "access token 1"}, see redaction.hpp
///   request.postData._encoding   "base64", for a body that is no text; without it the text is the body
///   response._chunks             [{"after": MILLISECONDS, "bytes": N}, ...] of a streamed body as it reads, unpacked
///   response._cut                true: the connection ended in the middle of this answer
/// startedDateTime is required; 1970-01-01T00:00:00.000Z is written for, and read as, "not known". Status 0 is a
/// connection that ended without an answer. Against the fake, times are the platform's.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/document.hpp"
#include "mock_server/journal.hpp"

namespace understudy {

/// When a part of a streamed body came.
struct RecordedChunk {
  std::chrono::microseconds after{};  ///< since the request was sent
  std::size_t bytes = 0;
};

/// One request and its answer. Bodies are readable: content codings are undone, and the header that named them is gone.
struct RecordedExchange {
  Position at{};                         ///< of the entry in its file, for messages
  std::optional<Time> started{};         ///< wall time; none if the file does not say
  std::chrono::microseconds duration{};  ///< until the answer was complete
  std::string method{};
  std::string server{};  ///< "https://api.example.com", no trailing slash; "" for one without a place of its own
  std::string path{};    ///< raw, still percent-encoded, without the query
  std::string query{};   ///< raw, without "?"
  std::vector<Header> request_headers{};
  std::string request_body{};
  int status = 0;  ///< 0: the connection was dropped instead of answered
  std::vector<Header> response_headers{};
  std::string response_body{};
  std::string content_type{};           ///< of the response, "" if it has none
  std::vector<RecordedChunk> chunks{};  ///< of a streamed response; empty: it came at once
  bool is_cut = false;    ///< the connection ended before the answer did; of the body, what got through is here
  std::string comment{};  ///< a remark of whoever recorded it
};

struct Recording {
  std::string file{};     ///< "" if it was not read from one
  std::string creator{};  ///< "Understudy 0.1"
  std::string comment{};
  /// In which the recorder replaced what must not be in it: a placeholder stands for one value throughout.
  /// Placeholder -> what it stands for, in words: "access token 1".
  std::map<std::string, std::string> placeholders{};
  std::vector<RecordedExchange> exchanges{};  ///< in the order of their beginning
};

/// Throws InputError with the place in `file` for what is no HAR 1.2, or holds what cannot be replayed.
[[nodiscard]] Recording read_har(const std::filesystem::path& file);
[[nodiscard]] Recording parse_har(std::string_view text, const std::string& file_name);
/// UTF-8 JSON, two spaces a level, keys in the order of the specification, with a line break at its end: the same
/// recording gives the same bytes.
[[nodiscard]] std::string to_har(const Recording& recording);

}  // namespace understudy
