#pragma once
/// Texts as they were before something escaped or split them.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::secrets {

/// What a piece of data says when one kind of escapes or splits is undone, and where each byte of that came from.
class View {
public:
  /// Bytes of the data that stay as they are, from `from` on.
  void keep(std::string_view bytes, std::size_t from);
  /// What the `size` bytes of the data at `from` stand for.
  void undo(std::string_view meaning, std::size_t from, std::size_t size);

  void reserve(std::size_t bytes) {
    constexpr std::size_t kFew = 16;
    text_.reserve(bytes);
    segments_.reserve(kFew);
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_changed() const {
    return segments_.size() > 1 || (!segments_.empty() && segments_.front().undone != 0);
  }
  [[nodiscard]] std::size_t begin_of(std::size_t at) const;  ///< in the data, of the byte at `at`
  [[nodiscard]] std::size_t end_of(std::size_t at) const;    ///< one past it
  /// Whether the bytes from `begin` to `end` (not empty) stood so in the data.
  [[nodiscard]] bool is_kept(std::size_t begin, std::size_t end) const;

  [[nodiscard]] std::vector<std::size_t> joints() const;  ///< where in `text` something else goes on

private:
  struct Segment {
    std::size_t at = 0;      ///< in `text_`
    std::size_t from = 0;    ///< in the data
    std::size_t undone = 0;  ///< bytes of the data, if it was undone; 0 if they are kept
  };
  [[nodiscard]] const Segment& segment_of(std::size_t at) const;

  std::string text_;
  std::vector<Segment> segments_;
};

/// A way to undo. All of them leave alone what they do not understand.
struct Undo {
  char trigger;  ///< byte of the sign without which there is nothing to undo
  /// What undoing changed there, for people; `piece` is what stood in the data between a secret's two ends.
  std::string_view (*name)(std::string_view piece);
  View (*run)(std::string_view data);
  /// Of use only for secrets with blanks in them, because it makes such; or where `needs_blanks` says so.
  bool makes_blanks = false;
  bool of_bytes = true;  ///< what it undoes may have been binary data
  bool (*needs_blanks)(std::string_view data) = nullptr;
};

/// Whether `rest`, from some byte of kEscapes up to a line break, may be the beginning of something escaped that goes
/// on behind it; of two escapes for one character, of the first.
[[nodiscard]] bool may_go_on_behind(std::string_view rest);

inline constexpr std::size_t kUndos = 13;
/// Percent and form encoding, backslashes (JSON, C, PHP, shell), HTML entities, terminal escapes, line breaks, tables.
[[nodiscard]] const std::array<Undo, kUndos>& undos();

}  // namespace understudy::secrets
