#include "run/step_report.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

TEST(SubcommandOf, IsTheFirstWordThatIsNoOptionOfTheClient) {
  const std::vector<std::string> clients{"webpaas", "upsun"};

  EXPECT_EQ(subcommand_of({"/box/bin/webpaas", "--yes", "backup:create", "main"}, clients), "backup:create");
  EXPECT_EQ(subcommand_of({"/box/bin/upsun", "list"}, clients), "list");
  EXPECT_EQ(subcommand_of({"/box/bin/webpaas", "--version"}, clients), "");
  EXPECT_EQ(subcommand_of({"/usr/bin/curl", "backup:create"}, clients), "");
  EXPECT_EQ(subcommand_of({}, clients), "");
}

TEST(WholeExchanges, HoldBothBodiesAndTheOperation) {
  Exchange exchange;
  exchange.number = 3;
  exchange.platform_time = Time{} + std::chrono::seconds{5};
  exchange.method = "POST";
  exchange.path = "/me";
  exchange.query = "a=b";
  exchange.operation = "get-me";
  exchange.status = 200;
  exchange.request_headers = {{"Accept", "text/plain"}};
  exchange.request_body = "{}";
  exchange.response_body = "[]";

  const nlohmann::json lines = whole_exchanges({exchange}, Time{});

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("target"), "/me?a=b");
  EXPECT_EQ(lines[0].at("platform_ms"), 5000);
  EXPECT_EQ(lines[0].at("operation"), "get-me");
  EXPECT_EQ(lines[0].at("request").at("body"), "{}");
  EXPECT_EQ(lines[0].at("request").at("headers")[0].at("name"), "Accept");
  EXPECT_EQ(lines[0].at("response").at("body"), "[]");
}

}  // namespace
}  // namespace understudy
