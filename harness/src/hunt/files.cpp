// Files below the sandbox: names, contents, modes.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "hunt/file_view.hpp"
#include "hunt/hunt.hpp"
#include "hunt/spotter.hpp"
#include "hunt/walk.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kForOthers = 077;
constexpr std::string_view kKeyMark = "PRIVATE KEY-----";

/// Why others may read it: "mode 0644", "its folder has mode 0755", "it belongs to user 1000"; "" if they may not.
std::string open_to_others(const fs::path& path, std::uint32_t owner, std::uint32_t mode) {
  if (owner != ::geteuid()) return fmt::format("it belongs to user {}", owner);
  if ((mode & kForOthers) != 0) return fmt::format("mode {:04o}", mode & 07777U);
  struct stat folder {};
  if (::stat(ReachedPath{path.parent_path()}.c_str(), &folder) == 0 && (folder.st_mode & kForOthers) != 0)
    return fmt::format("its folder has mode {:04o}", folder.st_mode & 07777U);
  return {};
}

/// Name and value of each attribute that programs may set (xattr(7)); none where there are none.
std::vector<std::pair<std::string, std::string>> attributes_of(const fs::path& path) {
  constexpr std::size_t kLargest = 64 << 10;  // XATTR_SIZE_MAX, XATTR_LIST_MAX
  std::vector<std::pair<std::string, std::string>> attributes;
  const ReachedPath reached{path};
  if (::llistxattr(reached.c_str(), nullptr, 0) <= 0) return attributes;
  std::string names(kLargest, '\0');
  std::string value(kLargest, '\0');
  names.resize(
      static_cast<std::size_t>(std::max<ssize_t>(::llistxattr(reached.c_str(), names.data(), names.size()), 0)));
  for (std::size_t at = 0; at < names.size();) {
    std::string name = names.c_str() + at;
    at += name.size() + 1;
    const ssize_t size = ::lgetxattr(reached.c_str(), name.c_str(), value.data(), value.size());
    if (name.starts_with("user.") && size >= 0)
      attributes.emplace_back(std::move(name), value.substr(0, static_cast<std::size_t>(size)));
  }
  return attributes;
}

std::string target_of(const fs::path& link) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlink(ReachedPath{link}.c_str(), target.data(), target.size());
  target.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return target;
}

}  // namespace

std::string Hunt::name_of(const fs::path& path) const {
  const auto below = [&](const fs::path& folder) -> std::string {
    const std::string prefix = folder.string() + "/";
    return path.string().starts_with(prefix) ? path.string().substr(prefix.size()) : std::string{};
  };
  if (const std::string name = below(folders_.home); !name.empty()) return "~/" + name;
  if (std::string name = below(folders_.work); !name.empty()) return name;
  return "SANDBOX/" + below(folders_.sandbox);
}

bool Hunt::is_copy_of_client(const fs::path& path, std::int64_t size) const {
  constexpr std::int64_t kLarge = 256 << 10;
  if (size < kLarge) return false;
  std::error_code error;
  for (fs::recursive_directory_iterator it{folders_.unpacked, error}, end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().filename() != path.filename()) continue;
    if (it->file_size(error) != static_cast<std::uintmax_t>(size)) continue;
    if (FileView{it->path()}.bytes() == FileView{path}.bytes()) return true;
  }
  return false;
}

Hunt::Listing Hunt::list_files() const {
  Listing listing;
  walk(
      folders_.sandbox,
      [&](const fs::path& path, const struct stat& status) {
        listing.files.push_back({.path = path,
                                 .stamp = {.inode = status.st_ino,
                                           .size = status.st_size,
                                           .changed_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec,
                                           .mode = status.st_mode},
                                 .owner = status.st_uid});
      },
      [&](const fs::path& path, const std::string& why) { listing.unread.emplace_back(path, why); });
  return listing;
}

void Hunt::look_into_file(const Listed& file, const Spotter& spotter, Known& known) const {
  const std::string name = name_of(file.path);
  // With the folders it is in: a secret that has slashes becomes several names.
  const std::size_t last = name.size() - file.path.filename().string().size();
  spotter.look(name, "name of file " + name, "", {}, known.exposures, last);
  for (const auto& [attribute, value] : attributes_of(file.path)) {
    spotter.look(attribute, "name of attribute of file " + name, "", {}, known.exposures);
    spotter.look(value, fmt::format("attribute {} of file {}", attribute, name), "", {}, known.exposures);
  }
  if (S_ISLNK(file.stamp.mode)) {
    spotter.look(target_of(file.path), "link " + name, "", {}, known.exposures);
    return;
  }
  if (!S_ISREG(file.stamp.mode)) return;
  if (!known.is_of_client) known.is_of_client = is_copy_of_client(file.path, file.stamp.size);
  if (*known.is_of_client) return;
  const std::string open = open_to_others(file.path, file.owner, file.stamp.mode);
  const std::size_t first = known.exposures.size();
  const FileView view{file.path};
  for (const FileView::Piece& piece : view.pieces()) {
    const std::string where =
        piece.begin == 0 ? open : fmt::format("{}after byte {}", open.empty() ? "" : open + ", ", piece.begin);
    spotter.look(piece.bytes, "file " + name, where, {}, known.exposures);
  }
  for (std::size_t i = first; i < known.exposures.size(); ++i) {
    Exposure& exposure = known.exposures[i];
    if (!open.empty() && !exposure.kind.starts_with("fingerprint")) exposure.may_be.clear();
  }
  if (!view.why_not().empty())
    known.exposures.push_back(unsearched(spotter.hunter().cover("file " + name), view.why_not()));
}

void Hunt::look_into_files(const SecretHunter& hunter, std::vector<Exposure>& into) {
  const Spotter spotter{hunter, ""};
  const Listing listing = listed_ ? std::move(*listed_) : list_files();
  listed_.reset();
  for (const auto& [path, why] : listing.unread) into.push_back(unsearched(hunter.cover("file " + name_of(path)), why));
  for (const Listed& file : listing.files) {
    Known& known = files_[file.path.string()];
    if (!(known.stamp == file.stamp)) known = {.stamp = file.stamp, .secrets = 0, .exposures = {}, .is_of_client = {}};
    if (known.secrets != hunter.secrets().size()) {
      known.exposures.clear();
      look_into_file(file, spotter, known);
      known.secrets = hunter.secrets().size();
    }
    into.insert(into.end(), known.exposures.begin(), known.exposures.end());
  }
}

std::vector<Secret> Hunt::take_private_keys() {
  constexpr std::int64_t kLargestKey = 64 << 10;
  std::vector<Secret> keys;
  listed_ = list_files();
  for (const Listed& file : listed_->files) {
    if (!S_ISREG(file.stamp.mode) || file.stamp.size > kLargestKey) continue;
    const auto known = files_.find(file.path.string());
    if (known != files_.end() && known->second.stamp == file.stamp) continue;
    const FileView view{file.path};
    const std::string_view text = view.bytes();
    if (!text.starts_with("-----BEGIN") || text.find(kKeyMark) == std::string_view::npos) continue;
    keys.push_back(
        {"private key " + name_of(file.path), std::string{text}, SecretKind::kPrivateKey, SecretOrigin::kClient});
  }
  return keys;
}

}  // namespace understudy
