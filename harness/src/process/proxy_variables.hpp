#pragma once
/// The environment that leads every HTTP client to a proxy.

#include <map>
#include <string>

namespace understudy {

/// Both cases: the client knows only the small ones. What is for this machine goes past the proxy, where a program
/// asks these variables at all.
inline void lead_to_proxy(std::map<std::string, std::string>& env, const std::string& url) {
  for (const char* name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) env[name] = url;
  for (const char* name : {"no_proxy", "NO_PROXY"}) env[name] = "127.0.0.1,localhost";
}

}  // namespace understudy
