// One server in a folder, and files that are watched.

#include "serve/claim.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "mock_server/document.hpp"
#include "serve/file_watch.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(Claim, IsOneServersOnly) {
  const TemporaryFolder folder;
  {
    const Claim claim{folder.path()};
    claim.write({.url = "http://127.0.0.1:4711", .pid = 12});
    try {
      const Claim other{folder.path()};
      FAIL() << "it had two";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("runs already, at http://127.0.0.1:4711 (process 12)"));
    }
    EXPECT_EQ(running_server(folder.path())->url, "http://127.0.0.1:4711");
  }
  EXPECT_FALSE(running_server(folder.path()));
  const Claim next{folder.path()};
}

TEST(Claim, OfOneThatWasKilledCountsNoMore) {
  const TemporaryFolder folder;
  { const Claim claim{folder.path()}; }
  folder.write(".understudy/serve/server.json", R"({"url": "http://127.0.0.1:4711"})");  // nobody holds the lock

  EXPECT_FALSE(running_server(folder.path()));
  const Claim next{folder.path()};
  EXPECT_FALSE(running_server(folder.path())) << "it does not say yet where it is";
}

TEST(Claim, IsNobodyElsesBusiness) {
  const TemporaryFolder folder;
  const Claim claim{folder.path()};
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / ".understudy/serve").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(FileWatch, SeesWhatIsWrittenAndWhatTakesItsPlace) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a.yaml", "1");
  FileWatch watch;
  watch.watch({file});
  EXPECT_FALSE(watch.take());

  folder.write("other.yaml", "1");
  EXPECT_FALSE(watch.take());
  folder.write("a.yaml", "2");
  EXPECT_TRUE(watch.take());
  fs::rename(folder.write("new", "3"), file);
  EXPECT_TRUE(watch.take());
  EXPECT_FALSE(watch.take());
}

TEST(FileWatch, FollowsLinks) {
  const TemporaryFolder folder;
  const fs::path target = folder.write("there/a.yaml", "1");
  fs::create_symlink(target, folder.path() / "link.yaml");
  FileWatch watch;
  watch.watch({folder.path() / "link.yaml"});

  folder.write("there/a.yaml", "2");

  EXPECT_TRUE(watch.take());
}

}  // namespace
}  // namespace understudy
