#include "model/container_env.hpp"

#include "mock_server/base64.hpp"
#include "model/defaults.hpp"
#include "model/git.hpp"
#include "model/variables.hpp"
#include "server_fixture.hpp"

namespace understudy {
namespace {

using model::Phase;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

using Env = std::map<std::string, std::string>;

json decoded(const Env& env, const std::string& name) { return json::parse(from_base64(env.at(name)).value()); }

/// A project with production and a child, and the usual deployment on both.
class ContainerEnv : public ::testing::Test {
protected:
  ContainerEnv() {
    project.id = "p1";
    project.region = "fr-1.webpaas.ovh.net";
    add_environment("main", model::EnvironmentType::kProduction, std::nullopt);
    add_environment("feat/x", model::EnvironmentType::kDevelopment, "main");
  }
  void add_environment(const std::string& id, model::EnvironmentType type, std::optional<std::string> parent) {
    model::Environment& environment = project.environments[id];
    environment.id = environment.name = id;
    environment.project = project.id;
    environment.machine_name = "machine-" + id.substr(0, 4);
    environment.type = type;
    environment.parent = std::move(parent);
    environment.deployment = model::Deployment::usual(project.id, id);
  }
  static model::Variable& add(model::Variables& variables, const std::string& name, const std::string& value) {
    model::Variable& variable = variables[name];
    variable.id = name;
    variable.value = value;
    return variable;
  }
  model::Variable& add_to_project(const std::string& name, const std::string& value) {
    model::Variable& variable = add(project.variables, name, value);
    variable.visible_build = true;  // as the API makes them
    return variable;
  }
  json& app(const std::string& environment = "main") {
    return project.environments.at(environment).deployment.change()["webapps"]["app"];
  }
  [[nodiscard]] Env at_runtime(const std::string& environment = "main", std::string_view name = "app") const {
    return model::container_env(project, project.environments.at(environment), name, Phase::kRuntime);
  }
  [[nodiscard]] Env in_build(const std::string& environment = "main", std::string_view name = "app") const {
    return model::container_env(project, project.environments.at(environment), name, Phase::kBuild);
  }

  model::Variables& of_main() { return project.environments.at("main").variables; }
  model::Variables& of_child() { return project.environments.at("feat/x").variables; }

