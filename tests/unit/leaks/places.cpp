#include "places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace understudy::leaks {
namespace {

constexpr std::string_view kBefore = "\nnumber ";

/// Among other text, but what has to be alone.
std::string in_text(std::size_t number, const Made& made) {
  return fmt::format("{}{} = {} ;\n", kBefore, number, made.whole());
}

bool takes_all(const Made&) { return true; }

/// A stream of text that others are in, too.
bool takes_among_others(const Made& made) { return !made.needs_start; }

bool has_no_zero(const Made& made) { return made.whole().find('\0') == std::string::npos; }

/// execve(2) ends them at a zero byte.
bool takes_c_string(const Made& made) { return has_no_zero(made) && made.whole().size() < (100U << 10U); }

/// NAME_MAX, and no slash.
bool takes_file_name(const Made& made) {
  return has_no_zero(made) && made.whole().size() < 240 && made.whole().find('/') == std::string::npos;
}

bool takes_link_target(const Made& made) { return has_no_zero(made) && made.whole().size() < 4000; }

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

/// A request's first line ends at the first blank, and is cut into path, query and fragment.
bool takes_target(const Made& made) {
  return !made.needs_start && std::ranges::all_of(made.whole(), is_visible) &&
         made.whole().find_first_of("?#") == std::string::npos && made.whole().size() < 4000;
}

/// A header is one line, without blanks at its ends.
bool takes_header(const Made& made) {
  return !made.needs_start && made.whole().find_first_of(std::string{"\r\n\0", 3}) == std::string::npos &&
         made.whole().size() < 4000;
}

bool is_utf8_text(const Made& made) {
  const std::string quoted =
      nlohmann::json(made.whole()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.find("\xef\xbf\xbd") == std::string::npos && has_no_zero(made);
}

/// A world is a text file.
bool takes_world_text(const Made& made) { return !made.needs_start && is_utf8_text(made); }

/// In JSON, which would make another shape of all that it has to escape.
bool takes_json_text(const Made& made) {
  return takes_world_text(made) && nlohmann::json(made.whole()).dump() == "\"" + made.whole() + "\"";
}

/// What is written with cursor movements has to be visible characters of one byte, on one line.
bool takes_screen_row(const Made& made) {
  return takes_among_others(made) && made.whole().size() < 150 &&
         std::ranges::all_of(made.whole(), [](char c) { return is_visible(c) || c == ' '; });
}

/// Each other character first, then those between them: nothing of it stands in the stream as it is seen.
std::string by_cursor(const std::string& text) {
  std::string moves = "\n";
  for (const std::size_t first : {1U, 0U}) {
    for (std::size_t i = first; i < text.size(); i += 2) moves += fmt::format("\033[{}G{}", i + 10, text[i]);
  }
  return moves + "\n";
}

Act request(const std::string& kind, const std::string& method, const std::string& target,
            const std::string& headers = "", const std::string& body = "") {
  return {kind, {method, target, headers, body}};
}

Place stream(std::string name, std::string act, std::string other) {
  return {.name = name,
          .takes = takes_among_others,
          .plant =
              [=](Leak& leak, std::size_t number, const Made& made) {
                leak.acts.push_back({act, {fmt::format("{}{} = {}", kBefore, number, made.data)}});
                // Something else is written between its two writes.
                if (!made.second.empty()) leak.acts.push_back({other, {"in between\n"}});
                leak.acts.push_back({act, {made.second + " ;\n"}});
                return act;
              },
          .lets_digests_pass = true};
}

Place file(std::string name, std::string mode, std::string folder, bool lets_digests_pass) {
  return {.name = std::move(name),
          .takes = takes_all,
          .plant =
              [=](Leak& leak, std::size_t number, const Made& made) {
                const std::string path = fmt::format("{}/{}", folder, number);
                if (made.needs_start || !made.second.empty())
                  leak.acts.push_back({"file", {mode, path, made.data, made.second}});
                else
                  leak.acts.push_back({"file", {mode, path, in_text(number, made)}});
                return "file " + path;
              },
          .lets_digests_pass = lets_digests_pass};
}

std::vector<Place> outputs() {
  return {
      stream("Stdout", "stdout", "stderr"),
      stream("Stderr", "stderr", "stdout"),
      {.name = "Terminal",
       .takes = takes_among_others,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back({"stdout", {in_text(number, made)}});
             return std::string{"screen"};
           },
       .setting = Setting::kTerminal,
       .lets_digests_pass = true},
      {.name = "RenderedScreen",
       .takes = takes_screen_row,
       .plant =
           [](Leak& leak, std::size_t, const Made& made) {
             leak.acts.push_back({"stdout", {by_cursor(made.whole())}});
             return std::string{"screen"};
           },
       .setting = Setting::kTerminal,
       .lets_digests_pass = true},
  };
}

std::vector<Place> files() {
  return {
      file("FileInHome", "0600", "~/kept", true),
      file("FileForAllInHome", "0644", "~/shown", true),
      file("FileInWork", "0600", "kept", false),
      file("FileForAllInWork", "0644", "shown", false),
      {.name = "FileName",
       .takes = takes_file_name,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back({"file", {"0600", fmt::format("names/{},{}", number, made.whole()), ""}});
             return fmt::format("name of file names/{},*", number);
           }},
      {.name = "LinkTarget",
       .takes = takes_link_target,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back({"link", {fmt::format("to-{}", number), "/nowhere/" + made.whole()}});
             return fmt::format("link to-{}", number);
           }},
  };
}

