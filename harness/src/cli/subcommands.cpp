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
      {"record", "run a command against an API, real or fake, and write all that is said to a HAR file",
       R"(The command runs as with `exec`, but its requests go through a recorder. Secrets are taken out before a byte is written;
a placeholder stands for each throughout. Where one may be left, nothing is written.

Exit codes: the command's, as with `exec`; 2 the command line cannot be understood, or the file is there already; 3 nothing
was written, since something may be a secret, or the machine broke.

Examples:
  understudy record --out list.har -- webpaas project:list
                                             against a fresh fake of the world "demo"
  OVHCLOUD_WEBPAAS_CLI_TOKEN=... understudy record --anonymize --upstream https://eu.api.webpaas.ovhcloud.com       --auth https://eu.auth.webpaas.ovhcloud.com -- webpaas project:list
                                             against the real thing, with your own token
  understudy record --scenario scenarios/auth/expiry.yaml:32 --out recordings
                                             what its clients said, a file for each scenario
  understudy record --upstream https://api.example.com --ca corporate.pem --listen=8080
                                             for a client that runs elsewhere; it prints what to export)",
       declare_record, false, true},
      {"replay", "answer from a recording instead of the platform: a command, or whoever comes",
       R"(With a command it is run as by exec, with the recording for a platform. Without one the recording is served until
Ctrl-C, and what to export is printed.

What is compared: the method, the path, the query in any order, and the body: JSON by its values, forms in any order,
else byte by byte; headers only where --match names them. What differs from run to run by its nature is left out: state,
code_challenge and redirect_uri of a login, code_verifier, the key that a certificate is asked for, max_delay of logs, the
times of metrics, and _ of browsers. What stands for a secret in the recording (understudy-access-token-1) matches any
text, and then that text throughout.
The order: changes as they were recorded, once each; reads between two changes in any order, and the k-th time the
k-th answer. After the last one a read gets it again, unless it shows an activity that is not finished, or a change since
then concerns it. A request that was not recorded gets 501; in the end the nearest recorded one is shown, and what differs.

Exit codes: the command's; 1 if something was asked that is not in the recording, or with --all-used if something in it
was never asked; 2 and 3 as below `understudy --help`.

Examples:
  understudy replay demo.har -- webpaas projects
                                             the command as it was recorded
  understudy replay demo.har --all-used -- sh test.sh
                                             and everything in the file has to be asked for
  understudy replay demo.har --speed 0       serve it; logs come at once
  understudy replay demo.har --loose --world company -- webpaas variable:list -p abcdef1234567
                                             what is not in it, a world answers
  understudy replay page.har --match 'query: {ignore: [page]}' --match 'headers: [Accept]'
                                             other rules)",
       declare_replay, false, false, true},
      {"worker", "one of run's workers; started by run", "", declare_worker, true},
  };
  return table;
}

}  // namespace understudy
