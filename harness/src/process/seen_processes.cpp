#include "process/seen_processes.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace understudy {
namespace {

bool is_same(const SeenProcess& a, const SeenProcess& b) {
  return a.program == b.program && a.argv == b.argv && a.env == b.env;
}

std::string_view name_of(std::string_view program) { return program.substr(program.rfind('/') + 1); }

std::size_t hash_of(const SeenProcess& process) {
  std::size_t hash = 0;
  const auto mix = [&hash](const std::string& text) {
    constexpr std::size_t kGolden = 0x9e3779b97f4a7c15U;
    hash ^= std::hash<std::string>{}(text) + kGolden + (hash << 6) + (hash >> 2);
  };
  mix(process.program);
  std::ranges::for_each(process.argv, mix);
  std::ranges::for_each(process.env, mix);
  return hash;
}

}  // namespace

std::size_t memory_of(const SeenProcess& process) {
  std::size_t bytes = sizeof process + process.program.size();
  for (const auto* const texts : {&process.argv, &process.env}) {
    for (const std::string& text : *texts) bytes += sizeof(std::string) + text.size();
  }
  return bytes;
}

bool SeenProcesses::is_known(const SeenProcess& process, std::size_t hash) const {
  const auto [begin, end] = by_hash_.equal_range(hash);
  return std::any_of(begin, end, [&](const auto& each) { return is_same(*each.second, process); });
}

void SeenProcesses::forget_failed_attempt(const SeenProcess& next) {
  const auto last = last_of_.find(next.pid);
  if (last == last_of_.end()) return;
  const Entry entry = last->second;
  const bool same_search = name_of(entry->program) == name_of(next.program) && entry->program != next.program &&
                           entry->argv == next.argv && entry->env == next.env;
  last_of_.erase(last);
  if (!same_search) return;
  const auto [begin, end] = by_hash_.equal_range(hash_of(*entry));
  by_hash_.erase(std::find_if(begin, end, [&](const auto& each) { return each.second == entry; }));
  bytes_ -= memory_of(*entry);
  processes_.erase(entry);
}

void SeenProcesses::add(SeenProcess process) {
  forget_failed_attempt(process);
  const std::size_t hash = hash_of(process);
  if (is_known(process, hash)) return;
  const std::size_t bytes = memory_of(process);
  if (bytes_ + bytes > most_bytes_) {
    add_unseen("there were too many, or too large ones, to keep them all");
    return;
  }
  bytes_ += bytes;
  const int pid = process.pid;
  processes_.push_back(std::move(process));
  const auto entry = std::prev(processes_.end());
  by_hash_.emplace(hash, entry);
  last_of_[pid] = entry;
}

void SeenProcesses::add_unseen(const std::string& why) {
  ++unseen_;
  say_why(why);
}

void SeenProcesses::say_why(const std::string& why) {
  if (why_.empty()) why_ = why;
}

Sightings SeenProcesses::take() {
  Sightings taken{.processes = {std::move_iterator{processes_.begin()}, std::move_iterator{processes_.end()}},
                  .unseen = std::exchange(unseen_, 0),
                  .why_unseen = why_};
  processes_.clear();
  by_hash_.clear();
  last_of_.clear();
  bytes_ = 0;
  return taken;
}

}  // namespace understudy