  model::Project project;
};

// platform-semantics.md, the table of section 3.
TEST_F(ContainerEnv, HasInEachPhaseWhatTheTableSays) {
  const std::set<std::string> both{"PLATFORM_APP_DIR",  "PLATFORM_APPLICATION",     "PLATFORM_APPLICATION_NAME",
                                   "PLATFORM_PROJECT",  "PLATFORM_PROJECT_ENTROPY", "PLATFORM_TREE_ID",
                                   "PLATFORM_VARIABLES"};
  const std::set<std::string> build{"CI", "PLATFORM_CACHE_DIR", "PLATFORM_OUTPUT_DIR", "PLATFORM_SOURCE_DIR"};
  const std::set<std::string> runtime{
      "PLATFORM_BRANCH", "PLATFORM_DOCUMENT_ROOT",    "PLATFORM_ENVIRONMENT", "PLATFORM_RELATIONSHIPS",
      "PLATFORM_ROUTES", "PLATFORM_ENVIRONMENT_TYPE", "PLATFORM_SMTP_HOST",   "PORT"};
  const std::set<std::string> container{"HOME", "SHELL", "USER"};
  std::set<std::string> of_build = container;
  std::set<std::string> of_runtime = container;
  for (const std::set<std::string>& names : {both, build}) of_build.insert(names.begin(), names.end());
  for (const std::set<std::string>& names : {both, runtime}) of_runtime.insert(names.begin(), names.end());

  const auto names_of = [](const Env& env) {
    std::set<std::string> names;
    for (const auto& [name, value] : env) names.insert(name);
    return names;
  };
  EXPECT_EQ(names_of(in_build()), of_build);
  EXPECT_EQ(names_of(at_runtime()), of_runtime);
}

TEST_F(ContainerEnv, SaysWhereItIs) {
  const Env env = at_runtime("feat/x");

  EXPECT_THAT(env, AllOf(Contains(Pair("PLATFORM_PROJECT", "p1")), Contains(Pair("PLATFORM_BRANCH", "feat/x")),
                         Contains(Pair("PLATFORM_ENVIRONMENT", "machine-feat")),
                         Contains(Pair("PLATFORM_ENVIRONMENT_TYPE", "development")),
                         Contains(Pair("PLATFORM_APPLICATION_NAME", "app")), Contains(Pair("HOME", "/app")),
                         Contains(Pair("PLATFORM_APP_DIR", "/app")), Contains(Pair("PORT", "8888"))));
  EXPECT_EQ(decoded(env, "PLATFORM_APPLICATION"), app("feat/x"));
  EXPECT_EQ(decoded(env, "PLATFORM_ROUTES"), project.environments.at("feat/x").deployment->at("routes"));
  EXPECT_EQ(at_runtime("main").at("PLATFORM_ENVIRONMENT_TYPE"), "production");
}

TEST_F(ContainerEnv, HasAnEntropyThatStaysWithTheProject) {
  const std::string entropy = at_runtime().at("PLATFORM_PROJECT_ENTROPY");

  EXPECT_THAT(entropy, SizeIs(56));
  EXPECT_EQ(in_build("feat/x").at("PLATFORM_PROJECT_ENTROPY"), entropy);
  project.id = "p2";
  EXPECT_NE(at_runtime().at("PLATFORM_PROJECT_ENTROPY"), entropy);
}

TEST_F(ContainerEnv, HasTheTreeOfTheHeadCommit) {
  const std::string tree = model::add_tree(project.repository, {{"README.md", "x"}});
  model::Environment& main = project.environments.at("main");
  main.head_commit = model::add_commit(project.repository, {.tree = tree, .message = "x"});
  EXPECT_EQ(in_build().at("PLATFORM_TREE_ID"), tree);

  main.head_commit = "unknown";
  const std::string unknown = at_runtime().at("PLATFORM_TREE_ID");
  EXPECT_THAT(unknown, ::testing::MatchesRegex("[0-9a-f]{40}"));
  EXPECT_EQ(in_build().at("PLATFORM_TREE_ID"), unknown);
}

TEST_F(ContainerEnv, FollowsTheAppsConfiguration) {
  EXPECT_EQ(at_runtime().at("PLATFORM_DOCUMENT_ROOT"), "/app");
  app()["web"] = {{"locations", {{"/", {{"root", "web/public"}}}}}, {"upstream", {{"socket_family", "unix"}}}};

  EXPECT_EQ(at_runtime().at("PLATFORM_DOCUMENT_ROOT"), "/app/web/public");
  EXPECT_EQ(at_runtime().at("SOCKET"), "/run/app.sock");
  EXPECT_THAT(at_runtime(), Not(Contains(Key("PORT"))));
}

TEST_F(ContainerEnv, HasNoHostForEMailWhereThatIsOff) {
  EXPECT_EQ(at_runtime().at("PLATFORM_SMTP_HOST"), "smtp.internal");
  project.environments.at("main").extra["enable_smtp"] = false;
  EXPECT_EQ(at_runtime().at("PLATFORM_SMTP_HOST"), "");
}

// ---- levels and names

TEST_F(ContainerEnv, KeepsVariablesInPlatformVariablesAndEnvOnesOutOfIt) {
  add_to_project("plain", "1");
  add_to_project("env:node_env", "production");
  add_to_project("php:memory_limit", "256M");
  add_to_project("drupalsettings:site", "x");
  const Env env = at_runtime();

  EXPECT_EQ(decoded(env, "PLATFORM_VARIABLES"), (json{{"plain", "1"}, {"drupalsettings:site", "x"}}));
  EXPECT_EQ(env.at("NODE_ENV"), "production");
  EXPECT_THAT(env, Not(Contains(Key("plain"))));
}

TEST_F(ContainerEnv, PutsThePlatformBeforeTheEnvironmentBeforeTheProjectBeforeTheApp) {
  app()["variables"] = {{"env", {{"A", "app"}, {"B", "app"}, {"C", "app"}, {"PLATFORM_BRANCH", "app"}}},
                        {"site", {{"name", "app"}}}};
  add_to_project("env:B", "project");
  add_to_project("env:C", "project");
  add_to_project("site:name", "project");
  add(of_main(), "env:c", "environment");  // another name, and the same in the container
  add(of_main(), "env:PLATFORM_PROJECT", "environment");
  add(of_main(), "env:HOME", "environment");
  const Env env = at_runtime();

  EXPECT_EQ(env.at("A"), "app");
  EXPECT_EQ(env.at("B"), "project");
  EXPECT_EQ(env.at("C"), "environment");
  EXPECT_EQ(env.at("PLATFORM_BRANCH"), "main");
  EXPECT_EQ(env.at("PLATFORM_PROJECT"), "p1");
  EXPECT_EQ(env.at("HOME"), "/app");
  EXPECT_EQ(decoded(env, "PLATFORM_VARIABLES"), (json{{"site:name", "project"}}));
}

TEST_F(ContainerEnv, TakesTheAppsOwnVariablesAsTheyAreWritten) {
  app()["variables"] = json::parse(R"({"env": {"DEBUG": true, "LIMIT": 5, "HOSTS": ["a"], "": "x", "A=B": "x"},
                                       "php": {"memory_limit": "1G"}, "d8settings": {"n": 5, "list": ["a"]}})");
  const Env env = in_build();

