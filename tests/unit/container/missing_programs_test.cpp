#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "container/shim.hpp"
#include "harness/container.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::ElementsAreArray;

struct Row {
  std::string name;
  std::string command;
  std::vector<std::string> missing;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.command; }

const Row kRows[] = {
    {"Name", "drush cron", {"drush"}},
    {"Tool", "grep x file", {}},
    {"Builtins", "cd /tmp; echo x; test -f y; [ a = b ]; : ; true", {}},
    {"Semicolon", "drush cron; wp cron", {"drush", "wp"}},
    {"AndOr", "drush a && wp b || mysql c", {"drush", "wp", "mysql"}},
    {"Pipe", "mysqldump db | pigz | grep x", {"mysqldump", "pigz"}},
    {"Background", "worker & wait", {"worker"}},
    {"Newlines", "drush a\n\nwp b\n", {"drush", "wp"}},
    {"Twice", "drush a; drush b", {"drush"}},
    {"Subshell", "(cd web && drush cron)", {"drush"}},
    {"Group", "{ drush cron; }", {"drush"}},
    {"If",
     "if check-it; then drush a; elif other; then wp b; else mysql c; fi",
     {"check-it", "drush", "other", "wp", "mysql"}},
    {"While", "while pending; do drush a; done", {"pending", "drush"}},
    {"Until", "until ready-yet; do grep a; done", {"ready-yet"}},
    {"For", "for x in drush wp; do process $x; done", {"process"}},
    {"ForNewline", "for x in a b\ndo\n  process $x\ndone", {"process"}},
    {"ForArguments", "for x; do process; done", {"process"}},
    {"Not", "! drush a", {"drush"}},
    {"Substitution", "echo \"$(drush status)\" $(wp x)", {"drush", "wp"}},
    {"Backquotes", "echo `drush status`", {"drush"}},
    {"NestedBackquotes", "echo `drush \\`wp x\\``", {"wp", "drush"}},
    {"Default", "echo ${X:-$(drush status)}", {"drush"}},
    {"Arithmetic", "echo $((1 + $(count-them)))", {"count-them"}},
    {"Assignment", "A=1 B=\"two words\" drush a", {"drush"}},
    {"AssignmentOnly", "A=drush", {}},
    {"AssignmentOfSubstitution", "A=$(drush status)", {"drush"}},
    {"Exec", "exec drush a", {"drush"}},
    {"Nice", "nice -n 10 drush a", {"drush"}},
    {"NiceAttached", "nice -10 drush a", {"drush"}},
    {"Timeout", "timeout -k 5 60 drush a", {"drush"}},
    {"TimeoutSignal", "timeout --signal=KILL 10m drush", {"drush"}},
    {"Env", "env -u X A=b drush a", {"drush"}},
    {"Xargs", "echo x | xargs -n 1 -I {} drush {}", {"drush"}},
    {"Sudo", "sudo -u web drush a", {"sudo", "drush"}},
    {"Time", "time drush a", {"time", "drush"}},
    {"Nohup", "nohup drush a >/dev/null 2>&1 &", {"drush"}},
    {"PrefixesInARow", "nice nohup env A=b timeout 5 drush", {"drush"}},
    {"CommandAsks", "command -v drush", {}},
    {"CommandRuns", "command drush a", {"drush"}},
    {"Redirections", "2>/dev/null drush a >out 2>&1 <in", {"drush"}},
    {"RedirectionFirst", "> out drush", {"drush"}},
    {"SingleQuotes", "echo 'drush; wp'", {}},
    {"DoubleQuotes", "echo \"drush; wp\"", {}},
    {"QuotedName", "'drush' a; \"wp\" b", {"drush", "wp"}},
    {"QuotedKeyword", "'if' x", {"if"}},
    {"Comment", "grep a # drush b; wp c\ngrep d", {}},
    {"HashInWord", "grep a#b; drush", {"drush"}},
    {"HereDocument", "cat <<END\ndrush a\nEND\nwp b", {"wp"}},
    {"HereDocumentQuoted", "cat <<'END'\n$(drush a)\nEND\nwp b", {"wp"}},
    {"HereDocumentRuns", "cat <<END\n$(drush a)\nEND", {"drush"}},
    {"HereDocumentTabs", "cat <<-END\n\tdrush\n\tEND\nwp", {"wp"}},
    {"HereDocumentPiped", "cat <<END | drush\nwp\nEND", {"drush"}},
    {"Function", "f() { drush a; }\nf; g", {"drush", "g"}},
    {"FunctionLater", "f; f() { grep x; }", {}},
    {"Case", "case $X in a|b) drush a;; (c) wp b ;; *) grep x; esac; mysql", {"drush", "wp", "mysql"}},
    {"CaseLines", "case \"$X\" in\n  production)\n    drush a\n    ;;\nesac\nwp b", {"drush", "wp"}},
    {"CaseEmpty", "case x in esac; drush", {"drush"}},
    {"Guard", "if [ \"$PLATFORM_BRANCH\" = master ]; then\n  webpaas backup:create --yes --no-wait\nfi", {}},
    {"Client", "webpaas redeploy && /app/.platformsh/bin/webpaas me", {}},
    {"Dynamic", "$DRUSH a; \"$X/bin/y\" z; ${PHP} x", {}},
    {"Php", "php bin/console x", {"php"}},
    {"Path", "bin/console x; ./artisan y; vendor/bin/drush z", {"bin/console", "artisan", "vendor/bin/drush"}},
    {"PathInTree", "bin/there; ./script.sh", {"inner"}},
    {"PathAndThenByAShell", "bin/there; sh bin/there", {"not", "at"}},
    {"AbsolutePath", "/app/vendor/bin/drush a; /usr/bin/none b", {"vendor/bin/drush"}},
    {"PathBehindCd", "cd web && ../vendor/bin/drush cron && vendor/bin/wp", {"vendor/bin/drush", "web/vendor/bin/wp"}},
    {"CdInSubshell", "(cd web; x/y); x/y", {"web/x/y", "x/y"}},
    {"CdToUnknown", "cd $X && bin/y", {}},
    {"OutsideOfTree", "../bin/x; ~/bin/y", {}},
    {"ShellText", "sh -c 'drush a; wp b'", {"drush", "wp"}},
    {"BashOptions", "bash -ec 'drush a'", {"drush"}},
    {"Script", "bash lib/cron.sh; . ./lib/more", {"from-cron", "from-more"}},
    {"ScriptInALoop", "sh loop.sh", {"in-loop"}},
    {"Eval", "eval 'drush a'", {"drush"}},
    {"Trap", "trap 'cleanup-now' EXIT", {"cleanup-now"}},
    {"Find", "find . -name x -exec convert {} \\; -print", {"convert"}},
    {"Brackets", "[[ $A == b && ( $C =~ ^(d|e)$ || $F < g ) ]] && drush a", {"drush"}},
    {"BracketsOverLines", "if [[ a == b &&\n  c == d ]]\nthen drush a; fi", {"drush"}},
    {"BracketsUnfinished", "[[ a == b\ndrush a", {"drush"}},
    {"Positional", "\"$1\" a; ${2} b; $X/bin/y", {}},
    {"Bashism", "source x; [[ a = b ]] && pushd y", {}},
    {"ContinuedLine", "drush \\\n  cron \\\n  --all", {"drush"}},
    {"Unfinished", "echo \"drush; (wp", {}},
    {"Nothing", "", {}},
};

