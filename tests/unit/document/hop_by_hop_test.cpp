#include "mock_server/hop_by_hop.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(HopByHop, IsWhatAnIntermediaryDoesNotPassOnInAnyCase) {
  for (const char* const name : {"Connection", "keep-alive", "Proxy-Authenticate", "PROXY-AUTHORIZATION",
                                 "Proxy-Connection", "TE", "trailer", "Transfer-Encoding", "Upgrade"})
    EXPECT_TRUE(is_hop_by_hop(name)) << name;
}

TEST(HopByHop, IsNotWhatIsSaidToTheOtherEnd) {
  for (const char* const name : {"Content-Length", "Content-Encoding", "Host", "Expect", "Accept-Encoding", ""})
    EXPECT_FALSE(is_hop_by_hop(name)) << name;
}

}  // namespace
}  // namespace understudy