std::vector<Place> processes() {
  return {
      {.name = "ArgumentOfChild",
       .takes = takes_c_string,
       .plant =
           [](Leak& leak, std::size_t, const Made& made) {
             leak.acts.push_back({"child", {"--secret", made.whole()}});
             return std::string{"argument of exe"};
           }},
      {.name = "ArgumentOfGrandchild",
       .takes = takes_c_string,
       .plant =
           [](Leak& leak, std::size_t, const Made& made) {
             leak.acts.push_back({"grandchild", {"--secret=" + made.whole()}});
             return std::string{"argument of exe"};
           }},
      {.name = "EnvironmentOfChild",
       .takes = takes_c_string,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back({"childenv", {fmt::format("LEAK_{}={}", number, made.whole())}});
             return fmt::format("environment variable LEAK_{} of exe", number);
           }},
  };
}

/// The fake answers all of them: a complaint would repeat the target.
void expect_request(Leak& leak, const std::string& method) {
  nlohmann::json& faults = leak.given["faults"];
  const nlohmann::json answer{{"on", method + " /leak/**"}, {"status", 200}, {"body", "thank you"}};
  if (faults.is_null()) faults = nlohmann::json::array({answer});
}

std::vector<Place> requests(std::string prefix, std::string act, std::string server) {
  const auto url = [=](std::size_t number) { return fmt::format("{}/leak/{}", server, number); };
  return {
      {.name = prefix + "Path",
       .takes = takes_target,
       .plant =
           [=](Leak& leak, std::size_t number, const Made& made) {
             expect_request(leak, "GET");
             leak.acts.push_back(request(act, "GET", url(number) + "/x/" + made.whole() + "/y"));
             return "target of GET " + url(number) + "/x*";
           }},
      {.name = prefix + "Query",
       .takes = takes_target,
       .plant =
           [=](Leak& leak, std::size_t number, const Made& made) {
             expect_request(leak, "GET");
             leak.acts.push_back(request(act, "GET", url(number) + "?a=b&secret=" + made.whole()));
             return "target of GET " + url(number);
           }},
      {.name = prefix + "Header",
       // The library that reads requests for the fake decodes percent signs in headers before we see them.
       .takes =
           [=](const Made& made) {
             return takes_header(made) && (act != "request" || made.whole().find('%') == std::string::npos);
           },
       .plant =
           [=](Leak& leak, std::size_t number, const Made& made) {
             expect_request(leak, "GET");
             leak.acts.push_back(request(act, "GET", url(number), "X-Leak: value " + made.whole() + ";\r\n"));
             return "header X-Leak of GET " + url(number);
           }},
      {.name = prefix + "Body",
       .takes = takes_all,
       .plant =
           [=](Leak& leak, std::size_t number, const Made& made) {
             expect_request(leak, "POST");
             leak.acts.push_back(
                 request(act, "POST", url(number), "", made.needs_start ? made.whole() : in_text(number, made)));
             return "body of POST " + url(number);
           }},
  };
}

