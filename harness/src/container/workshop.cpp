#include "container/workshop.hpp"

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "container/shim.hpp"
#include "process/proxy_variables.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

fs::path find_in_system(const std::string& name) {
  for (const char* const folder : {"/usr/bin", "/bin", "/usr/sbin", "/sbin"}) {
    fs::path file = fs::path{folder} / name;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

bool is_interpreter(const std::string& name) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"php", "python", "node", "ruby", "perl"},
                             [&](std::string_view each) { return name.starts_with(each); });
}

/// "/app" and what is below it, where the app is elsewhere.
std::string moved(const std::string& value, const std::string& app) {
  const bool below = value == kAppFolder || value.starts_with(std::string{kAppFolder} + "/");
  return below ? app + value.substr(kAppFolder.size()) : value;
}

}  // namespace

std::set<std::string> client_names(const ClientProfile& profile) {
  std::set<std::string> names{"platform", "platformsh", "upsun", "webpaas"};
  names.insert(profile.executable);
  return names;
}

std::vector<std::string> usual_tools() {
  return {"[",       "awk",      "base64", "basename", "bash",       "bunzip2",  "bzip2",     "cat",       "chgrp",
          "chmod",   "chown",    "cksum",  "cmp",      "comm",       "cp",       "cut",       "dash",      "date",
          "dd",      "df",       "diff",   "dirname",  "du",         "echo",     "egrep",     "env",       "expand",
          "expr",    "factor",   "false",  "fgrep",    "file",       "find",     "flock",     "fmt",       "fold",
          "getconf", "git",      "grep",   "groups",   "gunzip",     "gzip",     "head",      "hostname",  "id",
          "install", "ionice",   "join",   "jq",       "kill",       "less",     "link",      "ln",        "locale",
          "logger",  "logname",  "ls",     "md5sum",   "mkdir",      "mkfifo",   "mktemp",    "more",      "mv",
          "nice",    "nl",       "nohup",  "nproc",    "od",         "openssl",  "paste",     "patch",     "pgrep",
          "pkill",   "printenv", "printf", "ps",       "pwd",        "readlink", "realpath",  "rm",        "rmdir",
          "rsync",   "sed",      "seq",    "setsid",   "sh",         "sha1sum",  "sha256sum", "sha512sum", "shred",
          "shuf",    "sort",     "split",  "ssh",      "ssh-keygen", "stat",     "stdbuf",    "stty",      "sum",
          "sync",    "tac",      "tail",   "tar",      "tee",        "test",     "timeout",   "touch",     "tr",
          "true",    "truncate", "tsort",  "tty",      "uname",      "unexpand", "uniq",      "unlink",    "unxz",
          "unzip",   "uptime",   "wc",     "who",      "whoami",     "xargs",    "xz",        "yes",       "zcat",
          "zgrep",   "zip"};
}

Workshop::Workshop(ContainerSettings settings) : settings_{std::move(settings)} {
  if (settings_.isolation == Isolation::kNone) {
    why_not_ = "it was asked for without namespaces";
  } else {
    why_not_ = why_no_namespaces();
    if (!why_not_.empty() && settings_.isolation == Isolation::kNamespaces) throw std::runtime_error{why_not_};
  }
  settings_.folder = fs::canonical(settings_.folder);
  files_.program = fs::canonical(settings_.program);
  files_.bin = settings_.folder / "bin";
  if (!settings_.client.binary.empty()) {
    files_.client = fs::canonical(settings_.client.binary);
    files_.unpacked = settings_.client.unpacked;
    if (files_.unpacked.empty()) files_.unpacked = settings_.folder / "unpacked";
    fs::create_directories(files_.unpacked);
    files_.config = settings_.folder / "config.yaml";
    std::ofstream{files_.config} << settings_.client.profile.config.dump();  // JSON is YAML too
  }
  programs_.not_ours = client_names(settings_.client.profile);
  fill_bin();
}

fs::path Workshop::program_inside() const {
  return is_isolated() ? fs::path{kOurFolder} / "understudy" : files_.program;
}

void Workshop::fill_bin() {
  fs::create_directories(files_.bin);
  for (const std::string& name : settings_.tools) {
    if (const fs::path program = find_in_system(name); !program.empty()) {
      fs::create_symlink(program, files_.bin / name);
    }
  }
  const std::string& client = settings_.client.profile.executable;
  for (const std::string name : {"curl", "wget"}) {
    fs::path real = find_in_system(name);
    if (real.empty()) continue;
    if (is_isolated()) real = fs::path{kOurFolder} / "real" / name;
    write_shim(name, "fetch", (client.empty() ? "webpaas" : client) + " " + real.string());
  }
  for (const auto& [name, _] : settings_.stand_ins) {
    if (name.find('/') == std::string::npos) write_shim(name, "stand-in");
  }
  write_shim("sleep", "sleep");
  write_shim("php", "php");
  if (settings_.client_on_path && !files_.client.empty()) {
    std::set<std::string> names = settings_.client_aliases;
    names.insert(client);
    for (const std::string& name : names) write_shim(name, "client");
  }
  for (const auto& entry : fs::directory_iterator{files_.bin}) programs_.on_path.insert(entry.path().filename());
}

