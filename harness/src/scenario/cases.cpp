#include "scenario/cases.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "scenario/values.hpp"

namespace understudy {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Keys whose maps a case adds to; everything else that it says stands instead of what the scenario says.
bool is_merged(std::string_view key) {
  return key == "given" || key == "env" || key == "files" || key == "secrets" || key == "write" || key == "containers";
}

Node merged(const Node& base, const Node& over) {
  if (!base.is(Node::Kind::kMap) || !over.is(Node::Kind::kMap)) return over;
  std::vector<Node::Entry> entries = base.entries();
  for (const Node::Entry& entry : over.entries()) {
    const auto own = std::ranges::find(entries, entry.key, &Node::Entry::key);
    if (own == entries.end())
      entries.push_back(entry);
    else
      own->value = merged(own->value, entry.value);
  }
  return Node::map(base.at(), std::move(entries));
}

/// `tags` of a case come to those of the scenario.
Node joined(const Node& base, const Node& over) {
  const auto items = [](const Node& node) {
    return node.is(Node::Kind::kList) ? node.items() : std::vector<Node>{node};
  };
  std::vector<Node> all = items(base);
  std::ranges::move(items(over), std::back_inserter(all));
  return Node::list(over.at(), std::move(all));
}

void put(std::vector<Node::Entry>& entries, const Node::Entry& entry) {
  const auto own = std::ranges::find(entries, entry.key, &Node::Entry::key);
  if (own == entries.end()) {
    entries.push_back(entry);
    return;
  }
  own->value = is_merged(entry.key)  ? merged(own->value, entry.value)
               : entry.key == "tags" ? joined(own->value, entry.value)
                                     : entry.value;
  own->key_at = entry.key_at;
}

void collect_variables(const Node& node, Names& names) {
  const auto add = [&](std::string_view text) {
    for (std::string& name : variables_in(text)) names.insert(std::move(name));
  };
  switch (node.kind()) {
    case Node::Kind::kText:
      add(node.text());
      break;
    case Node::Kind::kList:
      for (const Node& item : node.items()) collect_variables(item, names);
      break;
    case Node::Kind::kMap:
      for (const Node::Entry& entry : node.entries()) {
        add(entry.key);
        collect_variables(entry.value, names);
      }
      break;
    default:
      break;
  }
}

std::string keep_dollars(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = text.substr(i).starts_with("$$");
    result += doubled ? std::string{"$$$$"} : std::string(1, text[i]);
    if (doubled) ++i;
  }
  return result;
}

/// `$NAME` of the case replaced. `$$` stays: secrets and captures are replaced when the step runs, and `$$` with them.
/// A whole output (`is:`) stays too, so that --update finds its lines as they stand in the file; it is replaced then.
Node with_variables(const Node& node, const Variables& variables) {
  if (node.is(Node::Kind::kList)) {
    std::vector<Node> items;
    for (const Node& item : node.items()) items.push_back(with_variables(item, variables));
    return Node::list(node.at(), std::move(items));
  }
  if (node.is(Node::Kind::kMap)) {
    std::vector<Node::Entry> entries;
    for (const Node::Entry& entry : node.entries()) {
      const bool whole_output = entry.key == "is" && entry.value.is(Node::Kind::kText);
      entries.push_back({substitute(keep_dollars(entry.key), variables), entry.key_at,
                         whole_output ? entry.value : with_variables(entry.value, variables)});
    }
    return Node::map(node.at(), std::move(entries));
  }
  if (!node.is(Node::Kind::kText)) return node;
  Node replaced = substitute(node, variables);
  const bool emptied = replaced.is(Node::Kind::kNull) && replaced.scalar_text().empty();  // "" is a text, not nothing
  if (!emptied && node.text().find("$$") == std::string::npos) return replaced;
  return Node::scalar(node.at(), substitute(keep_dollars(node.text()), variables), true);
}

struct CaseDraft {
  UnrolledCase unrolled;
  std::vector<Node::Entry> keys{};
  std::map<std::string, Position> variables_at{};
};

CaseDraft read_case(const Node& node, const std::vector<std::string>& known) {
  CaseDraft draft;
  draft.unrolled.at = node.entries().empty() ? node.at() : node.entries().front().key_at;
  for (const Node::Entry& entry : node.entries()) {
    if (entry.key == "name") {
      draft.unrolled.name = read_word(entry.value, "the name of a case");
    } else if (std::ranges::find(known, entry.key) != known.end()) {
      draft.keys.push_back(entry);
    } else if (is_variable_name(entry.key)) {
      if (entry.value.is(Node::Kind::kNull)) {
        throw InputError{entry.key_at, "the variable " + entry.key + " has no value", "write \"\" for the empty text"};
      }
      draft.unrolled.variables[entry.key] = entry.value.scalar_text();
      draft.variables_at[entry.key] = entry.key_at;
    } else {
      const std::string hint = did_you_mean(entry.key, known);
      throw InputError{entry.key_at, "unknown key \"" + entry.key + "\" in a case",
                       hint.empty() ? "variables are in capitals" : hint};
    }
  }
  if (draft.unrolled.name.empty()) throw InputError{node.at(), "a case needs the key \"name\""};
  return draft;
}

/// A variable that nothing uses proves nothing, and one that a case lacks would stay in the text as `$NAME`.
void require_variables_used(const CaseDraft& draft, const Names& used, const Names& of_all_cases) {
  for (const auto& [name, at] : draft.variables_at) {
    if (used.contains(name)) continue;
    const std::vector<std::string> candidates(used.begin(), used.end());
    const std::string hint = did_you_mean(name, candidates);
    throw InputError{at, "the variable " + name + " is used nowhere in the scenario",
                     hint.empty() ? "write $" + name + " where it belongs" : hint};
  }
  for (const std::string& name : used) {
    if (of_all_cases.contains(name) && !draft.unrolled.variables.contains(name)) {
      throw InputError{draft.unrolled.at, "the case lacks the variable " + name + ", which other cases give"};
    }
  }
}

}  // namespace

std::vector<UnrolledCase> unroll_cases(const Node& document, const std::vector<std::string>& keys) {
  const Node* cases = document.find("cases");
  if (cases == nullptr) return {{.at = document.at(), .scenario = document}};
  if (cases->items().empty()) throw InputError{cases->at(), "a list of no cases runs nothing", "leave it out"};
  std::vector<CaseDraft> drafts;
  Names of_all_cases;
  for (const Node& node : cases->items()) {
    drafts.push_back(read_case(node, keys));
    for (const auto& [name, value] : drafts.back().unrolled.variables) of_all_cases.insert(name);
  }
  std::vector<UnrolledCase> result;
  for (CaseDraft& draft : drafts) {
    std::vector<Node::Entry> entries;
    for (const Node::Entry& entry : document.entries()) {
      if (entry.key != "cases") entries.push_back(entry);
    }
    for (const Node::Entry& entry : draft.keys) put(entries, entry);
    Names used;
    for (const Node::Entry& entry : entries) {
      if (entry.key != "scenario") collect_variables(entry.value, used);  // the title is no use of a variable
    }
    require_variables_used(draft, used, of_all_cases);
    draft.unrolled.scenario = with_variables(Node::map(document.at(), std::move(entries)), draft.unrolled.variables);
    draft.unrolled.name = substitute(draft.unrolled.name, draft.unrolled.variables);
    result.push_back(std::move(draft.unrolled));
  }
  return result;
}

}  // namespace understudy
