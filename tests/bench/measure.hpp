#pragma once
/// What every measurement needs: a table of results, medians, processor time, a folder that goes away, a child.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace understudy::bench {

/// One line of the table that `./dev bench` prints.
struct Row {
  std::string what;
  std::string value;         ///< "1.23 ms"
  std::string bar{};         ///< "< 3 ms"; "" = for the record
  std::optional<bool> ok{};  ///< nullopt: no bar
  std::string remark{};      ///< how it was measured, in a few words
};
void print_table(const std::vector<Row>& rows);
[[nodiscard]] bool all_ok(const std::vector<Row>& rows);

[[nodiscard]] double median(std::vector<double> values);  ///< throws std::invalid_argument without a value

/// User and system time of this process and of its children that have been waited for.
[[nodiscard]] std::chrono::duration<double, std::milli> cpu_time();

using WallClock = std::chrono::steady_clock;
[[nodiscard]] inline double milliseconds_since(WallClock::time_point start) {
  return std::chrono::duration<double, std::milli>(WallClock::now() - start).count();
}

class TempDir {
public:
  TempDir();  ///< below the system's folder for such
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

/// A program that was started barely (posix_spawn). Still running when destroyed: it is killed and waited for.
class Child {
public:
  /// Throws std::system_error if it cannot be started. Output goes to `output`, or nowhere.
  Child(std::vector<std::string> argv, std::vector<std::string> env, const std::filesystem::path& output = "/dev/null");
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }
  int wait();           ///< exit code, or 128 + signal
  int end(int signal);  ///< sends it and waits

private:
  pid_t pid_ = -1;
};

/// PATH and HOME of this process, where the project is, and nothing else.
[[nodiscard]] std::vector<std::string> plain_env();

void write_file(const std::filesystem::path& file, const std::string& text);
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

// The measurements; one file each.
std::vector<Row> measure_step();
std::vector<Row> measure_fake();
std::vector<Row> measure_http();
std::vector<Row> measure_scale();
std::vector<Row> measure_engine();
std::vector<Row> measure_replay();
std::vector<Row> measure_hunt();
std::vector<Row> measure_state();
std::vector<Row> measure_serve();
std::vector<Row> measure_suite();

}  // namespace understudy::bench