std::vector<Place> platform() {
  return {
      {.name = "Response",
       .takes = takes_world_text,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.given["faults"].push_back({{"on", fmt::format("GET /answer/{}", number)},
                                             {"status", 200},
                                             {"content_type", "text/plain"},
                                             {"body", in_text(number, made)}});
             leak.acts.push_back(request("request", "GET", fmt::format("/answer/{}", number)));
             return fmt::format("response to GET /answer/{}", number);
           }},
      {.name = "ResponseHeader",
       .takes = [](const Made& made) { return takes_header(made) && takes_world_text(made); },
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.given["faults"].push_back({{"on", fmt::format("GET /answer/{}", number)},
                                             {"status", 200},
                                             {"headers", {{"X-Leak", "value " + made.whole() + ";"}}},
                                             {"body", "nothing"}});
             leak.acts.push_back(request("request", "GET", fmt::format("/answer/{}", number)));
             return fmt::format("response header X-Leak of GET /answer/{}", number);
           }},
      {.name = "LogStream",
       .takes = takes_json_text,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             const std::string id = fmt::format("act{}", number);
             leak.given["projects"]["p"]["activities"].push_back(
                 {{"id", id}, {"type", "environment.backup"}, {"environments", {"main"}}, {"log", {made.whole()}}});
             const std::string path = "/projects/p/activities/" + id + "/log";
             leak.acts.push_back(request("authorized", "GET", path));
             return "response to GET " + path;
           },
       .also = "activity environment.backup"},
      {.name = "Activity",
       .takes = takes_json_text,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.given["projects"]["p"]["activities"].push_back({{"id", fmt::format("act{}", number)},
                                                                  {"type", "environment.backup"},
                                                                  {"environments", {"main"}},
                                                                  {"payload", {{"note", made.whole()}}}});
             return std::string{"activity environment.backup"};
           }},
  };
}

/// A cron runs the client. What its processes have in their environment is theirs, whatever it is.
std::vector<Place> containers() {
  return {
      {.name = "OutputOfJob",
       .takes = takes_among_others,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back({"stdout", {in_text(number, made)}});
             return std::string{"output of cron c"};
           },
       .setting = Setting::kContainer},
      {.name = "ArgumentInJob",
       .takes = takes_c_string,
       .plant =
           [](Leak& leak, std::size_t, const Made& made) {
             leak.acts.push_back({"grandchild", {"--secret=" + made.whole()}});
             return std::string{"argument of exe in a container"};
           },
       .setting = Setting::kContainer},
      {.name = "FileOfJob",
       .takes = takes_all,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             leak.acts.push_back(
                 {"file",
                  {"0600", fmt::format("data/{}", number), made.needs_start ? made.whole() : in_text(number, made)}});
             return fmt::format("file SANDBOX/containers/app-1/mounts/0/{}", number);
           },
       .setting = Setting::kContainer,
       .lets_digests_pass = true},
      {.name = "ForeignBodyOfJob",
       .takes = takes_all,
       .plant =
           [](Leak& leak, std::size_t number, const Made& made) {
             const std::string url = fmt::format("http://example.org/leak/{}", number);
             leak.acts.push_back(
                 request("foreign", "POST", url, "", made.needs_start ? made.whole() : in_text(number, made)));
             return "body of POST " + url;
           },
       .setting = Setting::kContainer},
  };
}

/// What a process leaves behind when it dies: 2 MB of anything, with its memory in there.
Place core_dump() {
  return {
      .name = "CoreDump", .takes = takes_among_others, .plant = [](Leak& leak, std::size_t number, const Made& made) {
        if (leak.acts.empty()) leak.acts.push_back({"file", {"0600", "core"}});
        constexpr std::size_t kMiB = 1 << 20;
        std::mt19937_64 random{~number};  // not as secrets are drawn
        const std::size_t size = leak.acts.front().words.size() < 4 ? kMiB : 2048 + number % 7;
        std::string noise;
        while (noise.size() < size) noise += static_cast<char>(random() & 0xffU);
        // The memory of a program is full of zeros, around whatever is there.
        leak.acts.front().words.push_back(noise + std::string(16, '\0') + made.whole() + std::string(16, '\0'));
        return std::string{"file core"};
      }};
}

std::vector<Place> all_places() {
  std::vector<Place> all = outputs();
  const auto add = [&](std::vector<Place> more) { std::ranges::move(more, std::back_inserter(all)); };
  add(files());
  add(processes());
  add(requests("Request", "request", ""));
  add(requests("Foreign", "foreign", "http://example.org"));
  add(platform());
  add(containers());
  all.push_back(core_dump());
  return all;
}

}  // namespace

const std::vector<Place>& places() {
  static const std::vector<Place> kPlaces = all_places();
  return kPlaces;
}

}  // namespace understudy::leaks
