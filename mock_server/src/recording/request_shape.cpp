#include "recording/request_shape.hpp"

#include <algorithm>
#include <span>

#include "mock_server/ascii.hpp"
#include "mock_server/url.hpp"

namespace understudy {
namespace {

using nlohmann::json;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_form(const RequestView& request) {
  const std::string* const type = find_header(request.headers, "Content-Type");
  return type != nullptr && lower(*type).find("x-www-form-urlencoded") != std::string::npos;
}

bool may_be_json(const RequestView& request) {
  const std::string* const type = find_header(request.headers, "Content-Type");
  if (type != nullptr) return lower(*type).find("json") != std::string::npos;
  return request.body.starts_with('{') || request.body.starts_with('[');
}

const VolatilePart* volatile_part(std::string_view where, std::string_view path, std::string_view name) {
  for (const VolatilePart& part : volatile_parts()) {
    if (part.where == where && part.name == name && path.ends_with(part.path_end)) return &part;
  }
  return nullptr;
}

/// Texts between quotes, but not escaped: a placeholder in one stands for the text itself.
std::string written(const json& value) {
  if (value.is_string()) return '"' + value.get<std::string>() + '"';
  return value.is_structured() ? "{}" : value.dump();  // PHP writes an empty object as an empty list
}

bool step_fits(const std::string& wanted, const std::string& step) { return wanted == "*" || wanted == step; }

bool begins_with(const std::vector<std::string>& path, const std::vector<std::string>& begin) {
  return begin.size() <= path.size() && std::ranges::equal(begin, std::span{path}.first(begin.size()), step_fits);
}

}  // namespace

std::string_view name_of(Leaf::Part part) {
  switch (part) {
    case Leaf::Part::kQuery:
      return "query";
    case Leaf::Part::kHeader:
      return "header";
    case Leaf::Part::kForm:
      return "form";
    case Leaf::Part::kJson:
      return "json";
    case Leaf::Part::kBody:
      return "body";
  }
  return "";
}

RequestShapeReader::RequestShapeReader(const MatchRules& rules) : rules_{rules} {
  for (const std::string& path : rules.json.ignore) ignored_.push_back({path_of(path), ""});
  for (const std::string& path : rules.json.only) only_.push_back(path_of(path));
  if (rules.volatile_parts) return;
  for (const VolatilePart& part : volatile_parts()) {
    if (part.where == "json") ignored_.push_back({path_of(part.name), part.path_end});
  }
}

RequestShapeReader::Path RequestShapeReader::path_of(std::string_view text) {
  Path path;
  std::string step;
  for (const char c : text.substr(std::min<std::size_t>(1, text.size()))) {
    if (c != '.' && c != '[' && c != ']') {
      step += c;
    } else if (!step.empty()) {
      path.push_back(std::move(step));
      step.clear();
    }
  }
  if (!step.empty()) path.push_back(std::move(step));
  return path;
}

bool RequestShapeReader::counts(const Path& path, std::string_view request_path) const {
  const bool ignored = std::ranges::any_of(ignored_, [&](const JsonRule& rule) {
    return request_path.ends_with(rule.path_end) && begins_with(path, rule.path);
  });
  if (ignored) return false;
  return only_.empty() || std::ranges::any_of(only_, [&](const Path& only) { return begins_with(path, only); });
}

void RequestShapeReader::add_parameters(RequestShape& shape, std::string_view text, Leaf::Part part,
                                        const MatchPart& rule) const {
  for (auto& [name, value] : parameters_of(text)) {
    const VolatilePart* const differs =
        rules_.volatile_parts ? nullptr : volatile_part(name_of(part), shape.path, name);
    if (differs != nullptr) {
      if (differs->echoed) shape.echoed.push_back({part, std::move(name), std::move(value)});
      continue;
    }
    if (contains(rule.ignore, name) || (!rule.only.empty() && !contains(rule.only, name))) continue;
    shape.leaves.push_back({part, std::move(name), std::move(value)});
  }
}

void RequestShapeReader::add_json(RequestShape& shape, const json& value, Path& path) const {
  if (value.is_structured() && !value.empty()) {
    for (const auto& [key, child] : value.items()) {
      path.push_back(key);
      add_json(shape, child, path);
      path.pop_back();
    }
    return;
  }
  if (!counts(path, shape.path)) return;
  std::string name = "$";
  for (const std::string& step : path) name += "." + step;
  shape.leaves.push_back({Leaf::Part::kJson, std::move(name), written(value)});
}

void RequestShapeReader::prune(json& value, Path& path, std::string_view request_path) const {
  if (!value.is_structured()) return;
  json kept = value.is_array() ? json::array() : json::object();
  for (auto& [key, child] : value.items()) {
    path.push_back(key);
    const bool was_filled = child.is_structured() && !child.empty();
    prune(child, path, request_path);
    const bool keeps = was_filled ? !child.empty() : counts(path, request_path);
    if (keeps && value.is_array()) kept.push_back(std::move(child));
    if (keeps && value.is_object()) kept[key] = std::move(child);
    path.pop_back();
  }
  value = std::move(kept);
}

std::optional<json> RequestShapeReader::json_body(const RequestView& request) const {
  if (!rules_.body || request.body.empty() || is_form(request) || !may_be_json(request)) return std::nullopt;
  json body = json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return std::nullopt;
  Path path;
  prune(body, path, request.path);
  return body;
}

RequestShape RequestShapeReader::read(const RequestView& request) const {
  RequestShape shape{.method = std::string{request.method}, .path = normal_path(request.path)};
  add_parameters(shape, request.query, Leaf::Part::kQuery, rules_.query);
  for (const std::string& name : rules_.headers) {
    if (const std::string* const value = find_header(request.headers, name))
      shape.leaves.push_back({Leaf::Part::kHeader, lower(name), *value});
  }
  if (rules_.body && !request.body.empty()) {
    json body;
    const bool is_json = !is_form(request) && may_be_json(request);
    if (is_json) body = json::parse(request.body, nullptr, false);
    if (is_form(request)) {
      add_parameters(shape, request.body, Leaf::Part::kForm, rules_.form);
    } else if (is_json && !body.is_discarded()) {
      Path path;
      add_json(shape, body, path);
    } else {
      shape.leaves.push_back({Leaf::Part::kBody, "", std::string{request.body}});
    }
  }
  std::ranges::sort(shape.leaves);
  return shape;
}

std::string key_of(const std::vector<Leaf>& leaves) {
  std::string key;
  for (const Leaf& leaf : leaves) {
    key += static_cast<char>(leaf.part);
    key += leaf.name;
    key += '\x1f';
    key += leaf.value;
    key += '\x1e';
  }
  return key;
}

}  // namespace understudy
