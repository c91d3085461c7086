#include "harness/update.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "check/lines.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// A range of the file's text, and what is to stand there.
struct Edit {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string text{};
};

std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts.push_back(at + 1);
  return starts;
}

/// Control characters (but for newlines) have no place in a block scalar.
bool fits_block(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return c != '\n' && c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f); });
}

std::string double_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '"' || c == '\\')
      result += std::string{'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return result + '"';
}

class ScalarEditor {
public:
  ScalarEditor(std::string_view yaml) : yaml_{yaml}, starts_{line_starts(yaml)} {}

  [[nodiscard]] Edit edit(const Rewrite& rewrite) const {
    const auto line = static_cast<std::size_t>(rewrite.at.line);
    if (rewrite.at.line < 1 || line > starts_.size() || rewrite.at.column < 1)
      throw InputError{rewrite.at, "there is no such place in the file"};
    const std::size_t at = starts_[line - 1] + static_cast<std::size_t>(rewrite.at.column) - 1;
    if (at >= line_end(line))
      throw InputError{rewrite.at, "no text stands here any more", "was the file changed while it ran?"};
    const char c = yaml_[at];
    if (c == '|' || c == '>') return edit_block(rewrite, line, at);
    return edit_flow(rewrite, line, at);
  }

private:
  [[nodiscard]] std::size_t line_end(std::size_t line) const {  // without the newline
    return line < starts_.size() ? starts_[line] - 1 : yaml_.size();
  }
  [[nodiscard]] std::string_view line_text(std::size_t line) const {
    std::string_view text = yaml_.substr(starts_[line - 1], line_end(line) - starts_[line - 1]);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }
  [[nodiscard]] static std::size_t indent_of(std::string_view text) {
    return std::min(text.find_first_not_of(' '), text.size());
  }
  [[nodiscard]] static bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t") == std::string_view::npos;
  }

  /// Column (from 0) of the key whose value stands in `line`: after the indentation and the dashes of lists.
  [[nodiscard]] std::size_t key_column(std::size_t line) const {
    const std::string_view text = line_text(line);
    std::size_t column = indent_of(text);
    while (text.substr(column).starts_with("- "))
      column = std::min(text.find_first_not_of(' ', column + 1), text.size());
    return column;
  }

  [[nodiscard]] std::string_view line_break(std::size_t line) const {
    return line_end(line) > starts_[line - 1] && yaml_[line_end(line) - 1] == '\r' ? "\r\n" : "\n";
  }

  /// The lines of a block scalar below its header.
  [[nodiscard]] std::string block_body(std::string_view text, std::size_t indent, std::string_view end) const {
    std::string result;
    for (const std::string& line : split_lines(text)) {
      if (!line.empty()) result += std::string(indent, ' ') + line;
      result += end;
    }
    return result;
  }

  /// `|2` says how far the text is indented; needed where its first line begins with blanks of its own.
  [[nodiscard]] static std::string indicator(std::string_view text, std::size_t indent) {
    const std::size_t first = text.find_first_not_of('\n');
    return first != std::string_view::npos && (text[first] == ' ' || text[first] == '\t') ? std::to_string(indent) : "";
  }

  [[nodiscard]] Edit edit_block(const Rewrite& rewrite, std::size_t line, std::size_t at) const {
    const std::size_t parent = key_column(line);
    std::size_t header_end = at + 1;
    std::size_t explicit_indent = 0;
    std::string chomping;
    for (; header_end < line_end(line) &&
           std::string_view{"+-123456789"}.find(yaml_[header_end]) != std::string_view::npos;
         ++header_end) {
      const char c = yaml_[header_end];
      if (c == '+' || c == '-')
        chomping = c;
      else
        explicit_indent = static_cast<std::size_t>(c - '0');
    }
    std::size_t indent = explicit_indent > 0 ? parent + explicit_indent : 0;
    std::size_t last = line;  // the last line of the block that is not blank
    for (std::size_t n = line + 1; n <= starts_.size(); ++n) {
      const std::string_view text = line_text(n);
      if (is_blank(text)) continue;
      if (indent_of(text) <= parent) break;
      if (indent == 0) indent = indent_of(text);
      if (indent_of(text) < indent) break;
      last = n;
    }
    if (indent == 0) indent = parent + 2;
    const std::size_t body_end = last < starts_.size() ? starts_[last] : yaml_.size();
    if (!fits_block(rewrite.new_text)) {
      return {at, body_end, double_quoted(rewrite.new_text) + std::string{line_break(line)}};
    }
    // The comment after the header stays where it is.
    const std::string header = "|" + indicator(rewrite.new_text, indent - parent) + chomping;
    const std::size_t rest_end = line < starts_.size() ? starts_[line] : yaml_.size();
    std::string rest{yaml_.substr(header_end, rest_end - header_end)};
    if (!rest.ends_with('\n')) rest += '\n';
    return {at, body_end, header + rest + block_body(rewrite.new_text, indent, line_break(line))};
  }

  /// A plain or quoted scalar becomes a block where it stands alone after its key, else a quoted one.
  [[nodiscard]] Edit edit_flow(const Rewrite& rewrite, std::size_t line, std::size_t at) const {
    const std::size_t end = flow_end(rewrite, line, at);
    const std::string_view before = yaml_.substr(starts_[line - 1], at - starts_[line - 1]);
    const std::string_view after = yaml_.substr(end, line_end(line) - std::min(end, line_end(line)));
    const bool in_flow = before.find_first_of("{[") != std::string_view::npos;
    const bool alone =
        !in_flow && before.ends_with(": ") && end <= line_end(line) && (is_blank(after) || after == "\r");
    if (!alone || !fits_block(rewrite.new_text) || split_lines(rewrite.new_text).size() < 2) {
      return {at, end, double_quoted(without_trailing_blanks(rewrite.new_text))};
    }
    const std::size_t parent = key_column(line);
    const std::string_view line_feed = line_break(line);
    std::string body = block_body(rewrite.new_text, parent + 2, line_feed);
    body.resize(body.size() - line_feed.size());  // the line's own end is still there
    return {at, end, "|" + indicator(rewrite.new_text, 2) + std::string{line_feed} + body};
  }

  [[nodiscard]] std::size_t flow_end(const Rewrite& rewrite, std::size_t line, std::size_t at) const {
    const char quote = yaml_[at];
    if (quote != '"' && quote != '\'') return plain_end(line, at);
    for (std::size_t i = at + 1; i < yaml_.size(); ++i) {
      if (quote == '"' && yaml_[i] == '\\')
        ++i;
      else if (quote == '\'' && yaml_[i] == '\'' && i + 1 < yaml_.size() && yaml_[i + 1] == '\'')
        ++i;
      else if (yaml_[i] == quote)
        return i + 1;
    }
    throw InputError{rewrite.at, "the quotes are not closed any more"};
  }

  [[nodiscard]] std::size_t plain_end(std::size_t line, std::size_t at) const {
    const std::string_view before = yaml_.substr(starts_[line - 1], at - starts_[line - 1]);
    const bool in_flow = before.find_first_of("{[") != std::string_view::npos;
    std::size_t end = line_end(line);
    for (std::size_t i = at; i < end; ++i) {
      const bool comment = yaml_[i] == '#' && yaml_[i - 1] == ' ';
      const bool closed = in_flow && std::string_view{",]}"}.find(yaml_[i]) != std::string_view::npos;
      if (comment || closed) end = i;
    }
    while (end > at && std::string_view{" \t\r"}.find(yaml_[end - 1]) != std::string_view::npos) --end;
    return end;
  }

  std::string_view yaml_;
  std::vector<std::size_t> starts_;
};

