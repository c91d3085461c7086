#pragma once
/// Lists on the organization side: {"items", "count", "_links"}, filtered, sorted and paged by the query
/// (published API description, ListLinks; endpoints.md, "Collections").

#include "api/context.hpp"

namespace understudy::api {

/// Applies `filter[FIELD]`, `filter[FIELD][eq|in|contains]`, `filter[FIELD][value][n]`, `sort=FIELD|-FIELD` and
/// `page[size]`, `page[after]`, `page[before]` to `items`. Fields that the items do not have filter nothing.
/// Throws ApiError 400 for a page size that is no number between 1 and 200.
[[nodiscard]] json list_answer(const Context& context, std::vector<json> items);

}  // namespace understudy::api
