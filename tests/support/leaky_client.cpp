// A client that leaks what its plan (plan_file.hpp) tells it to, where it tells it to: `leaky_client leak PLAN`. Two
// more commands are what a client is asked before its first scenario.

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

#include "plan_file.hpp"

namespace {

using understudy::Act;
using Words = std::vector<std::string>;

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to programs

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error{what + ": " + std::strerror(errno)}; }

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) fail("write");
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string path_of(const std::string& word) {
  const char* const home = std::getenv("HOME");
  return word.starts_with("~/") && home != nullptr ? home + word.substr(1) : word;
}

void make_folders(const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
    ::mkdir(path.substr(0, at).c_str(), 0700);
}

int create(const std::string& word, mode_t mode) {
  const std::string path = path_of(word);
  make_folders(path);
  const int descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, mode);
  if (descriptor < 0) fail(path);
  ::fchmod(descriptor, mode);
  return descriptor;
}

/// MODE PATH CONTENT...: the contents one after another, each by a write of its own.
void write_file(const Words& words) {
  const int descriptor = create(words.at(1), static_cast<mode_t>(std::stoul(words.at(0), nullptr, 8)));
  for (std::size_t i = 2; i < words.size(); ++i) write_all(descriptor, words[i]);
  ::close(descriptor);
}

/// PATH CONTENT: the content behind a hole of 64 MiB.
void write_sparse(const Words& words) {
  const int descriptor = create(words.at(0), 0600);
  constexpr off_t kHole = 64 << 20;
  ::lseek(descriptor, kHole, SEEK_SET);
  write_all(descriptor, words.at(1));
  ::close(descriptor);
}

/// Runs itself, doing nothing, with these arguments and this environment.
void run_child(const Words& arguments, const Words& more_env) {
  Words argv{"/proc/self/exe", "nothing"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Words env = more_env;
  for (char** variable = environ; *variable != nullptr; ++variable) env.emplace_back(*variable);
  const auto pointers = [](Words& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
  };
  const pid_t child = ::fork();
  if (child == 0) {
    ::execve("/proc/self/exe", pointers(argv).data(), pointers(env).data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (status != 0) throw std::runtime_error{"a child could not be run"};
}

/// In a session of its own, with a parent that is not us.
void run_grandchild(const Words& words) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    run_child(words, {});
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (status != 0) throw std::runtime_error{"a grandchild could not be run"};
}

int connect_to(const std::string& url) {
  const std::size_t colon = url.rfind(':');
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(url.substr(colon + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail(url);
  return descriptor;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error{std::string{name} + " is not set"};
  return value;
}

/// METHOD TARGET HEADERS BODY, HEADERS with CRLF at the end of each. A body in chunks comes as it is sent.
std::string request(const std::string& server, const std::string& host, const Words& words) {
  const int descriptor = connect_to(server);
  write_all(descriptor,
            words.at(0) + " " + words.at(1) + " HTTP/1.1\r\nHost: " + host + "\r\n" + words.at(2) +
                (words[2].find("Transfer-Encoding") != std::string::npos
                     ? "Connection: close\r\n\r\n"
                     : "Connection: close\r\nContent-Length: " + std::to_string(words.at(3).size()) + "\r\n\r\n") +
                words.at(3));
  std::string answer;
  std::array<char, 4096> piece{};
  for (ssize_t count = 0; (count = ::read(descriptor, piece.data(), piece.size())) > 0;)
    answer.append(piece.data(), static_cast<std::size_t>(count));
  ::close(descriptor);
  return answer;
}

std::string request_here(const Words& words) {
  const std::string url = variable("T_API_URL");
  return request(url, url.substr(std::strlen("http://")), words);
}

/// The same with a bearer, which is fetched once.
void request_authorized(Words words) {
  static const std::string kBearer = [] {
    const std::string answer =
        request_here({"POST", "/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n",
                      "client_id=leaky&client_secret=&grant_type=api_token&api_token=" + variable("T_TOKEN")});
    constexpr std::string_view kKey = "\"access_token\":";
    const std::size_t begin = answer.find('"', answer.find(kKey) + kKey.size()) + 1;
    return answer.substr(begin, answer.find('"', begin) - begin);
  }();
  words.at(2) += "Authorization: Bearer " + kBearer + "\r\n";
  request_here(words);
}

const std::map<std::string, std::function<void(const Words&)>>& acts() {
  static const std::map<std::string, std::function<void(const Words&)>> kActs{
      {"stdout", [](const Words& words) { write_all(STDOUT_FILENO, words.at(0)); }},
      {"stderr", [](const Words& words) { write_all(STDERR_FILENO, words.at(0)); }},
      {"file", write_file},
      {"sparse", write_sparse},
      {"link",
       [](const Words& words) {
         if (::symlink(words.at(1).c_str(), path_of(words.at(0)).c_str()) != 0) fail("symlink");
       }},
      {"fifo",
       [](const Words& words) {
         if (::mkfifo(path_of(words.at(0)).c_str(), 0600) != 0) fail("mkfifo");
       }},
      {"xattr",  // PATH NAME VALUE
       [](const Words& words) {
         ::close(create(words.at(0), 0600));
         if (::setxattr(path_of(words[0]).c_str(), words.at(1).c_str(), words.at(2).data(), words[2].size(), 0) != 0)
           fail("setxattr");
       }},
      {"child", [](const Words& words) { run_child(words, {}); }},
      {"grandchild", run_grandchild},
      {"childenv", [](const Words& words) { run_child({}, words); }},
      {"request", [](const Words& words) { (void)request_here(words); }},
      {"authorized", request_authorized},
      {"foreign", [](const Words& words) { (void)request(variable("http_proxy"), "example.org", words); }},
  };
  return kActs;
}

int leak(const char* plan) {
  for (const Act& act : understudy::plan_file::read(plan)) acts().at(act.kind)(act.words);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  try {
    if (command == "leak" && argc > 2) return leak(argv[2]);
    if (command == "nothing") return 0;
    if (command == "--version") write_all(STDOUT_FILENO, "Leaky client 5.11.1\n");
    if (command == "auth:info") ::close(create(variable("T_TMP") + "/unpacked/php", 0700));
    if (command == "--version" || command == "auth:info") return 0;
  } catch (const std::exception& error) {
    write_all(STDERR_FILENO, std::string{"leaky client: "} + error.what() + "\n");
    return 3;
  }
  return 2;
}
