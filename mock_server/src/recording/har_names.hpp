#pragma once
/// What we add to HAR: names that begin with "_", as the specification asks of additions.

#include "mock_server/clock.hpp"

namespace understudy::har {

inline constexpr const char* kPlaceholders = "_placeholders";  ///< of the log: placeholder -> what it stands for
inline constexpr const char* kEncoding = "_encoding";          ///< of postData: "base64", as a response's "encoding"
inline constexpr const char* kChunks = "_chunks";              ///< of a response: when which part of a stream came
inline constexpr const char* kCut = "_cut";                    ///< of a response: it did not come to its end
inline constexpr const char* kAfter = "after";                 ///< of a chunk: milliseconds since the request was sent
inline constexpr const char* kBytes = "bytes";
inline constexpr Time kNoTime{};  ///< startedDateTime is required; 1970 stands for "not known"

}  // namespace understudy::har
