#include "scenario/covered_errors.hpp"

#include <set>
#include <string>

#include "scenario/values.hpp"

namespace understudy {
namespace {

struct Written {
  std::vector<std::pair<std::string, std::string>> values{};  ///< with their names
  std::set<std::string> variables{};                          ///< in these values
};

/// Looks at everything: in a file that is wrong, `secrets` may stand anywhere.
void collect(const Node& node, Written& into) {
  if (node.is(Node::Kind::kList)) {
    for (const Node& item : node.items()) collect(item, into);
  }
  if (!node.is(Node::Kind::kMap)) return;
  for (const Node::Entry& entry : node.entries()) {
    collect(entry.value, into);
    if (entry.key != "secrets" || !entry.value.is(Node::Kind::kMap)) continue;
    for (const Node::Entry& secret : entry.value.entries()) {
      if (!secret.value.is_scalar()) continue;
      into.values.emplace_back(secret.key, secret.value.scalar_text());
      for (std::string& name : variables_in(secret.value.scalar_text())) into.variables.insert(std::move(name));
    }
  }
}

void collect_variables(const Node& document, Written& into) {
  const Node* const cases = document.is(Node::Kind::kMap) ? document.find("cases") : nullptr;
  if (cases == nullptr || !cases->is(Node::Kind::kList)) return;
  for (const Node& each : cases->items()) {
    if (!each.is(Node::Kind::kMap)) continue;
    for (const Node::Entry& entry : each.entries()) {
      if (into.variables.contains(entry.key) && entry.value.is_scalar())
        into.values.emplace_back(entry.key, entry.value.scalar_text());
    }
  }
}

}  // namespace

void add_written_secrets(const std::vector<Node>& documents, SecretRegistry& into) {
  Written written;
  for (const Node& document : documents) collect(document, written);
  for (const Node& document : documents) collect_variables(document, written);
  for (const auto& [name, value] : written.values) {
    const bool drawn = value.starts_with("random ") || value.starts_with('$');
    if (!drawn) into.add({name, value, SecretKind::kOther, SecretOrigin::kWorld});
  }
}

std::string covered(const std::string& text, const Scenario& scenario) {
  SecretRegistry secrets;
  for (const SecretSpec& secret : scenario.secrets) {
    if (!secret.value.empty()) secrets.add({secret.name, secret.value, SecretKind::kOther, SecretOrigin::kWorld});
  }
  return secrets.all().empty() ? text : secrets.cover(text);
}

InputError covered(const InputError& error, const SecretRegistry& secrets) {
  const std::string place = to_string(error.at()) + ": ";
  const std::string_view whole{error.what()};
  return {error.at(), secrets.cover(whole.substr(whole.starts_with(place) ? place.size() : 0))};
}

}  // namespace understudy
