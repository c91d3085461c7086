// Every secret that a world has or a client gives is in the registry, with its kind; also what was refused or replaced.
#include "server_fixture.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct KeptSecrets : Server {
  [[nodiscard]] std::string what_is(const std::string& value) {
    for (const Secret& secret : server->secrets().all()) {
      if (secret.value == value) return std::string{to_string(secret.kind)} + ": " + secret.name;
    }
    return "unknown";
  }
};

TEST_F(KeptSecrets, OfAWorldAreAllThatItHas) {
  start(R"(
projects:
  p1:
    variables: {PUBLIC: {value: readable-by-all}, P: {value: project-level-value, is_sensitive: true}}
    certificates: {c0ffee: {key: key-of-a-certificate}}
    integrations:
      hook: {type: webhook, url: "https://example.com/", shared_key: key-of-a-webhook}
      bucket: {type: bitbucket, repository: a/b, app_credentials: {key: public-part, secret: secret-of-bitbucket}}
    environments:
      main:
        variables: {E: {value: environment-level-value, is_sensitive: true}}
        http_access: {basic_auth: {editor: password-of-the-site}}
        domains: {example.com: {ssl: {key: key-of-a-domain}}}
)");

  EXPECT_EQ(what_is("project-level-value"), "sensitive variable: variable P");
  EXPECT_EQ(what_is("environment-level-value"), "sensitive variable: variable E");
  EXPECT_EQ(what_is("readable-by-all"), "unknown");
  EXPECT_EQ(what_is("key-of-a-certificate"), "private key: private key of certificate c0ffee");
  EXPECT_EQ(what_is("key-of-a-domain"), "private key: private key of example.com");
  EXPECT_EQ(what_is("key-of-a-webhook"), "secret: shared_key of integration hook");
  EXPECT_EQ(what_is("secret-of-bitbucket"), "secret: app_credentials of integration bucket");
  EXPECT_EQ(what_is("public-part"), "unknown");
  EXPECT_EQ(what_is("password-of-the-site"), "secret: password of editor on main");
  EXPECT_EQ(what_is(api_token("alice")), "API token: API token alice");
  log_in("alice");
  EXPECT_THAT(get(kMain + "/domains/example.com")->body, Not(HasSubstr("key-of-a-domain")));
}

TEST_F(KeptSecrets, OfAVariableAreAllValuesThatItEverHad) {
  start();
  log_in("alice");
  const std::string variables = "/projects/p1/variables";

  EXPECT_EQ(post(variables, {{"name", "A"}, {"value", "first-value"}, {"is_sensitive", true}})->status, 201);
  EXPECT_EQ(patch(variables + "/A", {{"value", "second-value"}})->status, 200);
  EXPECT_EQ(patch(variables + "/A", {{"value", "refused-value"}, {"is_sensitive", false}})->status, 400);
  EXPECT_EQ(post(variables, {{"name", "A"}, {"value", "value-of-a-twin"}, {"is_sensitive", true}})->status, 409);
  EXPECT_EQ(post(variables, {{"name", "B"}, {"value", "readable-first"}})->status, 201);
  EXPECT_EQ(what_is("readable-first"), "unknown");
  EXPECT_EQ(patch(variables + "/B", {{"is_sensitive", true}})->status, 200);

  for (const char* value : {"first-value", "second-value", "refused-value", "value-of-a-twin"})
    EXPECT_EQ(what_is(value), "sensitive variable: variable A") << value;
  EXPECT_EQ(what_is("readable-first"), "sensitive variable: variable B") << "from now on";
}

TEST_F(KeptSecrets, OfAnInheritedVariableIsTheOwnValueOfTheChild) {
  start(R"(
projects:
  p1:
    environments:
      main: {variables: {A: {value: value-of-the-parent, is_sensitive: true}}}
      dev: {parent: main}
)");
  log_in("alice");

  EXPECT_EQ(patch("/projects/p1/environments/dev/variables/A", {{"value", "value-of-the-child"}})->status, 200);

  EXPECT_EQ(what_is("value-of-the-child"), "sensitive variable: variable A") << "what it overrides is sensitive";
}

