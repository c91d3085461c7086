#pragma once
/// Every text of an exchange, for what has to look at all of them.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy::recording {

enum class Part {
  kServer,
  kPath,
  kQuery,
  kRequestHeader,
  kRequestBody,
  kResponseHeader,
  kContentType,
  kResponseBody,
  kComment,
};

struct ExchangeText {
  Part part;
  std::string name{};                            ///< of a header
  std::string* text = nullptr;                   ///< never null
  std::vector<RecordedChunk>* chunks = nullptr;  ///< of a response's body
};

/// As they went over the wire; they point into `exchange`.
[[nodiscard]] std::vector<ExchangeText> texts_of(RecordedExchange& exchange);
[[nodiscard]] std::string describe(const ExchangeText& text);  ///< "response header X-Session", "query"

}  // namespace understudy::recording
