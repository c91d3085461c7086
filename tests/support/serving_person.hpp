#pragma once
/// A person with `understudy serve` in one terminal, and a shell that was told about it in another.

#include <gmock/gmock.h>

#include <memory>
#include <utility>

#include "person.hpp"

namespace understudy {

class ServingPerson : public Person {
public:
  /// The server in the foreground of somebody else's terminal; ended with the object at the latest.
  class Running {
  public:
    Running(const std::filesystem::path& folder, std::vector<std::string> words, std::vector<std::string> variables) {
      words.insert(words.begin(), {UNDERSTUDY_PROGRAM, "serve"});
      std::array<int, 2> out{};
      EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
      pid_ = understudy::start(
          {.words = std::move(words), .env = std::move(variables), .folder = folder, .said_to = out[1]});
      ::close(out[1]);
      out_ = out[0];
    }
    ~Running() {
      if (pid_ > 0) end();
      ::close(out_);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// Reads until `text` has come, or the end.
    const std::string& wait_for(const std::string& text) {
      std::array<char, 512> chunk{};
      while (said_.find(text) == std::string::npos) {
        pollfd source{out_, POLLIN, 0};
        if (::poll(&source, 1, kPatienceMs) <= 0) break;
        const ssize_t size = ::read(out_, chunk.data(), chunk.size());
        if (size <= 0) break;
        said_.append(chunk.data(), static_cast<std::size_t>(size));
      }
      return said_;
    }
    [[nodiscard]] std::string url() const { return between("http://", ';', 0); }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::string control_token() const { return between("#token=", '\n', 7); }

    int end(int signal = SIGTERM) {
      ::kill(pid_, signal);
      return wait();
    }
    int wait() { return end_of(std::exchange(pid_, -1)); }

  private:
    [[nodiscard]] std::string between(const std::string& begin, char end, std::size_t less) const {
      const std::size_t from = said_.find(begin);
      return said_.substr(from + less, said_.find(end, from) - from - less);
    }

    pid_t pid_ = -1;
    int out_ = -1;
    std::string said_;
  };

protected:
  /// Waits until it says where it is.
  [[nodiscard]] std::unique_ptr<Running> serve(const std::vector<std::string>& words = {}) const {
    auto running = std::make_unique<Running>(work(), words, env());
    EXPECT_THAT(running->wait_for("Ctrl-C ends it."), testing::HasSubstr("Ctrl-C ends it."));
    return running;
  }
  /// In a shell of its own that has our environment; what it prints is in out().
  [[nodiscard]] int shell(const std::string& script, const std::string& shell = "/bin/sh") const {
    std::vector<std::string> variables = env();
    variables.emplace_back("UNDERSTUDY=" UNDERSTUDY_PROGRAM);
    return end_of(understudy::start({.words = {shell, "-c", script},
                                     .env = std::move(variables),
                                     .folder = work(),
                                     .output = root_.path() / "stdout",
                                     .error = root_.path() / "stderr"}));
  }
};

}  // namespace understudy
