#include "recording/pattern.hpp"

#include <algorithm>

namespace understudy {

Pattern::Pattern(std::string_view text, const Needles& placeholders) {
  std::size_t done = 0;
  for (const Needles::Found& found : placeholders.find(text)) {
    if (found.at > done) pieces_.push_back({.literal = std::string{text.substr(done, found.at - done)}});
    pieces_.push_back(
        {.literal = placeholders.text(found.needle), .is_placeholder = true, .placeholder = found.needle});
    done = found.at + found.length;
  }
  if (done < text.size()) pieces_.push_back({.literal = std::string{text.substr(done)}});
}

bool Pattern::has_placeholders() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return piece.is_placeholder; });
}

std::optional<Bindings> Pattern::match(std::string_view text, const Bindings& known) const {
  Bindings bound;
  if (!match_from(0, text, known, bound)) return std::nullopt;
  return bound;
}

bool Pattern::match_from(std::size_t index, std::string_view rest, const Bindings& known, Bindings& bound) const {
  if (index == pieces_.size()) return rest.empty();
  const Piece& piece = pieces_[index];
  const auto goes_on_after = [&](std::string_view begin) {
    return rest.starts_with(begin) && match_from(index + 1, rest.substr(begin.size()), known, bound);
  };
  if (!piece.is_placeholder) return goes_on_after(piece.literal);
  if (const auto value = known.find(piece.placeholder); value != known.end()) {
    return goes_on_after(value->second) || goes_on_after(piece.literal);
  }
  if (const auto value = bound.find(piece.placeholder); value != bound.end()) return goes_on_after(value->second);
  const bool is_last = index + 1 == pieces_.size();
  const std::string_view next = is_last ? std::string_view{} : std::string_view{pieces_[index + 1].literal};
  for (std::size_t end = is_last ? rest.size() : rest.find(next, 1); end != std::string_view::npos && end > 0;
       end = is_last || end >= rest.size() ? std::string_view::npos : rest.find(next, end + 1)) {
    bound[piece.placeholder] = std::string{rest.substr(0, end)};
    if (match_from(index + 1, rest.substr(end), known, bound)) return true;
    bound.erase(piece.placeholder);
  }
  return false;
}

}  // namespace understudy
