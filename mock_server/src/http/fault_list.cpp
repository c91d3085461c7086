#include "http/fault_list.hpp"

#include <utility>

namespace understudy {

FaultList::FaultList(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) entries_.push_back({.id = ++last_, .fault = fault});
}

std::optional<Fault> FaultList::due(std::string_view method, std::string_view path) {
  const std::scoped_lock lock{mutex_};
  for (Entry& entry : entries_) {
    const Fault& fault = entry.fault;
    const bool matches = (fault.method == "*" || fault.method == method) && glob_matches(fault.path, path);
    if (!matches) continue;
    const int hit = entry.hits++;
    if (hit >= fault.skip && (fault.times == 0 || hit < fault.skip + fault.times)) return fault;
  }
  return std::nullopt;
}

std::vector<FaultList::Entry> FaultList::all() const {
  const std::scoped_lock lock{mutex_};
  return entries_;
}

FaultList::Entry FaultList::add(Fault fault) {
  const std::scoped_lock lock{mutex_};
  entries_.push_back({.id = ++last_, .fault = std::move(fault)});
  return entries_.back();
}

bool FaultList::remove(std::uint64_t id) {
  const std::scoped_lock lock{mutex_};
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.id == id; }) > 0;
}

void FaultList::clear() {
  const std::scoped_lock lock{mutex_};
  entries_.clear();
}

}  // namespace understudy
