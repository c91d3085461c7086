// What the platform begins with.
#include <fmt/format.h>

#include "control/call.hpp"

namespace understudy::control {
namespace {

World world_from_text(const Office& office, const std::string& yaml) {
  const std::vector<Node> documents = parse_documents(yaml, "yaml");
  if (documents.size() != 1)
    throw InputError{{"yaml", 1, 1}, fmt::format("a world is one document, found {}", documents.size())};
  return World::from_node(documents.front(), office.options().library);
}

std::string text_of(const json& body, const char* key) {
  const auto found = body.find(key);
  return found == body.end() ? "" : found->get<std::string>();
}

/// A name, and no path: whoever has the token shall not read files by it. What we were started with is known.
World world_by_name(const Office& office, const std::string& name) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".yaml") || name.ends_with(".yml");
  if (is_path && name != office.options().world_name)
    throw Refusal{.status = 422, .message = "world: expected a name, no path", .hint = "send the file's text as yaml"};
  if (!office.options().find_world) throw Refusal{.status = 422, .message = "There are no worlds with names here"};
  return office.options().find_world(name);
}

Snapshot snapshot_from(const json& document) {
  try {
    return read_snapshot(document);
  } catch (const std::invalid_argument& wrong) {
    throw Refusal{.status = 422, .message = fmt::format("snapshot: {}", wrong.what())};
  }
}

void load_snapshot(Office& office, const json& document) {
  try {
    office.load(snapshot_from(document), "(snapshot)");
  } catch (const LedgerMismatch& mismatch) {
    throw Refusal{.status = 422, .message = fmt::format("snapshot: {}", mismatch.what())};
  }
}

/// As `get_status`, and what whoever loaded it should know.
Desk::Answer has_begun(Call& call) {
  json shown = status_of(call.office);
  json remarks = json::array();
  for (const std::string& name : call.office.gone_tokens()) {
    remarks.push_back(fmt::format(
        "The API token \"{}\", which clients have, is of no use in this world: its user is not there, or it was "
        "revoked",
        name));
  }
  if (!remarks.empty()) shown["remarks"] = std::move(remarks);
  return answered(200, std::move(shown));
}

}  // namespace

Desk::Answer reset(Call& call) {
  const std::string journal = call.body.contains("journal") ? text_of(call.body, "journal") : "keep";
  if (journal != "keep" && journal != "clear")
    throw Refusal{.status = 400, .message = "journal: expected keep or clear"};
  call.office.reset();
  if (journal == "clear") call.office.journal().clear();
  return has_begun(call);
}

Desk::Answer load(Call& call) {
  if (call.body.size() != 1) throw Refusal{.status = 400, .message = "One of world, yaml and snapshot is needed"};
  const std::string name = text_of(call.body, "world");
  if (call.body.contains("snapshot"))
    load_snapshot(call.office, call.body.at("snapshot"));
  else if (call.body.contains("world"))
    call.office.load(world_by_name(call.office, name), name);
  else
    call.office.load(world_from_text(call.office, text_of(call.body, "yaml")), "(sent)");
  return has_begun(call);
}

Desk::Answer get_snapshot(Call& call) {
  const std::shared_ptr<Stage> stage = call.office.stage();
  stage->pace.catch_up();
  try {
    return answered(200, stage->ledger.snapshot(stage->platform.now()));
  } catch (const LedgerFailure& failure) {
    throw Refusal{.status = 409, .message = fmt::format("There is no snapshot: {}", failure.what())};
  }
}

}  // namespace understudy::control
