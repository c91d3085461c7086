#include "secrets/views.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "secrets/marks.hpp"

namespace understudy::secrets {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The number that exactly `digits` hex digits at `at` stand for.
std::optional<std::uint32_t> hex_number(std::string_view data, std::size_t at, std::size_t digits) {
  if (at + digits > data.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    const int digit = hex_value(data[i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

std::string to_utf8(std::uint32_t code) {
  std::string result;
  const auto tail = [&](unsigned shift) { result += static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
  if (code < 0x80) {
    result += static_cast<char>(code);
  } else if (code < 0x800) {
    result += static_cast<char>(0xc0U | code >> 6U);
    tail(0);
  } else if (code < 0x10000) {
    result += static_cast<char>(0xe0U | code >> 12U);
    tail(6);
    tail(0);
  } else {
    result += static_cast<char>(0xf0U | (code >> 18U & 7U));
    tail(12);
    tail(6);
    tail(0);
  }
  return result;
}

/// The next place of one of two bytes, or of one.
class NextSign {
public:
  NextSign(std::string_view data, std::string_view signs) : data_{data}, signs_{signs} {}

  std::size_t from(std::size_t at) {
    std::size_t nearest = std::string_view::npos;
    for (std::size_t i = 0; i < signs_.size(); ++i) {
      if (next_[i] < at || is_first_) next_[i] = data_.find(signs_[i], at);
      nearest = std::min(nearest, next_[i]);
    }
    is_first_ = false;
    return nearest;
  }

private:
  std::string_view data_;
  std::string_view signs_;
  std::array<std::size_t, 2> next_{};
  bool is_first_ = true;
};

/// Walks over `data` from one of `signs` to the next; `step` undoes what stands there and returns how many bytes that
/// was, or 0.
template <class Step>
View walk(std::string_view data, std::string_view signs, const Step& step) {
  View view;
  std::string meaning;
  std::size_t kept = 0;
  NextSign next{data, signs};
  for (std::size_t at = next.from(0); at != std::string_view::npos; at = next.from(at)) {
    meaning.clear();
    const std::size_t size = step(meaning, at);
    if (size == 0) {
      ++at;
      continue;
    }
    if (kept == 0) view.reserve(data.size());
    view.keep(data.substr(kept, at - kept), kept);
    view.undo(meaning, at, size);
    at += size;
    kept = at;
  }
  if (kept == 0) return {};  // nothing is undone
  view.keep(data.substr(kept), kept);
  return view;
}

/// Percent encoding, and form encoding's + for a blank: but only beside percent signs is a + known to be one, so that
/// both readings are tried (`plus`).
View undo_percent(std::string_view data, bool plus) {
  if (plus && data.find('+') == std::string_view::npos) return {};  // the other reading is the same
  return walk(data, plus ? "%+" : "%", [&](std::string& meaning, std::size_t at) -> std::size_t {
    if (plus && data[at] == '+') {
      meaning = ' ';
      return 1;
    }
    if (data[at] != '%') return 0;
    const auto byte = hex_number(data, at + 1, 2);
    if (!byte) return 0;
    meaning = static_cast<char>(*byte);
    return 3;
  });
}

/// How many bytes the escape at `at` has, its backslash included, and what it means.
std::size_t undo_backslash(std::string& meaning, std::string_view data, std::size_t at) {
  constexpr std::size_t kUnicode = 6;  // \u0041
  const char kind = data[at + 1];
  if (kind == 'u') {
    const auto code = hex_number(data, at + 2, 4);
    if (!code) return 0;
    const bool is_high = *code >= 0xd800 && *code < 0xdc00;
    if (is_high && data.substr(at + kUnicode, 2) == "\\u") {
      const auto low = hex_number(data, at + kUnicode + 2, 4);
      if (low && *low >= 0xdc00 && *low < 0xe000) {
        meaning = to_utf8(0x10000 + ((*code - 0xd800) << 10U) + (*low - 0xdc00));
        return 2 * kUnicode;
      }
    }
    meaning = to_utf8(*code);
    return kUnicode;
  }
  if (kind == 'x') {
    const auto byte = hex_number(data, at + 2, 2);
    if (!byte) return 0;
    meaning = static_cast<char>(*byte);
    return 4;
  }
  if (kind >= '0' && kind <= '7') {
    unsigned value = 0;
    std::size_t size = 1;
    for (; size < 4 && at + size < data.size() && data[at + size] >= '0' && data[at + size] <= '7'; ++size)
      value = value * 8 + static_cast<unsigned>(data[at + size] - '0');
    meaning = static_cast<char>(value);
    return size;
  }
  if (kind == '\n') return 2;  // a shell's continued line
  constexpr std::string_view kNames = "nrtbfae";
  constexpr std::string_view kMeanings = "\n\r\t\b\f\a\033";
  const std::size_t named = kNames.find(kind);
  meaning = named == std::string_view::npos ? kind : kMeanings[named];
  return 2;
}

constexpr std::string_view kShellQuote = "'\\''";  // a quote within quotes

/// Between a shell's single quotes nothing else has a meaning.
std::size_t undo_shell_quote(std::string& meaning, std::string_view data, std::size_t at) {
  if (data[at] != '\'' || data.substr(at, kShellQuote.size()) != kShellQuote) return 0;
  meaning = '\'';
  return kShellQuote.size();
}

View undo_shell_quotes(std::string_view data) {
  return walk(data, "'", [&](std::string& meaning, std::size_t at) { return undo_shell_quote(meaning, data, at); });
}

/// PHP's single quotes know two escapes.
View undo_php_quotes(std::string_view data) {
  return walk(data, "\\", [&](std::string& meaning, std::size_t at) -> std::size_t {
    if (data[at] != '\\' || at + 1 >= data.size() || (data[at + 1] != '\'' && data[at + 1] != '\\')) return 0;
    meaning = data[at + 1];
    return 2;
  });
}

View undo_backslashes(std::string_view data) {
  return walk(data, "\\'", [&](std::string& meaning, std::size_t at) -> std::size_t {
    if (const std::size_t quote = undo_shell_quote(meaning, data, at); quote > 0) return quote;
    if (data[at] != '\\' || at + 1 >= data.size()) return 0;
    return undo_backslash(meaning, data, at);
  });
}

/// How many bytes the entity at `at` has, and what it means.
std::size_t undo_entity(std::string& meaning, std::string_view data, std::size_t at) {
  constexpr std::size_t kLongest = 10;
  const std::string_view window = data.substr(at, kLongest);
  const std::size_t end = window.find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  const std::string_view name = window.substr(1, end - 1);
  if (name.front() == '#') {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    if (digits.empty() || error != std::errc{} || rest != digits.data() + digits.size()) return 0;
    meaning = to_utf8(code);
    return end + 1;
  }
  static constexpr std::array<std::pair<std::string_view, char>, 12> kNamed{{{"amp", '&'},
                                                                             {"lt", '<'},
                                                                             {"gt", '>'},
                                                                             {"quot", '"'},
                                                                             {"apos", '\''},
                                                                             {"sol", '/'},
                                                                             {"plus", '+'},
                                                                             {"equals", '='},
                                                                             {"colon", ':'},
                                                                             {"dollar", '$'},
                                                                             {"percnt", '%'},
                                                                             {"num", '#'}}};
  const auto* const known = std::ranges::find(kNamed, name, &std::pair<std::string_view, char>::first);
  if (known == kNamed.end()) return 0;
  meaning = known->second;
  return end + 1;
}

View undo_entities(std::string_view data) {
  return walk(data, "&", [&](std::string& meaning, std::size_t at) { return undo_entity(meaning, data, at); });
}

/// Length of the control sequence (ECMA-48) at an escape character.
std::size_t control_sequence(std::string_view data, std::size_t at) {
  if (at + 1 >= data.size()) return 1;
  std::size_t end = at + 2;
  const auto in = [&](char low, char high) { return end < data.size() && data[end] >= low && data[end] <= high; };
  switch (data[at + 1]) {
    case '[':
      while (in(0x30, 0x3f)) ++end;
      while (in(0x20, 0x2f)) ++end;
      return (in(0x40, 0x7e) ? end + 1 : end) - at;
    case ']':  // a title or a link, up to BEL or ESC \ .
      while (end < data.size() && data[end] != '\a' && data[end] != '\033' && data[end] != '\n') ++end;
      if (end < data.size() && data[end] == '\a') return end + 1 - at;
      return (data.substr(end, 2) == "\033\\" ? end + 2 : end) - at;
    case '(':
    case ')':
      return std::min<std::size_t>(3, data.size() - at);
    default:
      return 2;
  }
}

View undo_terminal(std::string_view data) {
  return walk(data, "\033", [&](std::string&, std::size_t at) { return control_sequence(data, at); });
}

/// Each line break with the blanks around it becomes `instead`.
View undo_line_breaks(std::string_view data, std::string_view instead) {
  View view;
  view.reserve(data.size());
  std::size_t at = 0;
  while (true) {
    const std::size_t line_break = data.find('\n', at);
    if (line_break == std::string_view::npos) break;
    std::size_t end = line_break;
    while (end > at && is_blank(data[end - 1])) --end;
    view.keep(data.substr(at, end - at), at);
    at = line_break;
    while (at < data.size() && is_blank(data[at])) ++at;
    view.undo(instead, end, at - end);
  }
  view.keep(data.substr(at), at);
  return view;
}

constexpr std::string_view kDrawnBar = "\xe2\x94\x82";  // U+2502

/// The bar that a line of a table begins with; "" if it is none.
std::string_view bar_of(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  if (line[first] == '|') return "|";
  return line.substr(first).starts_with(kDrawnBar) ? kDrawnBar : std::string_view{};
}

struct Cell {
  std::size_t from = 0;
  std::size_t to = 0;
};

/// A table as it stands in some data: where the cells of each line are, without their padding.
class Table {
public:
  [[nodiscard]] bool is_empty() const { return lines_.empty(); }

  void clear() {
    cells_.clear();
    lines_.clear();
    columns_ = 0;
  }

  /// The line stands at `at`.
  void add_line(std::string_view line, std::size_t at, std::string_view bar) {
    lines_.push_back(cells_.size());
    for (std::size_t cell = line.find(bar) + bar.size(); cell <= line.size();) {
      const std::size_t cell_end = std::min(line.find(bar, cell), line.size());
      std::size_t from = cell;
      std::size_t to = cell_end;
      while (from < to && is_blank(line[from])) ++from;
      while (to > from && is_blank(line[to - 1])) --to;
      cells_.push_back({at + from, at + to});
      cell = cell_end + bar.size();
    }
    columns_ = std::max(columns_, cells_.size() - lines_.back());
  }

  /// Calls `use(cell, is_first)` for each cell of a column, then `end(last)`, one column after the other.
  template <class Use, class End>
  void for_each_column(const Use& use, const End& end) const {
    for (std::size_t column = 0; column < columns_; ++column) {
      const Cell* last = nullptr;
      for (std::size_t line = 0; line < lines_.size(); ++line) {
        const std::size_t line_end = line + 1 < lines_.size() ? lines_[line + 1] : cells_.size();
        if (lines_[line] + column >= line_end) continue;
        const Cell& cell = cells_[lines_[line] + column];
        use(cell, last == nullptr);
        last = &cell;
      }
      if (last != nullptr) end(*last);
    }
  }

private:
  std::vector<Cell> cells_;
  std::vector<std::size_t> lines_;  // the first cell of each
  std::size_t columns_ = 0;
};

/// The cells of each column, one after the other, with `between` between them.
View undo_columns(std::string_view data, std::string_view between) {
  View view;
  view.reserve(data.size());
  Table table;
  const auto flush = [&] {
    if (table.is_empty()) return;
    table.for_each_column(
        [&](const Cell& cell, bool is_first) {
          if (!is_first) view.undo(between, cell.from - 1, 1);  // the padding or bar before it
          view.keep(data.substr(cell.from, cell.to - cell.from), cell.from);
        },
        [&](const Cell& last) { view.undo("\n", last.to, 1); });
    table.clear();
  };
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t end = std::min(data.find('\n', at), data.size());
    const std::string_view line = data.substr(at, end - at);
    const std::string_view bar = bar_of(line);
    const std::size_t margin = line.find_first_not_of(" \t");
    const bool is_rule = margin != std::string_view::npos && line[margin] == '+';
    if (bar.empty() && !is_rule) flush();
    if (!bar.empty()) table.add_line(line, at, bar);
    at = end + 1;
  }
  flush();
  return view;
}

std::string_view percent_name(std::string_view piece) {
  return piece.find('+') == std::string_view::npos ? "percent encoding" : "form encoding";
}

/// JSON, PHP, C and shells share some escapes: the others tell whose they are.
std::string_view backslash_name(std::string_view piece) {
  if (piece.find(kShellQuote) != std::string_view::npos) return "shell escapes";
  std::string kinds;
  for (std::size_t at = 0; at + 1 < piece.size(); ++at) {
    if (piece[at] == '\\') kinds += piece[++at];
  }
  const auto all_in = [&](std::string_view some) { return kinds.find_first_not_of(some) == std::string::npos; };
  if (all_in("\\nrtbf")) return "backslash escapes";
  if (all_in("\\nrtbf\"/u")) return "JSON escapes";
  return all_in("\\'") ? "PHP escapes" : "shell escapes";
}

constexpr char kEntities[] = "HTML entities";
constexpr char kTerminal[] = "terminal escapes";
constexpr char kLines[] = "wrapped lines";
constexpr char kCells[] = "table cells";
template <const char* kName>
std::string_view named(std::string_view /*piece*/) {
  return kName;
}

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

bool before_hex(std::string_view data, std::size_t at) { return hex_number(data, at + 1, 2).has_value(); }

bool before_visible(std::string_view data, std::size_t at) {
  return at + 1 < data.size() && (is_visible(data[at + 1]) || data[at + 1] == '\n');
}

/// Whether there is text on one side.
bool beside_text(std::string_view data, std::size_t at) {
  constexpr std::size_t kFew = 4;
  static constexpr auto kIsText = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x7f; ++c) table[c] = c >= ' ' || c == '\r' || c == '\t' || c == '\n' || c == '\033';
    return table;
  }();
  const auto is_text = [&](std::size_t begin, std::size_t end) {
    if (end - begin == kFew) {  // most of them are visible
      std::uint32_t four = 0;
      std::memcpy(&four, data.data() + begin, kFew);
      if ((((four - 0x20202020U) | (four + 0x01010101U) | four) & 0x80808080U) == 0) return true;
    }
    unsigned text = 1;  // without branches: most of it is
    for (; begin < end; ++begin) text &= static_cast<unsigned>(kIsText[static_cast<unsigned char>(data[begin])]);
    return text != 0;
  };
  if (at < kFew) return is_text(0, at) || is_text(at + 1, std::min(at + 1 + kFew, data.size()));
  return is_text(at - kFew, at) || is_text(at + 1, std::min(at + 1 + kFew, data.size()));
}

/// Blanks beside a line break or in a table are left out, if these are encoded, too.
bool has_encoded_break(std::string_view data) {
  return data.find("%0") != std::string_view::npos || data.find("%7") != std::string_view::npos ||
         data.find("%E") != std::string_view::npos || data.find("%e") != std::string_view::npos;
}

bool is_entity(std::string_view data, std::size_t at) {
  std::string meaning;
  return undo_entity(meaning, data, at) != 0;
}

bool at_drawn_bar(std::string_view data, std::size_t at) { return data.substr(at, kDrawnBar.size()) == kDrawnBar; }

}  // namespace

const std::array<Sign, kTriggers.size()>& triggers() {
  static constexpr std::array<Sign, kTriggers.size()> kAll{
      {before_hex, before_visible, is_entity, before_visible, beside_text, beside_text, at_drawn_bar}};
  return kAll;
}

bool may_go_on_behind(std::string_view rest) {
  constexpr std::size_t kLongest = 12;  // two of JSON's for one character
  switch (rest.front()) {
    case '\033': {
      std::string longer{rest};
      longer += 'm';  // ends or lengthens whatever is open
      return control_sequence(longer, 0) > rest.size();
    }
    case '|':
      return false;
    case '\xe2':
      return rest.size() < kDrawnBar.size();
    default:
      return rest.size() < kLongest;
  }
}

const std::array<Undo, kUndos>& undos() {
  static const std::array<Undo, kUndos> kAll{{
      {'%', percent_name, [](std::string_view data) { return undo_percent(data, false); }},
      {'%', percent_name, [](std::string_view data) { return undo_percent(data, true); }, true, true,
       has_encoded_break},
      {'\\', backslash_name, undo_backslashes},
      {'\\', backslash_name, undo_shell_quotes},
      {'\\', backslash_name, undo_php_quotes},
      {'&', named<kEntities>, undo_entities},
      {'\033', named<kTerminal>, undo_terminal},
      {'\n', named<kLines>, [](std::string_view data) { return undo_line_breaks(data, {}); }, false, false},
      {'\n', named<kLines>, [](std::string_view data) { return undo_line_breaks(data, " "); }, true, false},
      {'|', named<kCells>, [](std::string_view data) { return undo_columns(data, {}); }, false, false},
      {'|', named<kCells>, [](std::string_view data) { return undo_columns(data, " "); }, true, false},
      {'\xe2', named<kCells>, [](std::string_view data) { return undo_columns(data, {}); }, false, false},
      {'\xe2', named<kCells>, [](std::string_view data) { return undo_columns(data, " "); }, true, false},
  }};
  return kAll;
}

}  // namespace understudy::secrets
