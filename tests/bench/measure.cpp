#include "measure.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace understudy::bench {
namespace {

std::chrono::duration<double, std::milli> cpu_time_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto in_ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return std::chrono::duration<double, std::milli>{in_ms(usage.ru_utime) + in_ms(usage.ru_stime)};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

void print_table(const std::vector<Row>& rows) {
  std::size_t what = 0;
  std::size_t value = 0;
  std::size_t bar = 0;
  for (const Row& row : rows) {
    what = std::max(what, row.what.size());
    value = std::max(value, row.value.size());
    bar = std::max(bar, row.bar.size());
  }
  for (const Row& row : rows) {
    const char* verdict = !row.ok ? "" : *row.ok ? "ok" : "missed";
    fmt::print("{:<{}}  {:>{}}  {:<{}}  {:<6}  {}\n", row.what, what, row.value, value, row.bar, bar, verdict,
               row.remark);
  }
}

bool all_ok(const std::vector<Row>& rows) {
  return std::none_of(rows.begin(), rows.end(), [](const Row& row) { return row.ok == false; });
}

double median(std::vector<double> values) {
  if (values.empty()) throw std::invalid_argument{"median of nothing"};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::chrono::duration<double, std::milli> cpu_time() { return cpu_time_of(RUSAGE_SELF) + cpu_time_of(RUSAGE_CHILDREN); }

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "understudy-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::system_error{errno, std::generic_category(), name};
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;  // a destructor has nobody to tell
  std::filesystem::remove_all(path_, ignored);
}

Child::Child(std::vector<std::string> argv, std::vector<std::string> env, const std::filesystem::path& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int error =
      posix_spawnp(&pid_, argv.front().c_str(), &actions, nullptr, pointers_to(argv).data(), pointers_to(env).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error{error, std::generic_category(), argv.front()};
}

Child::~Child() {
  if (pid_ >= 0) end(SIGKILL);
}

int Child::end(int signal) {
  kill(pid_, signal);
  return wait();
}

int Child::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> plain_env() {
  std::vector<std::string> env{"UNDERSTUDY_ROOT=" SOURCE_DIR};
  for (const char* name : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(name)) env.push_back(fmt::format("{}={}", name, value));
  }
  return env;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  if (!(out << text)) throw std::runtime_error{fmt::format("{}: cannot be written", file.string())};
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace understudy::bench
