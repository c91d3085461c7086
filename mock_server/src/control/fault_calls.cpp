// Faults that are played, as a world's `faults:` describe them.
#include <fmt/format.h>

#include <charconv>

#include "control/call.hpp"
#include "world/world_keys.hpp"

namespace understudy::control {
namespace {

json show(const FaultList::Entry& entry) {
  const Fault& fault = entry.fault;
  json shown{{"id", entry.id}, {"on", fault.method + " " + fault.path}, {"hits", entry.hits}};
  if (fault.skip != 0) shown["skip"] = fault.skip;
  if (fault.times != 0) shown["times"] = fault.times;
  if (fault.status) shown["status"] = *fault.status;
  for (const Header& header : fault.headers) shown["headers"][header.name] = header.value;
  if (!fault.body.empty()) shown["body"] = fault.body;
  if (fault.content_type != Fault{}.content_type) shown["content_type"] = fault.content_type;
  if (fault.delay > Milliseconds{0}) shown["delay"] = format_duration(fault.delay);
  if (fault.drop) shown["drop"] = true;
  if (fault.hang) shown["hang"] = true;
  return shown;
}

std::uint64_t id_of(const Call& call) {
  const std::string& text = call.path.find("id")->second;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc{} && end == text.data() + text.size() ? id : 0;
}

/// As JSON shows it, texts that hold secrets covered.
json covered(const Office& office, const FaultList::Entry& entry) {
  json shown = show(entry);
  for (auto& [key, value] : shown.items()) {
    if (value.is_string()) value = office.cover(value.get<std::string>());
  }
  return shown;
}

}  // namespace

Desk::Answer list_faults(Call& call) {
  json faults = json::array();
  for (const FaultList::Entry& entry : call.office.stage()->platform.faults().all())
    faults.push_back(covered(call.office, entry));
  return answered(200, {{"faults", std::move(faults)}});
}

Desk::Answer add_fault(Call& call) {
  // JSON is YAML: read again, as a world is, for the sake of its complaints and their places.
  const std::vector<Node> documents = parse_documents(call.request.body, "body");
  if (documents.empty()) throw Refusal{.status = 400, .message = "A fault is needed", .hint = "GET openapi.json"};
  return answered(201, covered(call.office, call.office.stage()->platform.faults().add(fault_from(documents.front()))));
}

Desk::Answer clear_faults(Call& call) {
  call.office.stage()->platform.faults().clear();
  return no_content();
}

Desk::Answer remove_fault(Call& call) {
  if (call.office.stage()->platform.faults().remove(id_of(call))) return no_content();
  throw Refusal{.status = 404,
                .message = fmt::format("There is no fault {}", call.path.find("id")->second),
                .hint = "GET /.understudy/v1/faults lists them"};
}

}  // namespace understudy::control
