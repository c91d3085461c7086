#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "container/running_job.hpp"
#include "harness/container.hpp"
#include "harness/remains.hpp"

namespace understudy {

namespace fs = std::filesystem;

constexpr std::size_t kMostSeenBytes = 64 << 20;  // of processes that nobody has asked for

struct ContainerRunner::Impl {
  explicit Impl(ContainerSettings settings) : workshop{std::move(settings)} {}

  /// Of an app of an environment of a project; made when first asked for.
  AppFolders& folders_of(const std::string& project, const std::string& environment, const std::string& app) {
    const auto key = std::tuple{project, environment, app};
    if (const auto known = folders.find(key); known != folders.end()) return known->second;
    const fs::path& base = workshop.settings().folder;
    const auto named = workshop.settings().apps.find(app);
    const fs::path& source = named == workshop.settings().apps.end() ? workshop.settings().other_apps : named->second;
    const auto cache = caches.try_emplace(app, base / fmt::format("cache-{}", caches.size() + 1)).first;
    return folders
        .try_emplace(key, base / fmt::format("app-{}", folders.size() + 1), source, cache->second,
                     workshop.is_isolated())
        .first->second;
  }

  void forget_what_is_over() {
    for (auto job = jobs.begin(); job != jobs.end();) {
      if (job->second.is_over()) {
        keep_processes(job->first, job->second);
        job = jobs.erase(job);
      } else {
        ++job;
      }
    }
  }

  void keep_processes(std::uint64_t number, RunningJob& job) {
    Sightings seen = job.take_processes();
    const std::size_t dropped = job.take_dropped_output();
    if (seen.processes.empty() && seen.unseen == 0 && seen.why_unseen.empty() && dropped == 0) return;
    JobProcesses& kept = seen_by_job[number];
    kept.job = number;
    kept.dropped_output += dropped;
    kept.unseen_processes += seen.unseen;
    if (kept.why_processes_unseen.empty()) kept.why_processes_unseen = std::move(seen.why_unseen);
    for (SeenProcess& process : seen.processes) {
      const std::size_t bytes = memory_of(process);
      if (seen_bytes + bytes > kMostSeenBytes) {
        ++kept.unseen_processes;
        if (kept.why_processes_unseen.empty())
          kept.why_processes_unseen = "there was no room to keep those of all jobs";
        continue;
      }
      seen_bytes += bytes;
      kept.processes.push_back(std::move(process));
    }
  }

  template <class Use>
  void with_job(std::uint64_t number, const Use& use) {
    const std::scoped_lock lock{mutex};
    if (const auto job = jobs.find(number); job != jobs.end()) use(job->second);
  }

  Workshop workshop;
  JobHost* host = nullptr;
  std::mutex mutex;  ///< guards what follows
  bool shut_down = false;
  bool keeps = false;
  std::map<std::tuple<std::string, std::string, std::string>, AppFolders> folders;
  std::map<std::string, fs::path> caches;  ///< by app
  std::map<std::uint64_t, RunningJob> jobs;
  std::map<std::uint64_t, JobProcesses> seen_by_job;  ///< not taken so far
  std::size_t seen_bytes = 0;
};

ContainerRunner::ContainerRunner(ContainerSettings settings) : impl_{std::make_unique<Impl>(std::move(settings))} {}

ContainerRunner::~ContainerRunner() {
  shut_down();
  std::set<fs::path> kept;
  if (impl_->keeps) {
    for (auto& [_, folders] : impl_->folders) {
      folders.unlock();
      kept.insert(folders.folder());
    }
  }
  const fs::path folder = impl_->workshop.settings().folder;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator{folder, unreadable}) remove_tree(entry.path(), kept);
}

void ContainerRunner::keep() {
  const std::scoped_lock lock{impl_->mutex};
  impl_->keeps = true;
}

void ContainerRunner::connect(JobHost& host) { impl_->host = &host; }

void ContainerRunner::shut_down() {
  std::map<std::uint64_t, RunningJob> ending;
  {
    const std::scoped_lock lock{impl_->mutex};
    impl_->shut_down = true;
    ending.swap(impl_->jobs);
  }
  for (auto& [_, job] : ending) job.kill();
  for (auto& [number, job] : ending) {
    job.wait();  // without the lock: the host may be about to ask for something
    const std::scoped_lock lock{impl_->mutex};
    impl_->keep_processes(number, job);
  }
}

std::vector<JobProcesses> ContainerRunner::take_processes() {
  const std::scoped_lock lock{impl_->mutex};
  for (auto& [number, job] : impl_->jobs) impl_->keep_processes(number, job);
  std::vector<JobProcesses> taken;
  for (auto& [_, seen] : impl_->seen_by_job) taken.push_back(std::move(seen));
  impl_->seen_by_job.clear();
  impl_->seen_bytes = 0;
  return taken;
}

void ContainerRunner::start(const Job& job) {
  const std::scoped_lock lock{impl_->mutex};
  if (impl_->host == nullptr) throw std::logic_error{"ContainerRunner: a job before connect()"};
  if (impl_->shut_down) return;
  impl_->forget_what_is_over();
  AppFolders& folders = impl_->folders_of(job.project, job.environment, job.app);
  const fs::path folder = impl_->workshop.settings().folder / fmt::format("job-{}", job.number);
  impl_->jobs.try_emplace(job.number, impl_->workshop, *impl_->host, folders, job, folder);
}

void ContainerRunner::stop(std::uint64_t number) {
  impl_->with_job(number, [](RunningJob& job) { job.stop(); });
}

void ContainerRunner::kill(std::uint64_t number) {
  impl_->with_job(number, [](RunningJob& job) { job.kill(); });
}

bool ContainerRunner::is_quiet(std::uint64_t number) {
  bool quiet = true;
  impl_->with_job(number, [&](RunningJob& job) { quiet = job.is_quiet(); });
  return quiet;
}

void ContainerRunner::deployed(const std::string& project, const std::string& environment, const std::string& app) {
  const std::scoped_lock lock{impl_->mutex};
  const auto known = impl_->folders.find({project, environment, app});
  if (known != impl_->folders.end()) known->second.deployed();
}

std::string ContainerRunner::why_not_isolated() const { return impl_->workshop.why_not_isolated(); }

std::vector<std::string> ContainerRunner::stood_in_for() const { return impl_->workshop.stood_in_for(); }

}  // namespace understudy
