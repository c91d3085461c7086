#include "check/check_kinds.hpp"

#include "check/check_requests.hpp"
#include "check/text_expectation.hpp"

namespace understudy {

const std::vector<CheckKind>& check_kinds() {
  static const std::vector<CheckKind> kinds{
      {"exit", "the exit code; 0 if not given; a list allows several; signal, SIGTERM or timeout if it did not exit",
       exit_schema(), parse_exit},
      {"stdout", "what it wrote to standard output: a text that it contains, a list of texts, or a map",
       TextExpectation::schema(), parse_stdout},
      {"stderr", "what it wrote to standard error", TextExpectation::schema(), parse_stderr},
      {"screen", "what a terminal showed, without colours and cursor movements; needs tty", TextExpectation::schema(),
       parse_screen},
      {"files",
       "files after the step, by path (~/ is the home folder, * any name): a text, null if it must not be there, or a "
       "map",
       files_schema(), parse_files},
      {"requests", "the HTTP requests that it sent, in order; other writes fail; none if nothing may be sent",
       RequestsCheck::schema(), parse_requests},
      {"activity", "the newest activity of a type: its state, or partial JSON", activity_schema(), parse_activity,
       false},
      {"state", "what the platform answers to GET of a path, as partial JSON; absent if it has nothing there",
       state_schema(), parse_state, false},
      {"blocks", "no: no platform time passed and nothing was polled; yes; forever; or for how long, and on what",
       blocks_schema(), parse_blocks},
      {"auth", "how it proved who it is: tokens asked for, by which grant, the weakest role that was needed",
       auth_schema(), parse_auth},
      {"crons", "what the runs of a cron came to so far, by its name; needs containers", crons_schema(), parse_crons,
       false, true},
      {"hooks", "the same for build, deploy and post_deploy", hooks_schema(), parse_hooks, false, true},
  };
  return kinds;
}

Checks parse_requests(const Node& value) { return {std::make_shared<const RequestsCheck>(value)}; }

}  // namespace understudy