std::string read_file(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{file.string() + ": cannot be read"};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A file beside the one to be replaced; gone again unless it took its place.
class Replacement {
public:
  explicit Replacement(const fs::path& target)
      : target_{target}, name_{(target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string()} {
    descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail("cannot be rewritten");
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot be rewritten");
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void take_place() {
    struct stat status {};
    if (::stat(target_.c_str(), &status) != 0 || ::fchmod(descriptor_, status.st_mode & 07777U) != 0)
      fail("its mode cannot be kept");
    if (::fsync(descriptor_) != 0 || ::rename(name_.c_str(), target_.c_str()) != 0) fail("cannot be replaced");
    name_.clear();
  }

private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error{target_.string() + ": " + what + ": " + std::strerror(errno)};
  }

  fs::path target_;
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace

std::string rewrite_scalars(std::string_view yaml, const std::vector<Rewrite>& rewrites, UpdateReport& report) {
  std::map<std::pair<int, int>, std::vector<const Rewrite*>> places;
  for (const Rewrite& rewrite : rewrites) places[{rewrite.at.line, rewrite.at.column}].push_back(&rewrite);
  const ScalarEditor editor{yaml};
  std::vector<Edit> edits;  // in the order of the file, as the map is
  for (const auto& [place, wanted] : places) {
    const bool agreed =
        std::ranges::all_of(wanted, [&](const Rewrite* other) { return other->new_text == wanted[0]->new_text; });
    if (agreed)
      edits.push_back(editor.edit(*wanted[0]));
    else
      report.refused.push_back(
          to_string(wanted[0]->at) +
          ": two cases give different outputs here; use wildcards, or an expectation for each case");
  }
  std::string result;
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    result += yaml.substr(done, edit.from - done);
    result += edit.text;
    done = edit.to;
  }
  report.rewritten += static_cast<int>(edits.size());
  return result + std::string{yaml.substr(done)};
}

UpdateReport apply_rewrites(const fs::path& file, const std::vector<Rewrite>& rewrites) {
  std::error_code error;
  const fs::path target = fs::canonical(file, error);  // a link stays a link
  if (error) throw std::runtime_error{file.string() + ": cannot be read: " + error.message()};
  UpdateReport report;
  const std::string before = read_file(target);
  const std::string after = rewrite_scalars(before, rewrites, report);
  if (after == before) return report;
  static_cast<void>(parse_documents(after, file.string()));  // rather no update than a broken file
  Replacement replacement{target};
  replacement.write(after);
  replacement.take_place();
  return report;
}

}  // namespace understudy
