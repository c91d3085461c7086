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
      {"worker", "one of run's workers; started by run", "", declare_worker, true},
  };
  return table;
}

}  // namespace understudy
