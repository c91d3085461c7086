#pragma once
/// What all containers of a runner share: programs, the client, and how things that are not there behave.

#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "container/isolation.hpp"
#include "harness/container.hpp"

namespace understudy {

/// What is installed by a build hook, under whatever brand, is there or is not: never does anything stand in for it.
[[nodiscard]] std::set<std::string> client_names(const ClientProfile& profile);

/// Thread-safe once it is made.
class Workshop {
public:
  explicit Workshop(ContainerSettings settings);  ///< throws std::runtime_error

  [[nodiscard]] const ContainerSettings& settings() const { return settings_; }
  [[nodiscard]] bool is_isolated() const { return why_not_.empty(); }
  [[nodiscard]] const std::string& why_not_isolated() const { return why_not_; }
  [[nodiscard]] const OurFiles& files() const { return files_; }

  /// What `command` cannot find; noted for the report.
  std::vector<std::string> find_missing(std::string_view command, const std::filesystem::path& tree);
  [[nodiscard]] std::vector<std::string> stood_in_for() const;

  /// The text of a program that stands in for one that is missing.
  [[nodiscard]] std::string stand_in_text() const;
  /// How the program at `path`, called with `words`, behaves.
  [[nodiscard]] StandIn behaviour(const std::string& path, const std::vector<std::string>& words) const;

  /// The environment of a job's shell: the container's, and what is here only.
  [[nodiscard]] std::map<std::string, std::string> shell_env(const Job& job, const ContainerPlaces& places) const;
  /// What a client's shim is told to run.
  [[nodiscard]] nlohmann::json client_order(const std::vector<std::string>& argv, const std::string& base_url,
                                            const ContainerPlaces& places) const;

private:
  void fill_bin();
  void write_shim(const std::string& name, const std::string& kind, const std::string& detail = "") const;
  [[nodiscard]] std::filesystem::path program_inside() const;

  ContainerSettings settings_;
  std::string why_not_;
  OurFiles files_;
  Programs programs_;
  mutable std::mutex mutex_;
  std::set<std::string> stood_in_for_;
};

/// `argv` of a client with `--no-wait` instead of `--wait`, if its command matches one of `patterns`.
[[nodiscard]] std::vector<std::string> without_waiting(std::vector<std::string> argv,
                                                       const std::set<std::string>& patterns);

}  // namespace understudy
