// As much of a terminal (ECMA-48, what xterm makes of it) as programs use to write over what they wrote.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hunt/hunt.hpp"

namespace understudy {
namespace {

class Screen {
public:
  explicit Screen(std::size_t columns) : columns_{columns} {}

  void write(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      at += text[at] == '\033' ? escape(text.substr(at)) : plain(text[at]);
    }
  }

  [[nodiscard]] std::string text() const {
    std::string result;
    for (const std::string& row : rows_) result.append(row, 0, row.find_last_not_of(' ') + 1).append("\n");
    return result;
  }

private:
  std::size_t plain(char c) {
    switch (c) {
      case '\r':
        column_ = 0;
        break;
      case '\n':  // the terminal adds no carriage return, so it is one
        ++row_;
        column_ = 0;
        break;
      case '\b':
        column_ -= std::min<std::size_t>(column_, 1);
        break;
      case '\t':
        column_ = std::min(columns_ - 1, (column_ / 8 + 1) * 8);
        break;
      default:
        if (static_cast<unsigned char>(c) >= ' ') put(c);
    }
    return 1;
  }

  void put(char c) {
    if (column_ == columns_) {
      column_ = 0;
      ++row_;
    }
    cell(column_++) = c;
  }

  char& cell(std::size_t column) {
    constexpr std::size_t kMostRows = 100'000;
    row_ = std::min(row_, kMostRows);
    if (rows_.size() <= row_) rows_.resize(row_ + 1);
    if (rows_[row_].size() <= column) rows_[row_].resize(column + 1, ' ');
    return rows_[row_][column];
  }

  /// How long the sequence is that begins `text`.
  std::size_t escape(std::string_view text) {
    if (text.size() < 2) return 1;
    if (text[1] == '7') saved_ = {row_, column_};
    if (text[1] == '8') std::tie(row_, column_) = saved_;
    if (text[1] == ']') {  // a title or a link, up to BEL or ESC \ .
      const std::size_t bell = text.find('\a');
      const std::size_t terminator = text.find("\033\\", 2);
      if (bell == std::string_view::npos && terminator == std::string_view::npos) return text.size();
      return bell < terminator ? bell + 1 : terminator + 2;
    }
    if (text[1] != '[') return 2;
    std::size_t end = 2;
    std::vector<std::size_t> numbers{0};
    while (end < text.size() && (text[end] < '@' || text[end] > '~')) {
      if (text[end] >= '0' && text[end] <= '9') {
        numbers.back() = std::min<std::size_t>(numbers.back() * 10 + static_cast<std::size_t>(text[end] - '0'), 9999);
      } else if (text[end] == ';') {
        numbers.push_back(0);
      }
      ++end;
    }
    if (end == text.size()) return end;
    control(text[end], numbers);
    return end + 1;
  }

  void control(char kind, const std::vector<std::size_t>& numbers) {
    const std::size_t count = std::max<std::size_t>(numbers[0], 1);
    switch (kind) {
      case 'A':
        row_ -= std::min(row_, count);
        break;
      case 'B':
        row_ += count;
        break;
      case 'C':
        column_ = std::min(columns_ - 1, column_ + count);
        break;
      case 'D':
        column_ -= std::min(column_, count);
        break;
      case 'G':
        column_ = std::min(columns_ - 1, count - 1);
        break;
      case 'H':
      case 'f':
        row_ = count - 1;
        column_ = std::min(columns_ - 1, numbers.size() > 1 ? std::max<std::size_t>(numbers[1], 1) - 1 : 0);
        break;
      case 'J':
        erase_line(numbers[0]);
        if (numbers[0] == 0) rows_.resize(std::min(rows_.size(), row_ + 1));
        if (numbers[0] >= 2) rows_.clear();
        break;
      case 'K':
        erase_line(numbers[0]);
        break;
      default:
        break;
    }
  }

  void erase_line(std::size_t how) {
    if (row_ >= rows_.size()) return;
    std::string& row = rows_[row_];
    const std::size_t here = std::min(column_, row.size());
    if (how == 0) row.resize(here);
    if (how == 1) std::fill_n(row.begin(), here, ' ');
    if (how == 2) row.clear();
  }

  std::size_t columns_;
  std::vector<std::string> rows_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::pair<std::size_t, std::size_t> saved_{};
};

}  // namespace

std::string rendered_screen(std::string_view text, std::size_t columns) {
  Screen screen{columns};
  screen.write(text);
  return screen.text();
}

}  // namespace understudy
