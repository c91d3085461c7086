#include "mock_server/header_lists.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HeaderLists, AreOfAllFieldsOfThatName) {
  const std::vector<Header> headers{{"Connection", "Keep-Alive ,\tX-Mine"}, {"X-Other", "no"}, {"connection", "TE"}};

  EXPECT_THAT(list_in(headers, "CONNECTION"), ElementsAre("keep-alive", "x-mine", "te"));
  EXPECT_THAT(list_in(headers, "Via"), IsEmpty());
}

TEST(HeaderLists, NameTheCodingsOfABody) {
  EXPECT_EQ(content_coding({{"Content-Encoding", "GZIP, identity"}, {"content-encoding", " br"}}), "gzip, br");
  EXPECT_EQ(content_coding({{"Content-Encoding", "identity"}}), "");
  EXPECT_EQ(content_coding({{"Content-Encoding", ""}}), "");
  EXPECT_EQ(content_coding({}), "");
}

}  // namespace
}  // namespace understudy
