#include "run/places.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "mock_server/replace_all.hpp"

namespace understudy {
namespace {

std::string percent_encoded(std::string text) {
  replace_all(text, ":", "%3A");
  replace_all(text, "/", "%2F");
  return text;
}

/// `text` with every address on the loopback interface whose port has a name replaced by it.
std::string hide_ports(const std::string& text, const std::map<std::string, std::string>& ports) {
  static const RE2 address{R"((?:http(?::|%3A)(?://|%2F%2F))?127\.0\.0\.1(?::|%3A)([0-9]+))"};
  std::string result;
  re2::StringPiece rest{text};
  re2::StringPiece found[2];
  while (address.Match(rest, 0, rest.size(), RE2::UNANCHORED, found, 2)) {
    const auto before = static_cast<std::size_t>(found[0].data() - rest.data());
    const auto name = ports.find(found[1].as_string());
    result.append(rest.data(), before);
    name == ports.end() ? result.append(found[0].data(), found[0].size()) : result.append(name->second);
    rest.remove_prefix(before + found[0].size());
  }
  return result.append(rest.data(), rest.size());
}

}  // namespace

void Places::add_port(const std::string& base_url, const std::string& name) {
  if (!base_url.empty()) ports_[base_url.substr(base_url.rfind(':') + 1)] = name;
}

void Places::add(std::string real, std::string name) {
  places_.emplace_back(std::move(real), std::move(name));
  std::ranges::stable_sort(places_, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

void Places::add_server(const std::string& base_url, const std::string& name) {
  const std::string host = base_url.substr(base_url.find("//") + 2);
  add(base_url, name);
  for (const std::string& other : {percent_encoded(base_url), host, percent_encoded(host)}) add(other, name);
}

std::string Places::hide(std::string text) const {
  for (const auto& [real, name] : places_) replace_all(text, real, name);
  return ports_.empty() ? text : hide_ports(text, ports_);
}

std::string Places::reveal(std::string text) const {
  // The first that was added for a name is the place as such, the others are ways to write it; it is the longest but
  // for the percent-encoded one.
  for (const auto& [real, name] : places_) {
    if (real.find('%') == std::string::npos) replace_all(text, name, real);
  }
  return text;
}

Exchange Places::hide(Exchange exchange) const {
  for (std::string* text : {&exchange.path, &exchange.query, &exchange.request_body, &exchange.response_body}) {
    *text = hide(std::move(*text));
  }
  for (std::vector<Header>* headers : {&exchange.request_headers, &exchange.response_headers}) {
    for (Header& header : *headers) header.value = hide(std::move(header.value));
  }
  return exchange;
}

std::string hide_what_varies(std::string text) {
  static const RE2 listener{R"(127\.0\.0\.1(:|%3A)50(?:0[0-9]|10)\b)"};
  static const RE2 duration{R"((Received response for #\d+ after )\d+ ms)"};
  RE2::GlobalReplace(&text, listener, R"(127.0.0.1\1[PORT])");
  RE2::GlobalReplace(&text, duration, R"(\1[N] ms)");
  return text;
}

}  // namespace understudy
