#include "cli/safe_options.hpp"

namespace understudy {

void declare_safety(CLI::App& app, SafeOptions& safe) {
  app.add_option("--field", safe.fields, "a header, parameter or JSON field that holds a secret; may be given again")
      ->option_text("NAME");
  app.add_flag("--anonymize", safe.anonymize, "replace e-mail addresses, names of people and host names, too");
}

}  // namespace understudy
