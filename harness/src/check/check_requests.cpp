#include "check/check_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "check/lines.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::size_t kNobody = SIZE_MAX;

bool is_write(const Exchange& exchange) {
  return exchange.method == "POST" || exchange.method == "PATCH" || exchange.method == "PUT" ||
         exchange.method == "DELETE";
}

bool is_oauth(const Exchange& exchange) { return without_api(exchange.path).starts_with("/oauth2/"); }

std::string describe_all(const std::vector<const Exchange*>& exchanges) {
  std::string result = fmt::format("got {}:", exchanges.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(exchanges.size(), 3); ++i) {
    result += fmt::format("{} {} {}", i == 0 ? "" : ",", exchanges[i]->method, exchanges[i]->path);
  }
  return exchanges.size() > 3 ? result + ", ..." : result;
}

Failure unexpected(const Position& at, std::string expected, const std::vector<const Exchange*>& exchanges) {
  Failure failure{.at = at,
                  .subject = "requests",
                  .expected = std::move(expected),
                  .actual = describe_all(exchanges),
                  .show_requests = true};
  for (const Exchange* exchange : exchanges) failure.culprits.push_back(exchange->number);
  return failure;
}

}  // namespace

/// Who accounts for which exchange, and what is wrong with it.
struct RequestsCheck::Matching {
  const StepEvidence& evidence;
  std::vector<std::size_t> owner;  // index of the item, by exchange
  std::size_t cursor = 0;          // requests in order are looked for from here on
  std::vector<Failure> failures{};

  explicit Matching(const StepEvidence& e) : evidence{e}, owner(e.exchanges.size(), kNobody) {}

  [[nodiscard]] bool fits(const RequestPattern& pattern, std::size_t exchange) const {
    return pattern.fit(evidence.exchanges[exchange], evidence.variables).whole;
  }

  [[nodiscard]] std::vector<std::size_t> free_matches(const RequestPattern& pattern, std::size_t from) const {
    std::vector<std::size_t> result;
    for (std::size_t i = from; i < owner.size(); ++i) {
      if (owner[i] == kNobody && fits(pattern, i)) result.push_back(i);
    }
    return result;
  }

  Failure failure(const RequestPattern& pattern, const std::string& label, std::string expected,
                  std::string actual) const {
    return {.at = pattern.at(),
            .subject = label,
            .expected = std::move(expected),
            .actual = std::move(actual),
            .show_requests = true};
  }

  void missing(const RequestPattern& pattern, const std::string& label) {
    Failure failure =
        this->failure(pattern, label, pattern.text(), evidence.exchanges.empty() ? "nothing was sent" : "not sent");
    const Exchange* best = nullptr;
    int best_score = -1;
    for (std::size_t i = 0; i < owner.size(); ++i) {
      const Exchange& exchange = evidence.exchanges[i];
      Fit fit = pattern.fit(exchange, evidence.variables);
      if (fit.whole)
        fit.why = owner[i] == kNobody ? "it came too early: what is listed before it came later"
                                      : "it is listed already, by another item";
      const int score = fit.score + (owner[i] == kNobody ? 5 : 0);
      if (!fit.near || score <= best_score) continue;
      best = &exchange;
      best_score = score;
      failure.nearest_why = fit.why;
    }
    if (best != nullptr) failure.nearest = best->number;
    failures.push_back(std::move(failure));
  }

  void wrong_count(const RequestPattern& pattern, const std::string& label, const std::vector<std::size_t>& found) {
    if (found.empty()) return missing(pattern, label);
    Failure failure =
        this->failure(pattern, label, fmt::format("times {}: {}", to_string(*pattern.times()), pattern.text()),
                      fmt::format("got {}", found.size()));
    for (const std::size_t i : found) failure.culprits.push_back(evidence.exchanges[i].number);
    failures.push_back(std::move(failure));
  }

  void claim_in_order(const Item& item, std::size_t index) {
    const RequestPattern& pattern = item.patterns[0];
    const std::vector<std::size_t> found = free_matches(pattern, cursor);
    if (!pattern.times()) {
      if (found.empty()) return missing(pattern, item.label);
      owner[found[0]] = index;
      cursor = found[0] + 1;
      return;
    }
    claim_times(pattern, item.label, index, found);
    if (!found.empty()) cursor = found[0] + 1;  // the others may stand between what is listed next
  }

  /// Takes as many as are allowed; what is left over may belong to a later item, so it is judged at the end.
  void claim_times(const RequestPattern& pattern, const std::string& label, std::size_t index,
                   const std::vector<std::size_t>& found) {
    const CountRange& times = *pattern.times();
    if (found.size() < times.least) wrong_count(pattern, label, found);
    for (std::size_t n = 0; n < std::min(found.size(), times.most.value_or(SIZE_MAX)); ++n) owner[found[n]] = index;
  }

