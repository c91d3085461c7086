// What a shell is told, without a server.

#include "serve/shell_env.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::Not;

ServerNote note() {
  return {.bin = "/sandbox/bin",
          .env = {{"HOME", "/sandbox/it's home"}, {"OVH_CLI_TOKEN", "t$1"}},
          .own_prefixes = {"OVH_CLI_", "PLATFORM_"},
          .no_interaction = "OVH_CLI_NO_INTERACTION"};
}

TEST(ShellLines, QuoteWhatTheyExport) {
  const std::string lines = shell_lines(note(), {.path = "/usr/bin:/bin", .terminal = true});

  EXPECT_EQ(lines,
            "export PATH=/sandbox/bin:/usr/bin:/bin\n"
            "export HOME='/sandbox/it'\\''s home'\n"
            "export OVH_CLI_TOKEN='t$1'\n");
}

TEST(ShellLines, PutTheClientFirstOnce) {
  const std::string lines = shell_lines(note(), {.path = "/sandbox/bin:/usr/bin:/sandbox/bin", .terminal = true});

  EXPECT_THAT(lines, HasSubstr("export PATH=/sandbox/bin:/usr/bin\n"));
}

TEST(ShellLines, TakeAwayWhatWouldLeadTheClientElsewhere) {
  const std::string lines = shell_lines(note(), {.path = "/bin",
                                                 .names = {"OVH_CLI_API_URL", "OVH_CLI_TOKEN", "PLATFORM_PROJECT",
                                                           "SSH_AUTH_SOCK", "LANG", "PLATFORM_x()"},
                                                 .terminal = true});

  for (const char* const name : {"OVH_CLI_API_URL", "PLATFORM_PROJECT", "SSH_AUTH_SOCK"})
    EXPECT_THAT(lines, HasSubstr(std::string{"unset "} + name + "\n"));
  EXPECT_THAT(lines, Not(HasSubstr("unset OVH_CLI_TOKEN")));
  EXPECT_THAT(lines, Not(HasSubstr("LANG")));
  EXPECT_THAT(lines, Not(HasSubstr("()"))) << "no name, but something that a shell would carry out";
}

TEST(ShellLines, KeepTheClientFromAskingWhereNobodyIs) {
  EXPECT_THAT(shell_lines(note(), {.path = "/bin"}), HasSubstr("export OVH_CLI_NO_INTERACTION=1\n"));
}

}  // namespace
}  // namespace understudy
