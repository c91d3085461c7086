// Nothing is found where nothing is: 200 MB of data as servers, builds and programs write them.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "lifelike_data.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kTotal = 4 << 20;  // a hundred times slower
#elif defined(NDEBUG)
constexpr std::size_t kTotal = 200'000'000;
#else
constexpr std::size_t kTotal = 20'000'000;
#endif
constexpr std::size_t kPiece = 2 << 20;

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class FalseAlarms : public ::testing::Test {
protected:
  void expect_none_in(std::string_view data, const std::string& what) {
    searched_ += data.size();
    for (const Sighting& each : hunter_.find(data))
      ADD_FAILURE() << secrets_[each.secret].name << " (" << each.shape << ") at " << each.begin << " of " << what;
  }

  LifelikeData data_{2025};
  std::vector<Secret> secrets_ = data_.secrets_of_all_kinds();
  SecretHunter hunter_{secrets_};
  std::size_t searched_ = 0;
};

TEST_F(FalseAlarms, NoneInLifelikeData) {
  using Make = std::string (LifelikeData::*)(std::size_t);
  ASSERT_EQ(secrets_.size(), 50U);
  const std::pair<const char*, Make> kinds[] = {{"an access log", &LifelikeData::access_log},
                                                {"a deploy log", &LifelikeData::deploy_log},
                                                {"terminal output", &LifelikeData::terminal_output},
                                                {"prose", &LifelikeData::prose},
                                                {"random base64", &LifelikeData::base64_lines},
                                                {"JSON of the API", &LifelikeData::json_responses},
                                                {"a PHP cache", &LifelikeData::php_cache},
                                                {"a binary", &LifelikeData::binary},
                                                {"a gzip file", &LifelikeData::gzip_file}};
  const std::size_t piece = std::min(kPiece, kTotal / std::size(kinds));
  while (searched_ < kTotal) {
    for (const auto& [what, make] : kinds) expect_none_in((data_.*make)(piece), what);
  }
  fmt::print("searched {} MB (of gzip files: packed) for {} secrets{}\n", searched_ / 1'000'000, secrets_.size(),
             kTotal < 200'000'000 ? "; it would be 200 in a release build" : "");
}

TEST_F(FalseAlarms, NoneInProgramsAndPacks) {
  expect_none_in(content_of("/proc/self/exe"), "this program");
  std::error_code none;
  const fs::path packs = fs::path{SOURCE_DIR} / ".git" / "objects";  // there is none in an exported tree
  std::size_t files = 0;
  for (fs::recursive_directory_iterator it{packs, none}, end; !none && it != end; it.increment(none)) {
    if (!it->is_regular_file() || it->file_size() > kPiece || searched_ > kTotal / 4) continue;
    expect_none_in(content_of(it->path()), it->path().filename());
    ++files;
  }
  fmt::print("searched this program and {} git objects and packs, {:.1f} MB\n", files,
             static_cast<double>(searched_) / 1e6);
}

}  // namespace
}  // namespace understudy
