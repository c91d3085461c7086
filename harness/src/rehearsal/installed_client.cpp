#include "rehearsal/installed_client.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "container/command_walker.hpp"
#include "container/installer.hpp"
#include "container/workshop.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// Of composer and npm.
bool names_package(std::string_view text) {
  constexpr std::string_view kPackages[] = {"platformsh/cli", "upsun/cli", "@upsun/cli-"};
  return std::ranges::any_of(kPackages,
                             [&](std::string_view package) { return text.find(package) != std::string_view::npos; });
}

/// Of an installer that containers here answer.
bool is_installer(const std::string& url) { return !installer_at(url, "client", "").empty(); }

/// The same, or of a release of the client, which they do not answer.
bool is_address_of_client(const std::string& url) {
  static const RE2 kRelease{R"(^https?://github\.com/(platformsh|upsun)/[\w.-]*cli[\w.-]*/releases/)"};
  return is_installer(url) || RE2::PartialMatch(url, kRelease);
}

using IsAddress = bool (*)(const std::string& url);

bool names_address(const std::string& word, IsAddress is_address) {
  static const RE2 kUrl{R"(([A-Za-z]+://[^\s'"()<>|;]+))"};
  re2::StringPiece rest{word};
  for (std::string url; RE2::FindAndConsume(&rest, kUrl, &url);) {
    if (is_address(url)) return true;
  }
  return false;
}

bool names_address(const WalkedCommand& command, IsAddress is_address) {
  const bool fetches = command.name.text == "curl" || command.name.text == "wget";
  return std::ranges::any_of(command.arguments, [&](const ShellWord& word) {
    if (names_address(word.text, is_address)) return true;
    return fetches && word.text.find('.') != std::string::npos && is_address(word.text);  // without a scheme
  });
}

bool fetches_client(const WalkedCommand& command) {
  return names_address(command, is_address_of_client) ||
         std::ranges::any_of(command.arguments, [](const ShellWord& word) { return names_package(word.text); });
}

bool is_in_tree(const Application& app, const std::set<std::string>& names) {
  for (const std::string& name : names) {
    for (const char* const folder : {".", "bin", "vendor/bin", "node_modules/.bin", ".platformsh/bin", ".upsun/bin"}) {
      std::error_code missing;
      if (fs::is_regular_file(app.root / folder / name, missing)) return true;
    }
  }
  return false;
}

}  // namespace

bool installs_client(const Application& app, const ClientProfile& client) {
  bool found = names_package(app.configuration.value("dependencies", nlohmann::json::object()).dump());
  walk_commands(app.hooks.build, app.root,
                {.command = [&](const WalkedCommand& command) { found = found || fetches_client(command); }});
  for (const char* const file : {"composer.json", "package.json"}) {
    found = found || names_package(script_at(app.root / file));
  }
  return found || is_in_tree(app, client_names(client));
}

bool runs_installer(const Application& app) {
  bool found = false;
  walk_commands(app.hooks.build, app.root, {.command = [&](const WalkedCommand& command) {
                  found = found || names_address(command, is_installer);
                }});
  return found;
}

}  // namespace understudy
