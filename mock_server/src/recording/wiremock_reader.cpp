// A folder of WireMock's mappings -> Recording.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "mock_server/wiremock.hpp"
#include "recording/json_text.hpp"
#include "recording/wiremock_mapping.hpp"
#include "recording/wiremock_names.hpp"

namespace understudy {
namespace {

using namespace recording;
namespace fs = std::filesystem;
using wiremock::Mapping;

/// Mappings of a scenario change places among themselves until each comes after the one that leads to its state.
void order_scenarios(std::vector<Mapping>& mappings, std::vector<WireMockProblem>& problems) {
  std::map<std::string, std::vector<std::size_t>> scenarios;
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    if (!mappings[i].scenario.empty()) scenarios[mappings[i].scenario].push_back(i);
  }
  for (const auto& [name, places] : scenarios) {
    std::map<std::string, std::size_t> reached{{wiremock::kStarted, 0}};
    for (std::size_t round = 0; round < places.size(); ++round) {
      for (const std::size_t place : places) {
        const Mapping& mapping = mappings[place];
        const auto from = reached.find(mapping.required);
        if (from != reached.end() && !mapping.next.empty()) reached.emplace(mapping.next, from->second + 1);
      }
    }
    std::vector<Mapping> in_order;
    for (const std::size_t place : places) in_order.push_back(std::move(mappings[place]));
    const auto depth = [&reached = reached](const Mapping& mapping) {
      const auto found = reached.find(mapping.required);
      return mapping.required.empty() || found == reached.end() ? std::size_t{0} : found->second;
    };
    for (const Mapping& mapping : in_order) {
      if (!mapping.required.empty() && !reached.contains(mapping.required))
        problems.push_back({mapping.exchange.at,
                            fmt::format("the state \"{}\" of scenario \"{}\" is never reached", mapping.required, name),
                            false});
    }
    std::ranges::stable_sort(in_order, {}, depth);
    for (std::size_t i = 0; i < places.size(); ++i) mappings[places[i]] = std::move(in_order[i]);
  }
}

std::vector<fs::path> mapping_files(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  const fs::path folder = fs::is_directory(path / wiremock::kMappings) ? path / wiremock::kMappings : path;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file() && entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void read_about(const fs::path& file, Recording& recording) {
  if (!fs::is_regular_file(file)) return;
  const std::string text = wiremock::content_of(file);
  const std::string name = file.string();
  JsonValue about = JsonText{text, name}.parse();
  if (const JsonValue* creator = about.find("creator")) recording.creator = creator->text;
  if (const JsonValue* comment = about.find("comment")) recording.comment = comment->text;
  if (const JsonValue* placeholders = about.find("placeholders")) {
    for (const JsonMember& member : placeholders->members) recording.placeholders[member.key] = member.value.text;
  }
}

}  // namespace

bool is_wiremock(const fs::path& path) {
  if (fs::is_directory(path)) return true;
  if (!fs::is_regular_file(path)) return false;
  const nlohmann::json json = nlohmann::json::parse(wiremock::content_of(path), nullptr, false);
  return json.is_object() && (json.contains("mappings") || (json.contains("request") && json.contains("response")));
}

FromWireMock read_wiremock(const fs::path& path) {
  FromWireMock result;
  const std::vector<fs::path> files = mapping_files(path);
  if (files.empty()) throw InputError{{path.string(), 0, 0}, "there is no mapping in it, no *.json"};
  const bool is_folder = fs::is_directory(path);
  // Beside `mappings`, also if only that, or one file in it, was named.
  fs::path root = is_folder ? path : path.parent_path();
  if (root.filename() == wiremock::kMappings) root = root.parent_path();
  result.recording.file = path.string();
  std::vector<Mapping> mappings;
  for (const fs::path& file : files) {
    std::vector<Mapping> more =
        wiremock::read_mappings(wiremock::content_of(file), file.string(), root / wiremock::kFiles, result.problems);
    std::ranges::move(more, std::back_inserter(mappings));
  }
  order_scenarios(mappings, result.problems);
  for (Mapping& mapping : mappings) result.recording.exchanges.push_back(std::move(mapping.exchange));
  if (is_folder) read_about(root / wiremock::kAbout, result.recording);
  return result;
}

}  // namespace understudy
