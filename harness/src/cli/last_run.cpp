#include <fstream>
#include <iterator>
#include <set>

#include "harness/cli.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using Entry = std::pair<std::string, std::string>;

}  // namespace

std::vector<Entry> LastRun::broken() const {
  std::ifstream in{file_};
  if (!in) return {};
  std::vector<Entry> keys;
  try {
    const json record = json::parse(in);
    for (const json& entry : record.at("broken")) {
      keys.emplace_back(entry.at("file").get<std::string>(), entry.at("name").get<std::string>());
    }
  } catch (const json::exception& error) {
    throw InputError{
        {file_.string(), 1, 1}, std::string{"the record of the last run is damaged: "} + error.what(), "remove it"};
  }
  return keys;
}

void LastRun::record(std::span<const ScenarioResult> results) const {
  std::set<Entry> ran;
  std::set<Entry> broke;
  for (const ScenarioResult& result : results) {
    ran.emplace(result.file, result.name);
    if (is_broken(result.verdict)) broke.emplace(result.file, result.name);
  }
  try {
    for (const Entry& old : broken()) {
      if (ran.count(old) == 0) broke.insert(old);
    }
  } catch (const InputError&) {
    // A damaged record says nothing that is worth keeping; it is replaced.
  }
  json entries = json::array();
  for (const auto& [file, name] : broke) entries.push_back({{"file", file}, {"name", name}});
  write_file_atomically(file_, json{{"broken", entries}}.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace understudy
