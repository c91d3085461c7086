// Scenarios in which secrets leak everywhere, run by the program itself: nothing that it writes about them holds one,
// in whatever shape. The hunter looks for them in all files that are there afterwards.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "mock_server/secret_hunter.hpp"
#include "places.hpp"
#include "program.hpp"
#include "temporary_folder.hpp"

namespace understudy::leaks {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kProfile = R"(name: leaky
minimal-version: "5.0"
config:
  application: {name: Leaky, executable: leaky, env_prefix: T_}
  service: {env_prefix: PLATFORM_}
  api: {base_url: "http://127.0.0.1:1", auth_url: "http://127.0.0.1:1"}
)";

/// $TOKEN_T1 and the others are API tokens of the world; $PLAN stands for the plan's path.
constexpr const char* kScenarios = R"(scenario: leaks everywhere
given: {world: leaks, token: own}
any-host: true
env: {FROM_SCENARIO: "it is $TOKEN_T1"}
steps:
- run: leaky leak $PLAN --token=$TOKEN_T2
  env: {FROM_STEP: $TOKEN_T3}
  stdout:
    is: |
      nothing of the kind
finally:
- sh: leaky nothing --token "$TOKEN_T2"; leaky leak $PLAN
  stdout: {contains: "no $TOKEN_T4 at all"}
  stderr: {matches: "^never $TOKEN_T5$"}
  files: {"shown/1": {is: "$TOKEN_T6\n"}}
---
scenario: leaks on a terminal
given: {world: leaks, token: own}
any-host: true
steps:
- run: leaky leak $PLAN
  tty: [{expect: "please type $TOKEN_T7", send: "$TOKEN_T8\n"}]
  screen: {contains: "$TOKEN_T9"}
---
scenario: cannot be run
given: {world: leaks, token: own}
steps:
- run: $TOKEN_T10 --help
---
scenario: does nothing
given: {world: leaks, token: own}
steps:
- run: leaky nothing
)";

/// A world with secrets of every kind, and a plan that leaks all of them in all shapes, wherever a report looks.
class Reports : public testing::Test {
protected:
  Reports() {
    fs::create_directories(root_.path() / "tmp");
    static_cast<void>(root_.write("fixtures/clients/leaky.yaml", kProfile));
    make_secrets();
    static_cast<void>(root_.write("plan", plan_file::text_of(leak_.acts)));
    std::string text = kScenarios;
    for (std::size_t at = text.find("$PLAN"); at != std::string::npos; at = text.find("$PLAN"))
      text.replace(at, 5, (root_.path() / "plan").string());
    static_cast<void>(root_.write("scenarios/leaks.yaml", text));
  }

  void make_secrets() {
    json world{{"users", {{"bot", json::object()}}}};
    json& project = world["projects"]["p"];
    project = {{"owner", "bot"}, {"environments", {{"main", json::object()}}}};
    const auto add_token = [&](const std::string& key, const std::string& value) {
      world["tokens"][key] = {{"user", "bot"}, {"value", value}};
      secrets_.push_back({"API token " + key, value});
    };
    add_token("own", draw_secret(Kind::kToken, 999).value);
    for (std::size_t i = 1; i <= 10; ++i) add_token(fmt::format("t{}", i), draw_secret(Kind::kToken, 1000 + i).value);
    std::size_t number = 0;
    for (const Shape& shape : shapes()) {
      for (std::size_t i = 0; i < kKinds.size(); ++i) {
        const PlantedSecret secret = draw_secret(kKinds[(number + i) % kKinds.size()], number);
        const std::optional<Made> made = shape.make(secret);
        if (!made) continue;
        project["variables"][fmt::format("env:S{}", number)] = {{"value", secret.value}, {"is_sensitive", true}};
        secrets_.push_back({secret.name, secret.value});
        const std::string& place = places()[number % places().size()].name;
        for (const std::string& name : {std::string{"Stdout"}, std::string{"Stderr"}, place})
          plant(name, number, *made);
        break;  // one kind of secret for each shape: there are enough of them
      }
      ++number;
    }
    static_cast<void>(root_.write("fixtures/worlds/leaks.yaml", world.dump()));
  }

  void plant(const std::string& place, std::size_t number, const Made& made) {
    for (const Place& each : places()) {
      const bool changes_world = each.setting != Setting::kPlain || each.name.find("Response") == 0 ||
                                 each.name == "LogStream" || each.name == "Activity" || each.name == "CoreDump" ||
                                 each.name == "LinkTarget";  // which cannot be made twice
      if (each.name == place && !changes_world && each.takes(made)) static_cast<void>(each.plant(leak_, number, made));
    }
  }

  /// Its exit code. What it prints goes to the file `console`.
  int run(std::vector<std::string> words, const std::string& console) {
    words.insert(words.begin(), {UNDERSTUDY_PROGRAM, "run", "--client", "leaky", "-j", "1"});
    return end_of(
        start({.words = std::move(words),
               .env = {"PATH=/usr/bin:/bin", "UNDERSTUDY_ROOT=" + root_.path().string(),
                       std::string{"UNDERSTUDY_CLIENT="} + LEAKY_CLIENT, "TMPDIR=" + (root_.path() / "tmp").string(),
                       "GITHUB_STEP_SUMMARY=" + (root_.path() / "summary.md").string()},
               .folder = root_.path(),
               .output = console}));
  }