TEST_F(KeptSecrets, OfWhatBecomesSensitiveAreClosedWhereverTheyWereWrittenDown) {
  start();
  log_in("alice");
  const std::string variables = kMain + "/variables";
  ASSERT_EQ(post(variables, {{"name", "A"}, {"value", "value-before"}})->status, 201);
  ASSERT_EQ(post(variables, {{"name", "B"}, {"value", "value-of-another"}})->status, 201);
  server->advance(std::chrono::minutes{10});
  ASSERT_EQ(post(kMain + "/backup")->status, 200);
  server->advance(std::chrono::minutes{30});
  log_in("alice");
  ASSERT_EQ(patch(variables + "/A", {{"value", "value-after"}})->status, 200);
  ASSERT_THAT(get("/projects/p1/activities")->body, HasSubstr("value-before"));

  ASSERT_EQ(patch(variables + "/A", {{"is_sensitive", true}})->status, 200);

  const std::string activities = get("/projects/p1/activities")->body;
  EXPECT_THAT(activities, Not(HasSubstr("value-before")));
  EXPECT_THAT(activities, Not(HasSubstr("value-after")));
  EXPECT_THAT(activities, HasSubstr("value-of-another"));
  EXPECT_EQ(what_is("value-before"), "sensitive variable: variable A") << "it is in the backup";
  server->advance(std::chrono::minutes{10});
  const std::string backup = body(get(kMain + "/backups"))[0]["id"];
  ASSERT_EQ(post(kMain + "/backups/" + backup + "/restore", {{"environment_name", "dev"}})->status, 200);
  server->advance(std::chrono::minutes{30});
  log_in("alice");
  const nlohmann::json restored = body(get("/projects/p1/environments/dev/variables/A"));
  EXPECT_EQ(restored["is_sensitive"], true);
  EXPECT_FALSE(restored.contains("value"));
}

TEST_F(KeptSecrets, OfIntegrationsAndSitesAreTheReplacedOnesToo) {
  start();
  log_in("alice");
  const auto created = post("/projects/p1/integrations",
                            {{"type", "webhook"}, {"url", "https://example.com/"}, {"shared_key", "first-key"}});
  ASSERT_EQ(created->status, 201) << created->body;
  const std::string id = body(created)["_embedded"]["entity"]["id"];
  EXPECT_EQ(patch("/projects/p1/integrations/" + id, {{"shared_key", "second-key"}})->status, 200);
  EXPECT_EQ(post("/projects/p1/integrations", {{"type", "health.slack"}, {"token", "token-of-no-use"}})->status, 400);
  EXPECT_EQ(patch(kMain, {{"http_access", {{"basic_auth", {{"editor", "first-password"}}}}}})->status, 200);
  EXPECT_EQ(patch(kMain, {{"http_access", {{"basic_auth", {{"editor", "second-password"}}}}}})->status, 200);

  EXPECT_EQ(what_is("first-key"), "secret: shared_key of integration webhook");
  EXPECT_EQ(what_is("second-key"), "secret: shared_key of integration webhook");
  EXPECT_EQ(what_is("token-of-no-use"), "secret: token of integration health.slack");
  EXPECT_EQ(what_is("first-password"), "secret: password of editor on main");
  EXPECT_EQ(what_is("second-password"), "secret: password of editor on main");
}

TEST_F(KeptSecrets, OfCertificatesAreKeysThatWereRefusedToo) {
  start();
  log_in("alice");

  EXPECT_EQ(post("/projects/p1/certificates", {{"certificate", "none"}, {"key", "key-of-nothing"}})->status, 400);
  EXPECT_EQ(post("/projects/p1/domains", {{"name", "a b"}, {"ssl", {{"key", "key-of-no-domain"}}}})->status, 400);

  EXPECT_EQ(what_is("key-of-nothing"), "private key: private key of a certificate");
  EXPECT_EQ(what_is("key-of-no-domain"), "private key: private key of a b");
}

}  // namespace
}  // namespace understudy