void Workshop::write_shim(const std::string& name, const std::string& kind, const std::string& detail) const {
  fs::remove(files_.bin / name);
  std::ofstream{files_.bin / name} << shim_text(program_inside(), {.kind = kind, .detail = detail});
  ::chmod((files_.bin / name).c_str(), 0755);
}

std::string Workshop::stand_in_text() const { return shim_text(program_inside(), {.kind = "stand-in"}); }

std::vector<std::string> Workshop::find_missing(std::string_view command, const fs::path& tree) {
  Programs programs = programs_;
  programs.tree = tree;
  std::vector<std::string> missing = missing_programs(command, programs);
  const std::scoped_lock lock{mutex_};
  stood_in_for_.insert(missing.begin(), missing.end());
  return missing;
}

std::vector<std::string> Workshop::stood_in_for() const {
  const std::scoped_lock lock{mutex_};
  return {stood_in_for_.begin(), stood_in_for_.end()};
}

StandIn Workshop::behaviour(const std::string& path, const std::vector<std::string>& words) const {
  std::vector<std::string> names;
  const auto add = [&](std::string name) {
    if (name.starts_with("./")) name.erase(0, 2);
    if (name.starts_with("/app/")) name.erase(0, 5);
    names.push_back(name);
    names.push_back(fs::path{name}.filename());
  };
  if (is_interpreter(fs::path{path}.filename())) {
    const auto script = std::ranges::find_if(words, [](const std::string& word) { return !word.starts_with('-'); });
    if (script != words.end()) add(*script);
  }
  add(path);
  for (const std::string& name : names) {
    if (const auto row = settings_.stand_ins.find(name); row != settings_.stand_ins.end()) return row->second;
    // "vendor/bin/drush" in the world, called by a name on PATH
    for (const auto& [key, value] : settings_.stand_ins) {
      if (name.find('/') == std::string::npos && fs::path{key}.filename() == name) return value;
    }
  }
  return settings_.default_stand_in;
}

std::map<std::string, std::string> Workshop::shell_env(const Job& job, const ContainerPlaces& places) const {
  std::map<std::string, std::string> env{
      {"HOME", places.app}, {"USER", "web"}, {"LOGNAME", "web"}, {"LANG", "C.UTF-8"}, {"TZ", "UTC"}};
  const std::string& prefix = settings_.client.profile.service_env_prefix;
  const std::string platform = prefix.empty() ? "PLATFORM_" : prefix;
  env[platform + "APP_DIR"] = places.app;
  if (job.kind == JobKind::kBuildHook) {
    env[platform + "SOURCE_DIR"] = places.app;
    env[platform + "OUTPUT_DIR"] = places.app;
  }
  if (!settings_.proxy_url.empty()) lead_to_proxy(env, settings_.proxy_url);
  for (const auto& [name, value] : job.env) env[name] = is_isolated() ? value : moved(value, places.app);
  env["SHELL"] = settings_.shell;  // the client guesses from it, so whoever plays the job decides
  if (job.kind == JobKind::kBuildHook) env[platform + "CACHE_DIR"] = places.cache;
  // The machine's own folders would show what a container does not have.
  env["PATH"] = places.path;
  if (!is_isolated()) env["TMPDIR"] = places.tmp;
  if (!places.socket.empty()) env[kSocketVariable] = places.socket;
  return env;
}

nlohmann::json Workshop::client_order(const std::vector<std::string>& argv, const std::string& base_url,
                                      const ContainerPlaces& places) const {
  const std::string& prefix = settings_.client.profile.env_prefix;
  std::map<std::string, std::string> set{{prefix + "API_URL", base_url},
                                         {prefix + "AUTH_URL", base_url},
                                         {prefix + "TMP", places.ours.unpacked.string()},
                                         {"CLI_CONFIG_FILE", places.ours.config.string()}};
  for (const auto& [name, value] : settings_.client_env) set[name] = value;
  // The app cannot be written to, and is where the client keeps its state otherwise.
  const std::map<std::string, std::string> defaults{{prefix + "HOME", places.tmp},
                                                    {prefix + "NO_INTERACTION", "1"},
                                                    {"NO_COLOR", "1"},
                                                    {"COLUMNS", "200"},
                                                    {"LC_ALL", "C.UTF-8"}};
  return {{"program", places.ours.client.string()}, {"argv", argv}, {"set", set}, {"defaults", defaults}};
}

std::vector<std::string> without_waiting(std::vector<std::string> argv, const std::set<std::string>& patterns) {
  const auto command =
      std::find_if(argv.begin() + 1, argv.end(), [](const auto& word) { return !word.starts_with('-'); });
  if (command == argv.end()) return argv;
  const bool meant = std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), command->c_str(), 0) == 0; });
  if (!meant) return argv;
  const auto operands = std::find(argv.begin() + 1, argv.end(), "--");
  std::vector<std::string> cured;
  std::copy_if(argv.begin(), operands, std::back_inserter(cured),
               [](const std::string& word) { return word != "--wait" && word != "--no-wait" && word != "-W"; });
  cured.emplace_back("--no-wait");
  cured.insert(cured.end(), operands, argv.end());
  return cured;
}

}  // namespace understudy
