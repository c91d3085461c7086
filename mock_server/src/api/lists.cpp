#include "api/lists.hpp"

#include <algorithm>

#include "api/answers.hpp"
#include "wire/links.hpp"

namespace understudy::api {
namespace {

constexpr std::size_t kDefaultPage = 100;
constexpr std::size_t kLargestPage = 200;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t end = 0; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
    end = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, end));
  }
  return parts;
}

struct Filter {
  std::string field;
  std::vector<std::string> values;
  bool contains = false;
};

/// `filter[status][value][0]=active` -> {status, {active}}.
std::vector<Filter> filters_of(const Parameters& query) {
  std::vector<Filter> filters;
  for (const auto& [name, value] : query) {
    if (!name.starts_with("filter[")) continue;
    const std::string field = name.substr(7, name.find(']') - 7);
    const std::string rest = name.substr(std::min(name.find(']') + 1, name.size()));
    if (rest == "[operator]" || rest == "[mode]") continue;
    auto known = std::ranges::find(filters, field, &Filter::field);
    if (known == filters.end()) known = filters.insert(filters.end(), Filter{field, {}});
    known->contains = known->contains || rest == "[contains]";
    for (std::string& part : split(value)) known->values.push_back(std::move(part));
  }
  return filters;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

bool passes(const json& item, const Filter& filter) {
  const auto field = item.find(filter.field);
  if (field == item.end()) return true;
  const std::string text = text_of(*field);
  return std::ranges::any_of(filter.values, [&](const std::string& wanted) {
    return filter.contains ? text.find(wanted) != std::string::npos : text == wanted;
  });
}

void sort_items(std::vector<json>& items, std::string_view by) {
  const bool down = by.starts_with('-');
  if (down) by.remove_prefix(1);
  const std::string field{by};
  std::ranges::stable_sort(items, [&](const json& a, const json& b) {
    const std::string left = text_of(a.value(field, json("")));
    const std::string right = text_of(b.value(field, json("")));
    return down ? right < left : left < right;
  });
}

std::string encode_query(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '[' ? "%5B" : c == ']' ? "%5D" : wire::encode_segment({&c, 1});
  return result;
}

/// The same list from another place on.
std::string href(const Context& context, std::string_view cursor, std::size_t at) {
  std::string query;
  for (const auto& [name, value] : context.query) {
    if (name == "page[after]" || name == "page[before]" || name == "page") continue;
    query += (query.empty() ? "" : "&") + encode_query(name) + "=" + encode_query(value);
  }
  query += (query.empty() ? "" : "&") + encode_query(cursor) + "=" + std::to_string(at);
  return context.request.path + "?" + query;
}

}  // namespace

json list_answer(const Context& context, std::vector<json> items) {
  for (const Filter& filter : filters_of(context.query))
    std::erase_if(items, [&](const json& item) { return !passes(item, filter); });
  if (const std::string* by = find_parameter(context.query, "sort"); by != nullptr && !by->empty())
    sort_items(items, *by);

  // Older lists are paged by `range` and `page`; the client still asks for subscriptions and projects of teams so.
  const bool by_range = find_parameter(context.query, "range") != nullptr;
  const char* const size_name = by_range ? "range" : "page[size]";
  const std::size_t size = number_of_query<std::size_t>(context, size_name, kDefaultPage);
  if (size == 0 || size > kLargestPage)
    throw ApiError{400, "Bad Request", {{size_name, "has to be between 1 and 200"}}};
  const std::size_t page = std::max<std::size_t>(number_of_query<std::size_t>(context, "page", 1), 1);
  std::size_t from = by_range ? (page - 1) * size : number_of_query<std::size_t>(context, "page[after]", 0);
  if (find_parameter(context.query, "page[before]") != nullptr) {
    const std::size_t before = number_of_query<std::size_t>(context, "page[before]", 0);
    from = before > size ? before - size : 0;
  }
  const std::size_t first = std::min(from, items.size());
  const std::size_t last = std::min(first + size, items.size());

  json result{{"items", json::array()}, {"count", items.size()}};
  for (std::size_t i = first; i < last; ++i) result["items"].push_back(std::move(items[i]));
  wire::link(result, "self",
             context.request.query.empty() ? context.request.path : context.request.path + "?" + context.request.query);
  if (last < items.size())
    wire::link(result, "next", by_range ? href(context, "page", page + 1) : href(context, "page[after]", last));
  if (first > 0)
    wire::link(result, "previous", by_range ? href(context, "page", page - 1) : href(context, "page[before]", first));
  return result;
}

}  // namespace understudy::api
