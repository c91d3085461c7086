#pragma once
/// What is in a file, to be searched.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy {

class FileView {
public:
  /// A part of the file that has no hole in it.
  struct Piece {
    std::size_t begin = 0;  ///< bytes from the file's beginning
    std::string_view bytes{};
  };

  explicit FileView(const std::filesystem::path& path);
  FileView(const FileView&) = delete;
  FileView& operator=(const FileView&) = delete;
  ~FileView();

  /// Of a large file that is mostly holes each part between them; else all of it. None of what is no usual file.
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  [[nodiscard]] std::string_view bytes() const;                          ///< of the first piece
  [[nodiscard]] const std::string& why_not() const { return why_not_; }  ///< it could not be read; "" if it could

private:
  void read(int descriptor);
  void map(int descriptor, std::size_t begin, std::size_t end);
  void map_between_holes(int descriptor);

  std::string text_{};
  std::vector<std::pair<void*, std::size_t>> mapped_{};
  std::vector<Piece> pieces_{};
  std::string why_not_{};
};

}  // namespace understudy
