#include "container/running_job.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <system_error>

#include "container/progress.hpp"
#include "container/shim.hpp"
#include "process/descendants.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr int kOutputGraceMs = 200;     // after the last process, for what is still in the pipe
constexpr int kKeeperGraceMs = 10'000;  // for the kernel to end what a killed keeper leaves

}  // namespace

RunningJob::RunningJob(Workshop& workshop, JobHost& host, AppFolders& folders, Job job, fs::path folder)
    : workshop_{workshop},
      host_{host},
      folders_{folders},
      job_{std::move(job)},
      folder_{std::move(folder)},
      thread_{[this] { run(); }} {}

RunningJob::~RunningJob() = default;

void RunningJob::run() {
  {
    const std::scoped_lock lock{mutex_};
    threads_.insert(::gettid());
  }
  try {
    run_in_container();
  } catch (const std::exception& error) {
    fail(error.what());
    end_.exit_code = 1;
  }
  finish();
  host_.job_ended(job_.number, std::move(end_));
  --living_threads_;
}

void RunningJob::run_in_container() {
  const Box box = prepare();
  if (!job_.command.empty()) {
    start_keeper(box);
    watch();
    end_.exit_code = exit_code();
  }
  if (box.app.writable && end_.exit_code == 0) folders_.built(box.app.tree);
}

Box RunningJob::prepare() {
  Box box{
      .ours = workshop_.files(),
      .app = job_.kind == JobKind::kBuildHook ? folders_.view_for_build() : folders_.view_for_run(job_.configuration),
      .job = folder_,
      .isolated = workshop_.is_isolated()};
  fs::create_directories(folder_ / "bin");
  add_stand_ins(box);
  places_ = places_in(box);
  return box;
}

void RunningJob::add_stand_ins(const Box& box) {
  std::string text = job_.command + "\n" + job_.stop_command;
  if (!box.app.writable && fs::exists(box.app.tree / ".environment")) text = ". ./.environment\n" + text;
  for (const std::string& missing : workshop_.find_missing(text, box.app.tree)) {
    if (missing.find('/') != std::string::npos) {
      folders_.add_program(box.app, missing, workshop_.stand_in_text());
    } else {
      std::ofstream{folder_ / "bin" / missing} << workshop_.stand_in_text();
      fs::permissions(folder_ / "bin" / missing, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                      fs::perm_options::add);
    }
  }
}