class MissingPrograms : public testing::TestWithParam<Row> {};

TEST_P(MissingPrograms, AreFoundInShellText) {
  const TemporaryFolder tree;
  tree.write("bin/there", "#!/usr/bin/python3\nnot shell; at all\n", true);
  tree.write("script.sh", "#!/bin/sh\ninner\n", true);
  tree.write("lib/cron.sh", "from-cron\n");
  tree.write("lib/more", "from-more\n");
  tree.write("loop.sh", "sh loop.sh; in-loop\n");
  const Programs programs{.on_path = {"bash", "cat", "env", "find", "grep", "nice", "nohup", "sh", "timeout", "xargs"},
                          .not_ours = {"webpaas"},
                          .tree = tree.path()};

  EXPECT_THAT(missing_programs(GetParam().command, programs), ElementsAreArray(GetParam().missing));
}

INSTANTIATE_TEST_SUITE_P(Texts, MissingPrograms, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

TEST(Sleep, ReadsIntervalsAsCoreutilsDo) {
  EXPECT_EQ(parse_interval("5"), 5000);
  EXPECT_EQ(parse_interval("1.5"), 1500);
  EXPECT_EQ(parse_interval(".5m"), 30'000);
  EXPECT_EQ(parse_interval("2h"), 7'200'000);
  EXPECT_EQ(parse_interval("1d"), 86'400'000);
  EXPECT_EQ(parse_interval("0x10"), 16'000);
  EXPECT_EQ(parse_interval("0.0001"), 1);
  EXPECT_GT(parse_interval("inf"), 86'400'000LL * 365);
  for (const char* const bad : {"", "x", "5x", "5mm", "-1", " 5", "nan", "5 "}) {
    EXPECT_THROW(std::ignore = parse_interval(bad), std::invalid_argument) << bad;
  }
}

}  // namespace
}  // namespace understudy
