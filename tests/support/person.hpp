#pragma once
/// Starts the program as a person does, in a folder of theirs, with the real client of the checkout.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "program.hpp"
#include "temporary_folder.hpp"

namespace understudy {

class Person : public testing::Test {
protected:
  Person() {
    std::filesystem::create_directories(root_.path() / "tmp");
    std::filesystem::create_directories(root_.path() / "work");
  }
  void SetUp() override {
    if (!std::filesystem::exists(client())) GTEST_SKIP() << "the real client is not installed: ./dev setup";
  }
  static std::filesystem::path client() {
    return std::filesystem::path{SOURCE_DIR} / "node_modules/@upsun/cli-linux-x64/bin/upsun";
  }

  [[nodiscard]] std::filesystem::path work() const { return root_.path() / "work"; }
  [[nodiscard]] std::string out() const { return content_of(root_.path() / "stdout"); }
  [[nodiscard]] std::string err() const { return content_of(root_.path() / "stderr"); }

  [[nodiscard]] std::vector<std::string> env() const {
    return {"PATH=/usr/bin:/bin", "UNDERSTUDY_ROOT=" SOURCE_DIR, "UNDERSTUDY_CLIENT=" + client().string(),
            "TMPDIR=" + (root_.path() / "tmp").string(), "OVHCLOUD_WEBPAAS_CLI_TOKEN=ambient-token"};
  }

  /// Into the files of out() and err(); `input` is what it reads.
  [[nodiscard]] pid_t start(std::vector<std::string> words, const std::string& input = "") const {
    words.insert(words.begin(), UNDERSTUDY_PROGRAM);
    std::vector<std::string> variables = env();
    variables.insert(variables.begin(), before_env_.begin(), before_env_.end());
    return understudy::start({.words = std::move(words),
                              .env = std::move(variables),
                              .folder = work(),
                              .input = root_.write("stdin", input),
                              .output = root_.path() / "stdout",
                              .error = root_.path() / "stderr"});
  }
  [[nodiscard]] int run(const std::vector<std::string>& words, const std::string& input = "") const {
    return end_of(start(words, input));
  }

  [[nodiscard]] std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{root_.path() / "tmp"})
      names.push_back(entry.path().filename().string());
    return names;
  }

  TemporaryFolder root_;
  std::vector<std::string> before_env_{};  ///< variables that count before those of env()
  Fifo fifo_{root_.path() / "fifo"};
};

}  // namespace understudy