void RunningJob::start_keeper(const Box& box) {
  listener_.emplace(folder_ / "socket");
  Pipe pipe = open_pipe();
  output_ = std::move(pipe.source);
  std::map<std::string, std::string> env{{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};
  if (!places_.socket.empty()) env[kSocketVariable] = places_.socket;
  const std::vector<std::string> command = keeper_command(box);
  const std::scoped_lock lock{mutex_};
  if (workshop_.settings().watch_processes) {
    watch_.emplace(
        [this] {
          const pid_t top = started_;
          std::vector<pid_t> all = top == 0 ? std::vector<pid_t>{} : descendants_of(top);
          if (top != 0) all.insert(all.begin(), top);
          return all;
        },
        why_not_watched(command));
  }
  child_.emplace([&] { return start_program(command, env, pipe.sink, watch_ ? watch_->childs_end() : -1); });
  started_ = child_->pid();
  process_ = open_process(child_->pid());
  if (process_.get() < 0) throw std::system_error{errno, std::generic_category(), "pidfd_open"};
  if (kill_wanted_) kill_locked();
}

/// Until what was started has ended, and what it left.
void RunningJob::watch() {
  Progress progress{workshop_.settings().real_time_limit};
  bool open = true;
  while (true) {
    std::array<pollfd, 3> sources{
        {{process_.get(), POLLIN, 0}, {listener_->descriptor(), POLLIN, 0}, {open ? output_.get() : -1, POLLIN, 0}}};
    if (::poll(sources.data(), sources.size(), progress.until_next_look()) < 0 && errno != EINTR) break;
    if (sources[2].revents != 0) open = read_output();
    if (sources[1].revents != 0) accept();
    if (sources[0].revents != 0) break;
    if (!progress.is_look_due()) continue;
    const std::scoped_lock lock{mutex_};
    if (progress.look(sample(), messages_)) {
      failure_ = fmt::format("it computed for more than {} ms without a word to the platform, and was killed",
                             workshop_.settings().real_time_limit.count());
      kill_locked();
    }
  }
  {
    const std::scoped_lock lock{mutex_};
    ended_ = true;  // from here on its numbers may be given to others
  }
  if (keeper_process_.get() >= 0) (void)wait_readable(keeper_process_, kKeeperGraceMs);
  child_->wait();
  if (watch_) watch_->stop();
  {
    std::unique_lock lock{mutex_};  // its last message may still be on the way
    keeper_heard_out_.wait(lock, [this] { return keeper_ == nullptr; });
  }
  while (open && wait_readable(output_, kOutputGraceMs)) open = read_output();
}

/// False at its end.
bool RunningJob::read_output() {
  std::array<char, 65536> buffer{};
  const ssize_t size = ::read(output_.get(), buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR;
  const std::size_t limit = workshop_.settings().output_limit_bytes;
  const auto count = static_cast<std::size_t>(size);
  const std::size_t kept = std::min(count, limit - std::min(limit, end_.output.size()));
  end_.output.append(buffer.data(), kept);
  dropped_bytes_ += count - kept;
  untold_dropped_bytes_ += count - kept;
  return size > 0;
}

void RunningJob::accept() {
  std::optional<LineChannel> channel = listener_->accept();
  if (!channel) return;
  const std::scoped_lock lock{mutex_};
  servers_.remove_if([](const Server& server) { return server.done.load(); });
  Server& server = servers_.emplace_back(std::move(*channel));
  ++messages_;
  ++living_threads_;
  ++unborn_threads_;
  server.thread = std::jthread{[this, &server] {
    serve(server.channel);
    server.done = true;
    --living_threads_;
  }};
}

int RunningJob::exit_code() const {
  if (!status_) return 128 + SIGKILL;
  return WIFSIGNALED(*status_) ? 128 + WTERMSIG(*status_) : WEXITSTATUS(*status_);
}

void RunningJob::finish() {
  const std::scoped_lock lock{mutex_};
  ended_ = true;
  for (const Server& server : servers_) server.channel.hang_up();
  if (dropped_bytes_ > 0) end_.output += fmt::format("\n[{} more bytes were dropped]\n", dropped_bytes_);
  const bool came_about = job_.command.empty() || keeper_pid_ != 0 || kill_wanted_;
  if (failure_.empty() && !came_about) failure_ = "the container could not be started: " + end_.output;
  end_.error = failure_;
}

void RunningJob::fail(const std::string& why) {
  const std::scoped_lock lock{mutex_};
  if (failure_.empty()) failure_ = why;
}

void RunningJob::stop() {
  const std::scoped_lock lock{mutex_};
  if (std::exchange(stop_wanted_, true) || shell_ == 0) return;  // it is told when it begins
  stop_locked();
}

void RunningJob::stop_locked() {
  if (ended_ || status_) return;
  if (job_.stop_command.empty() || keeper_ == nullptr) {
    ::kill(-shell_, SIGTERM);
  } else {
    keeper_->send(shell_order("stop", job_.stop_command));
  }
}

void RunningJob::kill() {
  const std::scoped_lock lock{mutex_};
  kill_locked();
}

void RunningJob::kill_locked() {
  kill_wanted_ = true;
  if (ended_ || !child_) return;
  // Always by the keeper, so that it is never an orphan's parent: where it has not come so far, this is called again.
  if (workshop_.is_isolated()) {
    if (keeper_pid_ != 0) ::kill(keeper_pid_, SIGKILL);  // process 1: the kernel ends all others with it
  } else if (keeper_pid_ == 0) {
    ::kill(child_->pid(), SIGKILL);  // it has started nothing yet
  } else if (shell_ != 0) {          // the keeper ends with the job's shell, and takes care of what comes to it
    for (const pid_t process : descendants_of(child_->pid())) ::kill(process, SIGKILL);
  }
}

Sightings RunningJob::take_processes() {
  const std::scoped_lock lock{mutex_};
  return watch_ ? watch_->take() : Sightings{};
}

std::vector<ThreadSample> RunningJob::sample() {
  std::vector<ThreadSample> all = sample_below(keeper_pid_, attached_);
  all.push_back(sample_thread(keeper_pid_));
  places_are_told_ = places_are_told_ || (all.back().waits && all.back().has_place);
  for (const pid_t thread : threads_) all.push_back(sample_thread(thread));
  // Who asks the kernel for another program sleeps until this one has answered. It is looked at last: if it sleeps,
  // too, then it has answered in the meantime, and the next sample will be another.
  if (watch_ && watch_->answering_thread() != 0) all.push_back(sample_thread(watch_->answering_thread()));
  return all;
}

bool RunningJob::is_quiet() {
  if (is_over()) return true;
  const std::scoped_lock lock{mutex_};
  if (ended_ || status_ || shell_ == 0 || unborn_threads_ > 0) return false;  // something will come of it
  if (kill_wanted_ || is_zombie(shell_)) return false;  // of this too, as soon as it has died, or the keeper seen it
  std::vector<ThreadSample> now = sample();
  const bool answers = watch_ && watch_->is_answering();  // or waits for whoever takes what it has seen
  const bool quiet = !answers && all_wait(now, places_are_told_) && now == last_sample_ && messages_ == last_messages_;
  last_sample_ = std::move(now);
  last_messages_ = messages_;
  return quiet;
}

}  // namespace understudy