  /// Each pattern its own exchange, by augmenting paths: a broad pattern must not take what only a narrow one needs.
  void claim_any_order(const Item& item, std::size_t index) {
    std::vector<std::size_t> pattern_of(owner.size(), kNobody);
    std::vector<bool> seen;
    const std::function<bool(std::size_t)> place = [&](std::size_t p) {
      for (std::size_t i = cursor; i < owner.size(); ++i) {
        if (owner[i] != kNobody || seen[i] || !fits(item.patterns[p], i)) continue;
        seen[i] = true;
        if (pattern_of[i] != kNobody && !place(pattern_of[i])) continue;
        pattern_of[i] = p;
        return true;
      }
      return false;
    };
    std::vector<std::size_t> unplaced;
    for (std::size_t p = 0; p < item.patterns.size(); ++p) {
      seen.assign(owner.size(), false);
      if (!item.patterns[p].times() && !place(p)) unplaced.push_back(p);
    }
    std::size_t last = cursor;
    for (std::size_t i = 0; i < owner.size(); ++i) {
      if (pattern_of[i] == kNobody) continue;
      owner[i] = index;
      last = i + 1;
    }
    for (const RequestPattern& pattern : item.patterns) {
      if (pattern.times()) claim_times(pattern, item.label, index, free_matches(pattern, cursor));
    }
    for (const std::size_t p : unplaced) missing(item.patterns[p], item.label);
    cursor = last;
  }

  /// An item with `times` that took all it may, and more of the same came.
  void judge_surplus(const Item& item, std::size_t index) {
    for (const RequestPattern& pattern : item.patterns) {
      if (!pattern.times() || free_matches(pattern, 0).empty()) continue;
      std::vector<std::size_t> all;
      for (std::size_t i = 0; i < owner.size(); ++i) {
        if ((owner[i] == index || owner[i] == kNobody) && fits(pattern, i)) all.push_back(i);
      }
      if (!pattern.times()->holds(all.size()) && all.size() > pattern.times()->least)
        wrong_count(pattern, item.label, all);
      for (const std::size_t i : all) owner[i] = index;
    }
  }

  void judge_never(const Item& item, std::size_t index) {
    const RequestPattern& pattern = item.patterns[0];
    Failure failure = this->failure(pattern, item.label, "never: " + pattern.text(), "");
    for (std::size_t i = 0; i < owner.size(); ++i) {
      if (!fits(pattern, i)) continue;
      owner[i] = index;
      failure.culprits.push_back(evidence.exchanges[i].number);
    }
    if (failure.culprits.empty()) return;
    failure.actual = fmt::format("got {}", failure.culprits.size());
    failures.push_back(std::move(failure));
  }
};

RequestsCheck::RequestsCheck(const Node& value) : at_{value.at()} {
  if (value.is(Node::Kind::kMap)) {
    read_map_form(value);
  } else if (value.is(Node::Kind::kText) && value.text() == "none") {
    exactly_ = true;
  } else {
    if (!value.is(Node::Kind::kList))
      throw InputError{value.at(), "expected a list of requests or none", "for instance [\"GET /projects/*\"]"};
    if (value.items().empty())
      throw InputError{value.at(), "an empty list expects nothing", "write none if no request may be sent"};
    read_list(value, "requests");
  }
}

void RequestsCheck::read_list(const Node& value, const std::string& label) {
  for (std::size_t i = 0; i < value.items().size(); ++i) read_item(value.items()[i], fmt::format("{}[{}]", label, i));
}

void RequestsCheck::read_item(const Node& value, const std::string& label) {
  if (value.is(Node::Kind::kMap) && value.entries().size() == 1) {
    const Node::Entry& entry = value.entries()[0];
    if (entry.key == "never") return read_nevers(entry.value, label);
    if (entry.key == "any-order") return add_any_order(entry.value, label);
    if (entry.key == "exactly") {
      exactly_ = entry.value.boolean();
      return;
    }
  }
  RequestPattern pattern = RequestPattern::parse(value);
  const bool never = pattern.times() && pattern.times()->most == 0U;
  items_.push_back({never ? Item::Kind::kNever : Item::Kind::kRequest, label, {std::move(pattern)}});
}

void RequestsCheck::read_nevers(const Node& value, const std::string& label) {
  if (!value.is(Node::Kind::kList)) {
    items_.push_back({Item::Kind::kNever, label, {RequestPattern::parse(value)}});
    return;
  }
  for (const Node& item : value.items()) items_.push_back({Item::Kind::kNever, label, {RequestPattern::parse(item)}});
}

void RequestsCheck::add_any_order(const Node& value, const std::string& label) {
  Item item{Item::Kind::kAnyOrder, label, {}};
  for (const Node& pattern : value.items()) item.patterns.push_back(RequestPattern::parse(pattern));
  if (item.patterns.empty()) throw InputError{value.at(), "an empty list expects nothing"};
  items_.push_back(std::move(item));
}

