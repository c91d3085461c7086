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
      {"verify", "say whether the requests of a recording still get such answers",
       R"(Sends the recorded requests again, in their order, and compares status, content type and the shape of JSON: fields
that came, went or changed their type. Values do not matter; the items of a list are laid over each other. Tokens are
exchanged anew, and what answers call otherwise now (ids, links) is called so in later requests. To --upstream only GET,
HEAD and the exchange of tokens are sent, unless --writes says otherwise; to the fake everything.

Exit codes: 0 all answers are as recorded; 1 some are not, or the recording is too old; 2 the command line or a file
cannot be understood; 3 nobody answers, or something of ours broke.

Examples:
  understudy verify list.har                 against the fake, with the world "demo"
  understudy verify list.har --world my.yaml --token bot --strict
                                             another world, as somebody else; say everything
  understudy verify list.har --upstream https://api.example.com --auth https://auth.example.com --token MY_TOKEN
                                             against a real API, with the API token in $MY_TOKEN
  understudy verify list.har --max-age 90d --json=drift.json
                                             fail when it is time to record anew)",
       declare_verify},
      {"import", "make a recording of what a browser or a proxy exported, or of WireMock's mappings",
       R"(Of a browser's or a proxy's HAR it keeps what was asked of an API, and says what it left out: pages and their files,
preflights, web sockets, other hosts, answers whose body the browser did not keep. Cookies and headers that only tell of
the browser go; every secret becomes a placeholder, and if something may be left, nothing is written.

WireMock's mappings are taken where they are exact: URL, query, headers and bodies by equalTo, equalToJson,
binaryEqualTo; any answer that is not computed; scenarios become the order of the requests. Patterns, templates and
proxies are no recording: each is named with its place.

Exit codes: 0 written; 2 the command line or a file cannot be understood, or nothing is left; 3 there may be a secret
left, or something of ours broke.

Examples:
  understudy import console.har --out list.har
  understudy import console.har --out list.har --host '*.example.com' --path /projects
                                             only what was asked there
  understudy import proxy.har --out list.har --server https://api.eu.example.com=https://api.example.com --anonymize
                                             without the names of servers and people
  understudy import wiremock/ --out list.har --partly
                                             the mappings that a recording can hold)",
       declare_import},
      {"export", "write a recording for WireMock, or as a HAR without secrets",
       R"(WireMock gets a mapping for each request, a scenario where the same request was answered differently in turn, and
files for large bodies. What it does not know (times, what headers were sent) is in the mappings' metadata: imported
again they give the same recording.

Examples:
  understudy export list.har --wiremock stubs/
  understudy export list.har --har for-others.har --anonymize)",
       declare_export},
      {"distil", "make a world of a recording: what was seen, as state that a client can change",
       R"(Users, organizations, teams, projects, environments, variables, activities, backups, domains, integrations,
certificates, deployments and tokens are written as they were first seen, before the first request that changed
something; what was made later is left out. Ids stay. Fields that the fake shows anyway are not written. Values of tokens
and sensitive variables are drawn anew.

The world is loaded and asked the same questions again. What it answers otherwise, and what no world can say, is told on
standard error and at the top of the file.

Examples:
  understudy distil list.har --out fixtures/worlds/list.yaml
  understudy exec --world fixtures/worlds/list.yaml webpaas projects
  understudy distil list.har --out - | less  look at it)",
       declare_distil},
      {"worker", "one of run's workers; started by run", "", declare_worker, true},
  };
  return table;
}

}  // namespace understudy
