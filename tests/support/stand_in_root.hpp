#pragma once
/// Starts the program in a project of its own, where the client is a script.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "program.hpp"
#include "temporary_folder.hpp"

namespace understudy {

class StandInRoot : public testing::Test {
protected:
  /// `client`: the script. With the client profiles that ship; there are no worlds.
  void set_up(const std::string& client) const {
    namespace fs = std::filesystem;
    root_.write("client", client, true);
    fs::create_directories(root_.path() / "fixtures/worlds");
    fs::copy(fs::path{SOURCE_DIR} / "fixtures/clients", root_.path() / "fixtures/clients");
    fs::create_directories(root_.path() / "tmp");
  }

  [[nodiscard]] pid_t start(std::vector<std::string> words) const {
    words.insert(words.begin(), UNDERSTUDY_PROGRAM);
    return understudy::start({.words = std::move(words),
                              .env = {"PATH=/usr/bin:/bin", "UNDERSTUDY_ROOT=" + root_.path().string(),
                                      "UNDERSTUDY_CLIENT=" + (root_.path() / "client").string(),
                                      "TMPDIR=" + (root_.path() / "tmp").string()},
                              .folder = root_.path(),
                              .output = root_.path() / "output"});
  }
  [[nodiscard]] int run(const std::vector<std::string>& words) const { return end_of(start(words)); }
  [[nodiscard]] std::string output() const { return content_of(root_.path() / "output"); }

  TemporaryFolder root_;
  Fifo fifo_{root_.path() / "fifo"};
};

}  // namespace understudy
