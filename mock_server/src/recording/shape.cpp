#include "mock_server/shape.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace understudy {
namespace {

using nlohmann::json;

// Fields of the API whose keys are names that somebody chose (endpoints.md, "Deployment"; contract, 4.8).
constexpr std::array<std::string_view, 27> kDictionaries{"additional_hosts",
                                                         "attributes",
                                                         "autoscaling",
                                                         "caches",
                                                         "container_profiles",
                                                         "crons",
                                                         "dependencies",
                                                         "endpoints",
                                                         "env",
                                                         "headers",
                                                         "instances",
                                                         "jobs",
                                                         "locations",
                                                         "mounts",
                                                         "operations",
                                                         "parameters",
                                                         "payload",
                                                         "relationships",
                                                         "resources_overrides",
                                                         "routes",
                                                         "rules",
                                                         "runtime",
                                                         "services",
                                                         "tasks",
                                                         "variables",
                                                         "webapps",
                                                         "workers"};

bool is_id(std::string_view key) {
  constexpr std::size_t kShortest = 10;
  if (key.size() < kShortest) return false;
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const bool plain = std::ranges::all_of(key, [&](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  return plain && std::ranges::any_of(key, is_digit);
}

bool is_data(std::string_view key) {
  if (key.empty() || key.starts_with('#')) return false;  // "#edit" is a link's relation
  return key.find('/') != std::string_view::npos || is_id(key) ||
         std::ranges::all_of(key, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

bool is_dictionary(std::string_view name, const json& object) {
  if (std::ranges::find(kDictionaries, name) != kDictionaries.end()) return true;
  for (const auto& [key, value] : object.items()) {
    if (!is_data(key)) return false;
  }
  return !object.empty();
}

unsigned kind_of(const json& value) {
  switch (value.type()) {
    case json::value_t::boolean:
      return JsonShape::kBoolean;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
      return JsonShape::kInteger;
    case json::value_t::number_float:
      return JsonShape::kNumber;
    case json::value_t::string:
      return JsonShape::kText;
    case json::value_t::array:
      return JsonShape::kList;
    case json::value_t::object:
      return JsonShape::kObject;
    default:
      return JsonShape::kNull;
  }
}

JsonShape shape_below(std::string_view name, const json& value) {
  JsonShape shape{.kinds = kind_of(value), .seen = 1};
  if (value.is_object()) {
    shape.objects = 1;
    shape.is_dictionary = is_dictionary(name, value);
    for (const auto& [key, field] : value.items())
      lay_over(shape.fields[shape.is_dictionary ? "*" : key], shape_below(key, field));
  } else if (value.is_array()) {
    for (const json& item : value) {
      if (shape.items.empty()) shape.items.emplace_back();
      lay_over(shape.items.front(), shape_below({}, item));
    }
  }
  return shape;
}

/// An object that was a dictionary in another value is one here, too.
void make_dictionary(JsonShape& shape) {
  if (shape.is_dictionary) return;
  JsonShape all;
  for (const auto& [key, field] : shape.fields) lay_over(all, field);
  shape.fields.clear();
  if (all.seen > 0) shape.fields["*"] = std::move(all);
  shape.is_dictionary = true;
}

bool is_bare(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '*';
  });
}

std::string below(const std::string& path, const std::string& key) {
  return is_bare(key) ? path + "." + key : path + "[" + json(key).dump() + "]";
}

class Comparison {
public:
  explicit Comparison(bool strict) : strict_{strict} {}

  void compare(const JsonShape& then, const JsonShape& now, const std::string& path) {
    if (kinds_differ(then.kinds, now.kinds))
      changes.push_back({path, ShapeChange::What::kChanged, describe_kinds(then.kinds), describe_kinds(now.kinds)});
    if (then.objects > 0 && now.objects > 0) compare_fields(then, now, path);
    if (!then.items.empty() && !now.items.empty()) compare(then.items.front(), now.items.front(), path + "[]");
  }

  std::vector<ShapeChange> changes{};

private:
  [[nodiscard]] bool kinds_differ(unsigned then, unsigned now) const {
    if (strict_) return then != now;
    const auto known = [](unsigned kinds) {
      if ((kinds & JsonShape::kNumber) != 0) kinds |= JsonShape::kInteger;
      if ((kinds & JsonShape::kInteger) != 0) kinds |= JsonShape::kNumber;
      return kinds & ~unsigned{JsonShape::kNull};
    };
    return known(then) != 0 && known(now) != 0 && (known(now) & ~known(then)) != 0;
  }

  void compare_fields(JsonShape then, JsonShape now, const std::string& path) {
    if (then.is_dictionary || now.is_dictionary) {
      make_dictionary(then);
      make_dictionary(now);
      const auto all_then = then.fields.find("*");
      const auto all_now = now.fields.find("*");
      if (all_then != then.fields.end() && all_now != now.fields.end())
        compare(all_then->second, all_now->second, path + ".*");
      return;
    }
    std::map<std::string, std::pair<const JsonShape*, const JsonShape*>> both;
    for (const auto& [key, field] : then.fields) both[key].first = &field;
    for (const auto& [key, field] : now.fields) both[key].second = &field;
    for (const auto& [key, pair] : both) {
      const auto& [was, is] = pair;
      if (was != nullptr && is != nullptr) {
        const bool always_then = was->seen == then.objects;
        const bool always_now = is->seen == now.objects;
        if (always_then && !always_now)
          changes.push_back({below(path, key), ShapeChange::What::kWent, describe_kinds(was->kinds),
                             describe_kinds(is->kinds) + " in some"});
        else if (strict_ && always_now && !always_then)
          changes.push_back({below(path, key), ShapeChange::What::kCame, describe_kinds(was->kinds) + " in some",
                             describe_kinds(is->kinds)});
        compare(*was, *is, below(path, key));
      } else if (was == nullptr) {
        changes.push_back({below(path, key), ShapeChange::What::kCame, "",
                           describe_kinds(is->kinds) + (is->seen == now.objects ? "" : " in some")});
      } else if (strict_ || was->seen == then.objects) {
        changes.push_back({below(path, key), ShapeChange::What::kWent, describe_kinds(was->kinds), ""});
      }
    }
  }

  bool strict_;
};

bool is_json_type(std::string_view content_type) {
  return content_type.find("json") != std::string_view::npos && content_type.find("ndjson") == std::string_view::npos;
}

}  // namespace

std::string describe_kinds(unsigned kinds) {
  constexpr std::array<std::pair<unsigned, std::string_view>, 7> kNames{{{JsonShape::kObject, "object"},
                                                                         {JsonShape::kList, "list"},
                                                                         {JsonShape::kText, "text"},
                                                                         {JsonShape::kNumber, "number"},
                                                                         {JsonShape::kInteger, "integer"},
                                                                         {JsonShape::kBoolean, "boolean"},
                                                                         {JsonShape::kNull, "null"}}};
  std::string text;
  for (const auto& [kind, name] : kNames) {
    if ((kinds & kind) != 0) text += (text.empty() ? "" : " or ") + std::string{name};
  }
  return text;
}

std::string_view to_string(ShapeChange::What what) {
  switch (what) {
    case ShapeChange::What::kCame:
      return "came";
    case ShapeChange::What::kWent:
      return "went";
    case ShapeChange::What::kChanged:
      return "changed";
  }
  return "";
}

void lay_over(JsonShape& into, const JsonShape& other) {
  JsonShape both = other;
  if (into.objects > 0 && both.objects > 0 && into.is_dictionary != both.is_dictionary) {
    make_dictionary(into);
    make_dictionary(both);
  }
  into.kinds |= both.kinds;
  into.seen += both.seen;
  into.objects += both.objects;
  into.is_dictionary = into.is_dictionary || both.is_dictionary;
  for (const auto& [key, field] : both.fields) lay_over(into.fields[key], field);
  if (!both.items.empty()) {
    if (into.items.empty()) into.items.emplace_back();
    lay_over(into.items.front(), both.items.front());
  }
}

JsonShape shape_of(const json& value) { return shape_below({}, value); }

std::optional<JsonShape> shape_of_body(std::string_view content_type, std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::nullopt;
  const json whole = json::parse(body, nullptr, false);
  if (!whole.is_discarded() && (is_json_type(content_type) || whole.is_structured())) {
    const bool one_line_of_log = !content_type.empty() && !is_json_type(content_type) && whole.is_object();
    return shape_of(one_line_of_log ? json::array({whole}) : whole);
  }
  json lines = json::array();
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    json value = json::parse(line, nullptr, false);
    if (!value.is_object()) return std::nullopt;
    lines.push_back(std::move(value));
  }
  return shape_of(lines);
}

std::vector<ShapeChange> compare_shapes(const JsonShape& then, const JsonShape& now, bool strict) {
  Comparison comparison{strict};
  comparison.compare(then, now, "$");
  return comparison.changes;
}

}  // namespace understudy
