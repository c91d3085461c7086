#include "recording/answer_text.hpp"

#include <nlohmann/json.hpp>

#include "mock_server/url.hpp"

namespace understudy {
namespace {

std::string as_in(AnswerText::Syntax syntax, const std::string& value) {
  using nlohmann::json;
  switch (syntax) {
    case AnswerText::Syntax::kJson: {
      const std::string quoted = json(value).dump(-1, ' ', false, json::error_handler_t::replace);
      return quoted.substr(1, quoted.size() - 2);
    }
    case AnswerText::Syntax::kForm:
      return percent_encoded(value);
    case AnswerText::Syntax::kPlain:
      break;
  }
  return value;
}

}  // namespace

AnswerText::AnswerText(std::string_view text, Syntax syntax, const Needles& holes)
    : syntax_{syntax}, holes_{holes.find(text)} {}

std::string AnswerText::filled(std::string_view text, const std::function<std::string(std::size_t hole)>& fill,
                               std::vector<std::size_t>* marks) const {
  std::string result;
  result.reserve(text.size() + 64);
  std::size_t done = 0;
  std::size_t mark = 0;
  const auto move_marks = [&](std::size_t end) {
    while (marks != nullptr && mark < marks->size() && (*marks)[mark] <= end) {
      (*marks)[mark] = result.size() - (end - (*marks)[mark]);
      ++mark;
    }
  };
  for (const Needles::Found& hole : holes_) {
    result += text.substr(done, hole.at - done);
    move_marks(hole.at);
    result += as_in(syntax_, fill(hole.needle));
    done = hole.at + hole.length;
    while (marks != nullptr && mark < marks->size() && (*marks)[mark] < done) (*marks)[mark++] = result.size();
  }
  result += text.substr(done);
  move_marks(text.size());
  return result;
}

}  // namespace understudy
