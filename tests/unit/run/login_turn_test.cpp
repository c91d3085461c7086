#include "run/login_turn.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>

namespace understudy {
namespace {

TEST(LoginTurn, IsHeldByOneAtATime) {
  std::string pattern = (std::filesystem::temp_directory_path() / "login-XXXXXX").string();  // as mkdtemp wants it
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::optional<LoginTurn> turn{folder};
  const int other = ::open((folder / "login-ports.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(other, 0);

  EXPECT_EQ(::flock(other, LOCK_EX | LOCK_NB), -1);
  EXPECT_EQ(errno, EWOULDBLOCK);
  turn.reset();
  EXPECT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);

  ::close(other);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace understudy