  EXPECT_EQ(env.at("DEBUG"), "true");
  EXPECT_EQ(env.at("LIMIT"), "5");
  EXPECT_EQ(env.at("HOSTS"), R"(["a"])");
  EXPECT_EQ(decoded(env, "PLATFORM_VARIABLES"), json::parse(R"({"d8settings:n": 5, "d8settings:list": ["a"]})"));
  EXPECT_THAT(env, AllOf(Not(Contains(Key(""))), Not(Contains(Key("A=B")))));
}

TEST_F(ContainerEnv, DeliversJsonAsJsonAndSensitiveValuesReadably) {
  add_to_project("list", R"(["a", 1])").is_json = true;
  add_to_project("text", R"(["a", 1])");
  add_to_project("env:LIST", R"(["a", 1])").is_json = true;
  add_to_project("broken", "{").is_json = true;
  add_to_project("env:PASSWORD", "planted-and-worthless").is_sensitive = true;
  const Env env = at_runtime();

  EXPECT_EQ(decoded(env, "PLATFORM_VARIABLES"),
            (json{{"list", json{"a", 1}}, {"text", R"(["a", 1])"}, {"broken", "{"}}));
  EXPECT_EQ(env.at("LIST"), R"(["a", 1])");
  EXPECT_EQ(env.at("PASSWORD"), "planted-and-worthless");
}

TEST_F(ContainerEnv, ShowsInEachPhaseWhatIsVisibleInIt) {
  add_to_project("env:BOTH", "project");
  add_to_project("env:BUILD", "project").visible_runtime = false;
  add(of_main(), "env:BOTH", "environment");
  add(of_main(), "env:ASKED_FOR", "environment").visible_build = true;

  EXPECT_EQ(at_runtime().at("BOTH"), "environment");
  EXPECT_EQ(in_build().at("BOTH"), "project");
  EXPECT_EQ(in_build().at("BUILD"), "project");
  EXPECT_THAT(at_runtime(), Not(Contains(Key("BUILD"))));
  EXPECT_EQ(in_build().at("ASKED_FOR"), "environment");
}

TEST_F(ContainerEnv, ShowsAnAppWhatIsInItsScopeAndItsWorkersToo) {
  json& deployment = project.environments.at("main").deployment.change();
  deployment["webapps"]["blog"] = json::object();
  deployment["workers"]["app--queue"] = json::object();
  model::complete_deployment(deployment);
  add_to_project("env:SCOPED", "x").application_scope = {"app"};
  add_to_project("env:QUEUED", "x").application_scope = {"app--queue"};

  EXPECT_THAT(at_runtime(), AllOf(Contains(Key("SCOPED")), Not(Contains(Key("QUEUED")))));
  EXPECT_THAT(at_runtime("main", "app--queue"), AllOf(Contains(Key("SCOPED")), Contains(Key("QUEUED"))));
  EXPECT_THAT(at_runtime("main", "blog"), Not(Contains(Key("SCOPED"))));
  EXPECT_EQ(at_runtime("main", "app--queue").at("PLATFORM_APPLICATION_NAME"), "app--queue");
}

// ---- inheritance

TEST_F(ContainerEnv, InheritsWhatItMayAndPrefersItsOwn) {
  add(of_main(), "env:INHERITED", "main");
  add(of_main(), "env:KEPT", "main").is_inheritable = false;
  add(of_main(), "env:OWN", "main");
  add(of_child(), "env:OWN", "child");
  const Env env = at_runtime("feat/x");

  EXPECT_EQ(env.at("INHERITED"), "main");
  EXPECT_THAT(env, Not(Contains(Key("KEPT"))));
  EXPECT_EQ(env.at("OWN"), "child");
  EXPECT_EQ(at_runtime("main").at("OWN"), "main");
}

TEST_F(ContainerEnv, IgnoresDisabledVariables) {
  add_to_project("env:OF_PROJECT", "project");
  add(of_child(), "env:OF_PROJECT", "child").is_enabled = false;
  add(of_main(), "env:SWITCHED_OFF", "main");
  add(of_child(), "env:SWITCHED_OFF", "child").is_enabled = false;

  EXPECT_EQ(at_runtime("feat/x").at("OF_PROJECT"), "project");
  EXPECT_THAT(at_runtime("feat/x"), Not(Contains(Key("SWITCHED_OFF"))));
  EXPECT_EQ(at_runtime("main").at("SWITCHED_OFF"), "main");
}

TEST_F(ContainerEnv, EndsWhereParentsGoInACircle) {
  project.environments.at("main").parent = "feat/x";
  add(of_main(), "env:A", "main");

  EXPECT_EQ(at_runtime("feat/x").at("A"), "main");
  EXPECT_TRUE(model::visible_variable(project, project.environments.at("feat/x"), "env:A").inherited);
  EXPECT_EQ(model::visible_variable(project, project.environments.at("feat/x"), "env:B").variable, nullptr);
}

// ---- relationships

TEST_F(ContainerEnv, DescribesItsRelationships) {
  json& deployment = project.environments.at("main").deployment.change();
  deployment["services"] = json::parse(R"({"db": {"type": "mariadb:11.4"}, "pg": {"type": "postgresql:16"},
                                           "cache": {"type": "redis:7.2"}, "search": {"type": "opensearch:2"}})");
  deployment["webapps"]["blog"] = {{"type", "nodejs:22"}};
  app()["relationships"] = json::parse(R"({"database": {"service": "db", "endpoint": "admin"}, "old": "pg:postgresql",
                                           "cache": null, "search": {"service": null, "endpoint": null},
                                           "blog": {"service": "blog", "endpoint": "http"}, "gone": "nowhere:http"})");
  const json relationships = decoded(at_runtime(), "PLATFORM_RELATIONSHIPS");

  EXPECT_FALSE(relationships.contains("gone"));
  struct Row {
    std::string name, host, service, scheme, rel;
    int port;
  };
  for (const Row& row : {Row{"database", "database.internal", "db", "mysql", "admin", 3306},
                         Row{"old", "old.internal", "pg", "pgsql", "postgresql", 5432},
                         Row{"cache", "cache.internal", "cache", "redis", "redis", 6379},
                         Row{"search", "search.internal", "search", "http", "opensearch", 9200},
                         Row{"blog", "blog.internal", "blog", "http", "http", 80}}) {
    const json& list = relationships.at(row.name);
    ASSERT_THAT(list, SizeIs(1)) << row.name;
    EXPECT_EQ(list[0]["host"], row.host);
    EXPECT_EQ(list[0]["service"], row.service);
    EXPECT_EQ(list[0]["scheme"], row.scheme);
    EXPECT_EQ(list[0]["rel"], row.rel);
    EXPECT_EQ(list[0]["port"], row.port);
  }
  EXPECT_EQ(relationships["database"][0]["username"], "user");
  EXPECT_EQ(relationships["database"][0]["password"], "");
  EXPECT_EQ(relationships["cache"][0]["username"], nullptr);
}