  [[nodiscard]] std::string text_of(const std::string& file) const { return content_of(root_.path() / file); }

  /// What the test and the client wrote, not the program: the world and the plan; what leaked into a sandbox.
  [[nodiscard]] static bool is_ours(const std::string& path) {
    if (path == "plan" || path == "fixtures/worlds/leaks.yaml") return true;
    const std::size_t sandbox = path.find("/s-");
    if (!path.starts_with("tmp/") || sandbox == std::string::npos) return false;
    const std::string inside = path.substr(std::min(path.find('/', sandbox + 1), path.size()));
    return inside.starts_with("/home/") || inside.starts_with("/work/") || inside.starts_with("/tmp/");
  }

  /// Eleven characters of one may stand somewhere by the rules: what is told from chance are twelve. Not
  /// those of lines that all keys begin and end with, nor of what a token says of itself.
  [[nodiscard]] std::unordered_set<std::string> pieces() const {
    constexpr std::size_t kPiece = 12;
    std::unordered_set<std::string> pieces;
    for (const Secret& secret : secrets_) {
      const PlantedSecret of_kind{secret.value.starts_with("-----") ? Kind::kKey : Kind::kToken, "", secret.value};
      const std::string text = core_of(of_kind);
      const std::size_t public_part = secret.value.starts_with("eyJ") ? text.rfind('.') : 0;
      for (std::size_t at = public_part; at + kPiece <= text.size(); ++at) pieces.insert(text.substr(at, kPiece));
    }
    return pieces;
  }

  /// "report.json: S5: hex", of all files.
  [[nodiscard]] std::vector<std::string> shown() const {
    const SecretHunter hunter{secrets_};
    const std::unordered_set<std::string> known = pieces();
    std::vector<std::string> shown;
    std::size_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator{root_.path()}) {
      const std::string path = entry.path().string().substr(root_.path().string().size() + 1);
      if (is_ours(path)) continue;
      const std::string content = fs::is_regular_file(entry.symlink_status()) ? content_of(entry.path()) : "";
      bytes += content.size();
      for (std::size_t at = 0; at + 12 <= content.size(); ++at) {
        if (const std::string piece = content.substr(at, 12); known.contains(piece))
          shown.push_back(path + ": " + piece);
      }
      for (const std::string& text : {path, content}) {
        for (const Sighting& each : hunter.find(text)) {
          if (each.extent == Sighting::Extent::kFingerprint) continue;
          shown.push_back(fmt::format("{}: {}: {}", path, hunter.secrets()[each.secret].name, each.shape));
        }
      }
    }
    EXPECT_GT(bytes, 100'000U) << "there is hardly anything to look at";
    return shown;
  }

  TemporaryFolder root_;
  std::vector<Secret> secrets_;
  Leak leak_;
};

TEST_F(Reports, HoldNoSecretInAnyFormat) {
  EXPECT_EQ(run({"--keep", "--junit", "report.xml", "--json", "report.json", "--html", "report.html", "--exchanges",
                 "exchanges.ndjson"},
                "console.txt"),
            2);  // one could not be run
  EXPECT_EQ(run({"--tap", "--github"}, "tap.txt"), 2);

  for (const char* file : {"console.txt", "report.xml", "report.json", "report.html", "tap.txt", "summary.md"})
    EXPECT_THAT(text_of(file), HasSubstr(" only where it may be")) << file;
  EXPECT_THAT(text_of("exchanges.ndjson"), HasSubstr("[secret "));
  EXPECT_THAT(text_of("report.json"), HasSubstr("leaky leak"));
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(Reports, NeitherDoesAKeptSandboxOrItsInstructions) {
  EXPECT_EQ(run({"--keep", "--json", "report.json"}, "console.txt"), 2);

  std::size_t sandboxes = 0;
  for (const auto& entry : fs::recursive_directory_iterator{root_.path() / "tmp"}) {
    if (entry.path().filename() != "env" || is_ours(entry.path().string().substr(root_.path().string().size() + 1)))
      continue;
    ++sandboxes;
    EXPECT_THAT(content_of(entry.path()), HasSubstr("export T_TOKEN=  # [secret "));
  }
  EXPECT_THAT(text_of("console.txt"), HasSubstr("  by hand:  cd "));
  EXPECT_GE(sandboxes, 2U);
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(Reports, NorWhatAnUpdateWrites) {
  const std::string before = text_of("scenarios/leaks.yaml");

  EXPECT_NE(run({"-u"}, "console.txt"), 0);

  EXPECT_NE(text_of("scenarios/leaks.yaml"), before) << text_of("console.txt");
  EXPECT_THAT(shown(), IsEmpty());
}

}  // namespace
}  // namespace understudy::leaks