const Keys<RequestsCheck>& RequestsCheck::map_keys() {
  const json list{{"type", "array"}, {"items", RequestPattern::schema()}, {"minItems", 1}};
  const json items{{"type", "array"}, {"items", item_schema()}, {"minItems", 1}};
  const json one_or_more{{"anyOf", json::array({RequestPattern::schema(), list})}};
  static const Keys<RequestsCheck> keys{
      {"in-order", "requests that come in this order, as in the plain list", items,
       [](RequestsCheck& into, const Node& value) { into.read_list(value, "requests.in-order"); }},
      {"any-order", "requests that come in any order", list,
       [](RequestsCheck& into, const Node& value) { into.add_any_order(value, "requests.any-order"); }},
      {"never", "a request that must not be sent, or a list of them", one_or_more,
       [](RequestsCheck& into, const Node& value) { into.read_nevers(value, "requests.never"); }},
      {"only", "these in this order, and nothing else", items,
       [](RequestsCheck& into, const Node& value) {
         into.read_list(value, "requests.only");
         into.exactly_ = true;
       }},
      {"exactly",
       "true: nothing else is sent, not even for a token",
       {{"type", "boolean"}},
       [](RequestsCheck& into, const Node& value) { into.exactly_ = value.boolean(); }},
  };
  return keys;
}

void RequestsCheck::read_map_form(const Node& value) {
  for (const Node::Entry& entry : value.entries()) {
    if (entry.key.find(" /") == std::string::npos) continue;
    throw InputError{entry.key_at, "requests stand in a list", "write a dash before \"" + entry.key + "\""};
  }
  read_map(value, map_keys(), *this, "requests");
  if (items_.empty()) throw InputError{value.at(), "this expects nothing", "write none if no request may be sent"};
}

json RequestsCheck::item_schema() {
  const json request = RequestPattern::schema();
  const json list{{"type", "array"}, {"items", request}, {"minItems", 1}};
  const auto single = [](const std::string& key, const json& value) {
    return json{{"type", "object"},
                {"properties", {{key, value}}},
                {"required", json::array({key})},
                {"additionalProperties", false}};
  };
  json item = request;
  item["anyOf"].push_back(single("never", {{"anyOf", json::array({request, list})}}));
  item["anyOf"].push_back(single("any-order", list));
  item["anyOf"].push_back(single("exactly", {{"type", "boolean"}}));
  return item;
}

json RequestsCheck::schema() {
  json map = schema_of(map_keys());
  map["minProperties"] = 1;
  const json items{{"type", "array"}, {"items", item_schema()}, {"minItems", 1}};
  return {{"anyOf", json::array({{{"const", "none"}}, items, map})}};
}

RequestsCheck::Matching RequestsCheck::match(const StepEvidence& evidence) const {
  Matching matching{evidence};
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].kind == Item::Kind::kRequest) matching.claim_in_order(items_[i], i);
    if (items_[i].kind == Item::Kind::kAnyOrder) matching.claim_any_order(items_[i], i);
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].kind == Item::Kind::kNever)
      matching.judge_never(items_[i], i);
    else
      matching.judge_surplus(items_[i], i);
  }
  return matching;
}

std::vector<bool> RequestsCheck::listed(const StepEvidence& evidence) const {
  const Matching matching = match(evidence);
  std::vector<bool> result;
  result.reserve(matching.owner.size());
  for (const std::size_t owner : matching.owner) result.push_back(owner != kNobody);
  return result;
}

std::vector<Failure> RequestsCheck::evaluate(const StepEvidence& evidence) const {
  Matching matching = match(evidence);
  std::vector<const Exchange*> others;
  for (std::size_t i = 0; i < matching.owner.size(); ++i) {
    if (matching.owner[i] == kNobody) others.push_back(&evidence.exchanges[i]);
  }
  if (exactly_ && !others.empty()) {
    matching.failures.push_back(unexpected(at_, items_.empty() ? "none" : "nothing but the listed requests", others));
  }
  return std::move(matching.failures);
}

namespace {

class UnlistedRequests final : public Check {
public:
  UnlistedRequests(std::shared_ptr<const RequestsCheck> requests, Position at, bool reads)
      : requests_{std::move(requests)}, at_{std::move(at)}, reads_{reads} {}

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    const std::vector<bool> listed =
        requests_ == nullptr ? std::vector<bool>(evidence.exchanges.size()) : requests_->listed(evidence);
    std::vector<const Exchange*> others;
    for (std::size_t i = 0; i < evidence.exchanges.size(); ++i) {
      const Exchange& exchange = evidence.exchanges[i];
      if (!listed[i] && !is_oauth(exchange) && (reads_ || is_write(exchange))) others.push_back(&exchange);
    }
    if (others.empty()) return {};
    return {unexpected(at_, reads_ ? "no request that is not listed (strict)" : "no write that is not listed", others)};
  }

private:
  std::shared_ptr<const RequestsCheck> requests_;
  Position at_;
  bool reads_;
};

}  // namespace

std::shared_ptr<const Check> unlisted_requests(std::shared_ptr<const RequestsCheck> requests, const Position& at,
                                               bool reads) {
  return std::make_shared<const UnlistedRequests>(std::move(requests), at, reads);
}

}  // namespace understudy
