#include "cli/subcommands.hpp"

namespace understudy {

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> table{
      {"run", "run scenarios with the real client against the fake platform",
       R"(Examples:
  understudy run                             everything below scenarios/
  understudy run scenarios/auth -j 4         one folder, four at a time
  understudy run scenarios/backup.yaml:12    the scenario (or case) at line 12
  understudy run --tags 'backup and not slow' -x
                                             chosen by tag, stop at the first failure
  understudy run --last-failed --keep        what failed last time; sandboxes are kept
  understudy run --junit report.xml --json - two reports at once, one on standard output
  understudy run -u scenarios/help.yaml      accept what the client prints now)",
       declare_run},
      {"check", "say which crons of an app hold up its deploys, and what to change",
       R"(Each cron is run for a day, with the real client; a deploy comes at its worst moment; then the same with the cure.

Exit codes: 0 no cron waits; 1 one does (with --strict: or would, but for the client's guess); 2 the command line or a
file cannot be understood; 3 something of ours or of the machine broke.

Examples:
  understudy check                           the app in this folder, its production, one day
  understudy check --strict --html crons.html
                                             also what only the client's guess saves; and a page with timelines
  understudy check shop --environment staging --for 7d
                                             a week of another environment
  understudy check --world my.yaml           with your variables and roles, and how long your programs take
  understudy check --emit-scenario scenarios/backup.yaml --cron backup
                                             keep it cured: then run scenarios/backup.yaml in CI)",
       declare_check},
      {"lint", "read scenarios and worlds and say what is wrong with them, without running anything",
       R"(Examples:
  understudy lint                            everything below scenarios/ and fixtures/worlds/
  understudy lint scenarios/auth             one folder
  understudy lint fixtures/worlds/demo.yaml  a world)",
       declare_lint},
      {"schema", "print the JSON Schema of scenarios or worlds, for completion in editors",
       R"(Examples:
  understudy schema > scenario.schema.json   then, at the top of a scenario:
                                             # yaml-language-server: $schema=../scenario.schema.json
  understudy schema --world > world.schema.json
  understudy schema | jq '."$defs" | keys'   what a scenario is made of)",
       declare_schema},
      {"coverage", "say how much of the client and of the API the scenarios that passed have shown to work",
       R"(Examples:
  understudy coverage                        what the last runs have shown, by namespace, and what is missing
  understudy coverage --json                 the same for programs
  understudy coverage --floor fixtures/coverage_floor.json
                                             exit code 1 if a number is lower than there)",
       declare_coverage},
      {"findings", "list what the client is known to do wrong: where it shows secrets, which rules it breaks",
       R"(Examples:
  understudy findings                        of all scenarios below scenarios/: the lines of known:
  understudy findings --allowed              what else they let pass, and why: the lines of allow:
  understudy findings --json scenarios/auth  for programs)",
       declare_findings},
      {"exec", "run one command, or a shell, against a fresh fake: work offline",
       R"(The command has your terminal, your folder and your PATH; its home is a fresh one, other hosts are refused, and waiting
takes no time. When it ends, everything that it started ends, and the fake is gone.

Exit codes: the command's; 128 + N if signal N ended it; 127 there is no such command, 126 it cannot be run; 124 it would
have waited for ever; 2 and 3 as below `understudy --help`.

Examples:
  understudy exec webpaas projects           the client, in the world "demo"
  understudy exec --world demo --token viewer-bot -- webpaas variable:list -p abcdef1234567
                                             another world, as somebody else
  understudy exec --journal sh -c 'webpaas backup:create -p abcdef1234567 -e main --yes && echo done'
                                             and then the requests, on standard error
  understudy exec                            your shell, with webpaas in it)",
       declare_exec, false, true},
      {"serve", "run the fake as a server of its own, with a console in the browser",
       R"help(It runs until Ctrl-C, SIGTERM or serve --stop; one in each folder, which remembers it in .understudy/serve. Platform time
goes on by itself: a backup of 12 minutes takes 12 seconds at the usual speed. When the world's file changes, or one that
it extends, the platform begins anew with it; if it cannot be understood, the complaint is printed and the old one stays.

What others may do: it listens on this machine only. Requests whose Host header is another's are refused (421), pages of other
sites get nothing from the console and the control API (403), which want the token in the console's URL. With
--allow-remote the platform itself is open to whoever reaches the address, and nothing is encrypted.

The control API is at URL/.understudy/v1/; openapi.json there describes it and needs no token.

The client's installers are answered, as a build hook pipes them: plain http:// ones through the proxy that --env sets,
and all at URL/.understudy/elsewhere/HOST/PATH. An https:// address cannot be answered without a certificate that curl
trusts: use "$UNDERSTUDY_INSTALLER_URL", which --env sets.

Exit codes: 0 it was asked to end; 2 the command line or a file cannot be understood, a server of this folder runs already,
or (--env, --stop) none does; 3 something of ours or of the machine broke.

Examples:
  understudy serve                           the world "demo", a minute each second
  understudy serve --world my.yaml --speed 0 a world of your own; time goes on from the console only
  eval "$(understudy serve --env)"           in another shell: webpaas is there, and finds it
  curl -sfS "$UNDERSTUDY_INSTALLER_URL" | bash
                                             as a build hook would install the client
  understudy serve --stop                    end the server of this folder)help",
       declare_serve},
      {"worker", "one of run's workers; started by run", "", declare_worker, true},
  };
  return table;
}

}  // namespace understudy
