#include "recording/json_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "recording/utf8.hpp"

namespace understudy::recording {
namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
public:
  Reader(std::string_view text, const JsonText& source) : text_{text}, source_{source} {
    if (text.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  JsonValue document() {
    JsonValue result = value(0);
    skip_blanks();
    if (at_ < text_.size()) source_.fail(at_, "more text after the end of the document");
    return result;
  }

private:
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  [[noreturn]] void unexpected(const std::string& wanted) const {
    if (at_ >= text_.size())
      source_.fail(at_, "the file ends where " + wanted + " should be", "it may have been cut off");
    source_.fail(at_, "no JSON: expected " + wanted);
  }

  JsonValue value(std::size_t depth) {
    skip_blanks();
    if (depth > kDeepest) source_.fail(at_, fmt::format("nested deeper than {} levels", kDeepest));
    JsonValue result;
    result.at = at_;
    const char c = now();
    if (c == '{') {
      map(result, depth);
    } else if (c == '[') {
      list(result, depth);
    } else if (c == '"') {
      result.kind = Node::Kind::kText;
      result.text = string();
    } else if (c == '-' || is_digit(c)) {
      number(result);
    } else {
      word(result);
    }
    return result;
  }

  void word(JsonValue& into) {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      if (word == "null") return;
      into.kind = Node::Kind::kBoolean;
      into.text = word;
      return;
    }
    unexpected("a value");
  }

  void digits() {
    if (!is_digit(now())) unexpected("a digit");
    while (is_digit(now())) ++at_;
  }

  void number(JsonValue& into) {
    const std::size_t begin = at_;
    into.kind = Node::Kind::kInteger;
    if (now() == '-') ++at_;
    if (now() == '0')
      ++at_;
    else
      digits();
    if (now() == '.') {
      into.kind = Node::Kind::kNumber;
      ++at_;
      digits();
    }
    if (now() == 'e' || now() == 'E') {
      into.kind = Node::Kind::kNumber;
      ++at_;
      if (now() == '+' || now() == '-') ++at_;
      digits();
    }
    into.text = text_.substr(begin, at_ - begin);
  }

  void list(JsonValue& into, std::size_t depth) {
    into.kind = Node::Kind::kList;
    ++at_;
    skip_blanks();
    if (now() == ']') {
      ++at_;
      return;
    }
    while (true) {
      into.items.push_back(value(depth + 1));
      if (!another(']')) return;
    }
  }

  void map(JsonValue& into, std::size_t depth) {
    into.kind = Node::Kind::kMap;
    ++at_;
    skip_blanks();
    if (now() == '}') {
      ++at_;
      return;
    }
    while (true) {
      skip_blanks();
      if (now() != '"') unexpected("a key in double quotes");
      JsonMember member;
      member.at = at_;
      member.key = string();
      skip_blanks();
      if (now() != ':') unexpected("\":\"");
      ++at_;
      member.value = value(depth + 1);
      into.members.push_back(std::move(member));
      if (!another('}')) return;
    }
  }

  bool another(char closing) {
    skip_blanks();
    if (now() == ',') {
      ++at_;
      return true;
    }
    if (now() != closing) unexpected(fmt::format("\",\" or \"{}\"", closing));
    ++at_;
    return false;
  }

  std::string string() {
    const std::size_t begin = at_++;
    std::string result;
    while (true) {
      std::size_t end = at_;  // what stands for itself, in one go
      while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' && text_[end] >= ' ') ++end;
      result += text_.substr(at_, end - at_);
      at_ = end;
      if (at_ >= text_.size()) source_.fail(begin, "a text that never ends", "the file may have been cut off");
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\')
        escape(result);
      else if (static_cast<unsigned char>(c) < ' ')
        source_.fail(at_, "a control character in a text", "JSON has it as \\n, \\t or \\u00..");
      else
        beyond_ascii(result);
    }
    ++at_;
    return result;
  }

  void beyond_ascii(std::string& into) {
    const std::size_t length = utf8_length(text_.substr(at_));
    if (length == 0) source_.fail(at_, "a byte that is no UTF-8");
    into += text_.substr(at_, length);
    at_ += length;
  }

  void escape(std::string& into) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t begin = at_++;
    const char letter = now();
    if (letter == 'u') {
      ++at_;
      return append_utf8(into, character(begin));
    }
    const std::size_t which = letter == '\0' ? std::string_view::npos : kLetters.find(letter);
    if (which == std::string_view::npos) source_.fail(begin, "an escape that JSON does not have");
    into += kMeanings[which];
    ++at_;
  }

  std::uint32_t hex(std::size_t begin) {
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || read.ptr != digits.data() + 4) source_.fail(begin, "\\u wants four hexadecimal digits");
    at_ += 4;
    return code;
  }

  std::uint32_t character(std::size_t begin) {
    constexpr std::uint32_t kUnreadable = 0xfffd;
    const std::uint32_t code = hex(begin);
    if (code < 0xd800 || code > 0xdfff) return code;
    if (code > 0xdbff || text_.substr(at_, 2) != "\\u") return kUnreadable;
    const std::size_t second = at_;
    at_ += 2;
    const std::uint32_t low = hex(second);
    if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
    at_ = second;
    return kUnreadable;
  }

  std::string_view text_;
  const JsonText& source_;
  std::size_t at_ = 0;
};

}  // namespace

JsonValue* JsonValue::find(std::string_view key) {
  for (JsonMember& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

JsonValue JsonText::parse() const { return Reader{text_, *this}.document(); }

Position JsonText::position(std::size_t offset) const {
  if (offset < last_.offset) last_ = {};
  Place& at = last_;
  for (; at.offset < offset && at.offset < text_.size(); ++at.offset) {
    const auto byte = static_cast<unsigned char>(text_[at.offset]);
    if (byte == '\n') {
      ++at.line;
      at.column = 1;
    } else if ((byte & 0xc0U) != 0x80U) {
      ++at.column;
    }
  }
  return {file_, at.line, at.column};
}

void JsonText::fail(std::size_t offset, const std::string& problem, const std::string& hint) const {
  throw InputError{position(offset), problem, hint};
}

}  // namespace understudy::recording
