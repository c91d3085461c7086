#include "recording/texts.hpp"

namespace understudy::recording {

std::vector<ExchangeText> texts_of(RecordedExchange& exchange) {
  std::vector<ExchangeText> all{
      {Part::kServer, "", &exchange.server}, {Part::kPath, "", &exchange.path}, {Part::kQuery, "", &exchange.query}};
  for (Header& header : exchange.request_headers) all.push_back({Part::kRequestHeader, header.name, &header.value});
  all.push_back({Part::kRequestBody, "", &exchange.request_body});
  for (Header& header : exchange.response_headers) all.push_back({Part::kResponseHeader, header.name, &header.value});
  all.push_back({Part::kContentType, "", &exchange.content_type});
  all.push_back({Part::kResponseBody, "", &exchange.response_body, &exchange.chunks});
  all.push_back({Part::kComment, "", &exchange.comment});
  return all;
}

std::string describe(const ExchangeText& text) {
  switch (text.part) {
    case Part::kServer:
      return "server";
    case Part::kPath:
      return "path";
    case Part::kQuery:
      return "query";
    case Part::kRequestHeader:
      return "request header " + text.name;
    case Part::kRequestBody:
      return "request body";
    case Part::kResponseHeader:
      return "response header " + text.name;
    case Part::kContentType:
      return "content type";
    case Part::kResponseBody:
      return "response body";
    case Part::kComment:
      break;
  }
  return "comment";
}

}  // namespace understudy::recording