TEST_F(ContainerEnv, IsKnownBeforeTheFirstDeploymentIfThatIsPrepared) {
  model::Environment& main = project.environments.at("main");
  main.next = main.deployment;
  main.deployment.reset();

  EXPECT_EQ(in_build().at("PLATFORM_APPLICATION_NAME"), "app");
  EXPECT_TRUE(decoded(at_runtime(), "PLATFORM_RELATIONSHIPS").contains("database"));
  EXPECT_EQ(model::find_app(main, "nope"), nullptr);
  EXPECT_THROW((void)in_build("main", "nope"), std::out_of_range);
  main.next.reset();
  EXPECT_THROW((void)in_build(), std::out_of_range);
}

// ---- what the API shows of it

constexpr std::string_view kWorldWithVariables = R"(
projects:
  p1:
    variables: {A: project, B: project}
    environments:
      main:
        variables:
          B: main
          C: main
          D: {value: main, is_inheritable: false}
          E: {value: planted-and-worthless, is_sensitive: true}
          F: main
      dev: {variables: {C: dev, F: {value: dev, is_enabled: false}}}
)";

using DeployedVariables = Server;

TEST_F(DeployedVariables, AreThoseThatApplyInheritedOnesToo) {
  start(kWorldWithVariables);
  log_in("alice");
  const json deployment = body(get("/projects/p1/environments/dev/deployments/current"));
  std::vector<std::string> shown;
  for (const json& variable : deployment.at("variables")) {
    shown.push_back(variable["name"].get<std::string>() + "=" + variable.value("value", "?"));
  }

  EXPECT_THAT(shown, ElementsAre("A=project", "B=main", "C=dev", "E=?"));
}

}  // namespace
}  // namespace understudy
