// Where which secret may be, and why: one table, the same for every scenario.
#include "harness/exposure.hpp"

namespace understudy {

const std::vector<Allowance>& allowances() {
  static const std::vector<Allowance> kTable{
      // What goes to the platform: the path of a request to it begins with a slash, that of another host is a URL.
      {"access token", "header Authorization of * /*", "", "it opens the platform's API"},
      {"API token", "body of POST /*oauth2/token", "", "it is exchanged there"},
      {"refresh token|authorization code|PKCE verifier", "body of POST /*oauth2/token", "", "it is exchanged there"},
      {"access token|refresh token", "body of POST /*oauth2/revoke", "", "it is given back there"},
      {"fingerprint of PKCE verifier",
       "target of GET /*oauth2/authorize|header * of *|response header Location of *|"
       "environment variable CLI_OAUTH_CODE_CHALLENGE of php",
       "", "the challenge is its digest"},
      {"sensitive variable|API token|secret", "body of P* /*variables*", "", "its value is set there"},
      {"secret|API token", "body of P* /*integrations*", "", "the integration works with it"},
      {"secret", "body of P* /*environments/*", "", "passwords of sites are set there"},
      {"private key", "body of P* /*certificates*|body of P* /*domains*", "", "the site serves with it"},
      // What the platform answers.
      {"access token|refresh token", "response to POST /*oauth2/token", "", "it is issued there"},
      {"authorization code",
       "response header Location of * /*oauth2/authorize|target of GET /|* of GET http://127.0.0.1:*", "",
       "the browser carries it from the platform to the client"},
      {"API token", "response to POST /*api-tokens", "", "its value is shown once, when it is made"},
      {"secret", "response to * /*environments|response to * /*environments/*", "",
       "passwords of sites come back to those who may set them"},
      // What the client keeps. Only in files of mode 0600 in folders of mode 0700 (see hunt_files).
      {"access token|refresh token", "file ~/*/.session/*/*.json|file SANDBOX/containers/*/.session/*/*.json", "",
       "the client keeps its session"},
      {"API token", "file ~/*/.session/sess-cli-*/api-token", "", "auth:api-token-login stores it"},
      {"private key", "file ~/*/.session/*/ssh/id_*", "", "the key of its SSH certificates"},
      {"fingerprint of *", "name of file ~/*|name of file SANDBOX/containers/*", "",
       "sessions and caches are named by the digest of the token"},
      {"fingerprint of *", "file ~/*|file SANDBOX/containers/*", "",
       "sessions and caches are named by the digest of the token"},
      {"fingerprint of *", "stdout|stderr|screen", "", "the name of a session is shown with -vvv"},
      // What is handed over.
      {"*", "environment variable * of * in a container", "", "variables are readable in the container"},
      {"access token", "stdout|screen", "auth:token", "it is what the command is for"},
  };
  return kTable;
}

const std::vector<AuthRule>& auth_rules() {
  static const std::vector<AuthRule> kRules{
      {"exchange-form", "a token request has the form that the contract gives"},
      {"bearer-missing", "the client sends no request without a bearer where one is due"},
      {"renewed-once", "an expired or refused access token is renewed once, and not again before it is used"},
      {"after-logout-on-disk", "after a logout no file holds a token that is still good"},
      {"after-logout-on-platform", "after a logout the platform accepts no token that the client had"},
  };
  return kRules;
}

}  // namespace understudy
