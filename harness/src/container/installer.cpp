#include "container/installer.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "container/shim.hpp"

namespace understudy {
namespace {

struct Installer {
  const char* host;         // glob(7)
  const char* path;         // glob(7), without the query
  std::string_view folder;  // as a shell writes it
  std::string_view name;    // of what it installs there
};

// .platformsh/bin is what the vendor's guide of 2021 and platform-semantics.md, section 3, say; .upsun/bin is ours.
constexpr Installer kInstallers[] = {
    {"platform.sh", "/cli/installer", "$HOME/.platformsh/bin", "platform"},
    {"*.platform.sh", "/cli/installer", "$HOME/.platformsh/bin", "platform"},
    {"cli.*ovhcloud*", "/installer*", "$HOME/.platformsh/bin", "webpaas"},
    {"*.cli.*ovhcloud*", "/installer*", "$HOME/.platformsh/bin", "webpaas"},
    {"cli.upsun.com", "/installer*", "$HOME/.upsun/bin", "upsun"},
    {"raw.githubusercontent.com", "/platformsh/*cli/*/installer*", "$HOME/.${VENDOR:-platformsh}/bin", "platform"},
    {"raw.githubusercontent.com", "/upsun/*cli/*/installer*", "$HOME/.${VENDOR:-upsun}/bin", "upsun"},
};

const Installer* find_installer(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = std::min(url.find('/'), url.size());
  const std::string host{url.substr(0, slash)};
  const std::string path{url.substr(slash)};
  const auto* const found = std::ranges::find_if(kInstallers, [&](const Installer& row) {
    return ::fnmatch(row.host, host.c_str(), FNM_CASEFOLD) == 0 && ::fnmatch(row.path, path.c_str(), 0) == 0;
  });
  return found == std::end(kInstallers) ? nullptr : found;
}

}  // namespace

std::string installer_at(std::string_view url, std::string_view client, const std::string& program) {
  return installer_of(url, client, shim_text(program, {.kind = "client"}));
}

std::string installer_of(std::string_view url, std::string_view client, const std::string& text) {
  const Installer* const installer = find_installer(url);
  if (installer == nullptr) return "";
  const std::string names =
      client == installer->name ? std::string{client} : fmt::format("{} {}", client, installer->name);
  return fmt::format(R"(#!/bin/sh
{}
set -e
folder="${{INSTALL_DIR:-{}}}"
mkdir -p "$folder"
for name in {}; do
  cat >"$folder/$name" <<'END'
{}END
  chmod 755 "$folder/$name"
done
echo "The client {} was installed in $folder"
)",
                     kInstallerMark, installer->folder, names, text, client);
}

}  // namespace understudy
