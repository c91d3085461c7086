#pragma once
/// Tests of a shell text, taken apart: what is compared with what.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "container/command_walker.hpp"
#include "rehearsal/guards.hpp"

namespace understudy {

/// Names that the text gives to variables: of which other one the value is, or "" if it is something else.
using Aliases = std::map<std::string, std::string, std::less<>>;

struct GuardContext {
  std::string_view prefix;
  const Aliases& aliases;
};

[[nodiscard]] bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words);

/// Is it `[`, `test` or `[[`?
[[nodiscard]] bool is_test(const WalkedCommand& command);
/// Of a test, `negated` as if what follows ran when it is true.
[[nodiscard]] std::vector<Guard> guards_of_test(const WalkedCommand& command, const GuardContext& context);
/// Of one branch of a `case`; none for `*)`.
[[nodiscard]] std::vector<Guard> guards_of_branch(const ShellWord& subject, const ShellWords& patterns,
                                                  const GuardContext& context);

}  // namespace understudy
