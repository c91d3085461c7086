#pragma once
/// The client's installers, which a build hook gets from the vendor's sites. Nothing leaves a container, so curl and
/// wget answer these addresses themselves with a shell script, which makes a client of the kind that is on PATH else.

#include <string>
#include <string_view>

namespace understudy {

/// In a line of every installer: by it our php knows that what it reads is for a shell.
inline constexpr std::string_view kInstallerMark = "# Understudy's installer of the client";

/// The script that is at `url`; "" if no installer is. `client` is what the client is called.
[[nodiscard]] std::string installer_at(std::string_view url, std::string_view client, const std::string& program);
/// The same, of one that installs this program under the client's names: its whole text.
[[nodiscard]] std::string installer_of(std::string_view url, std::string_view client, const std::string& text);

}  // namespace understudy
