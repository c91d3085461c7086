#include "recording/request_index.hpp"

#include <algorithm>

#include "mock_server/login_path.hpp"

namespace understudy {
namespace {

constexpr std::size_t kNew = static_cast<std::size_t>(-1);

std::string key_of_path(const RequestShape& shape) { return shape.method + ' ' + shape.path; }

/// A segment of a path, and not more, is what a placeholder in it stands for.
bool crosses_segments(const Bindings& bound) {
  return std::ranges::any_of(bound, [](const auto& entry) { return entry.second.find('/') != std::string::npos; });
}

}  // namespace

RecordedRequest::Kind kind_of(std::string_view method, std::string_view path) {
  if (is_of_login(path)) return RecordedRequest::Kind::kFree;
  const bool is_read = method == "GET" || method == "HEAD" || method == "OPTIONS";
  return is_read ? RecordedRequest::Kind::kRead : RecordedRequest::Kind::kChange;
}

std::string RequestIndex::rest_of(const std::vector<Leaf>& leaves, const Names& names) {
  std::vector<Leaf> blanked = leaves;
  for (Leaf& leaf : blanked) {
    if (std::ranges::find(names, std::pair{leaf.part, leaf.name}) != names.end()) leaf.value.clear();
  }
  return key_of(blanked);
}

RequestIndex::Bucket& RequestIndex::bucket_for(const RequestShape& shape) {
  Pattern path{shape.path, placeholders_};
  if (!path.has_placeholders()) return buckets_[key_of_path(shape)];
  for (Wild& wild : wild_) {
    if (wild.method == shape.method && wild.text == shape.path) return wild.bucket;
  }
  return wild_.emplace_back(Wild{shape.method, shape.path, std::move(path)}).bucket;
}

/// Where the number of the request is to be found, or to be put (kNew).
std::size_t* RequestIndex::place_for(Bucket& bucket, const RequestShape& shape, const std::vector<Pattern>& patterns) {
  if (patterns.empty()) return &bucket.literal.try_emplace(key_of(shape.leaves), kNew).first->second;
  Names names;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].has_placeholders()) names.emplace_back(shape.leaves[i].part, shape.leaves[i].name);
  }
  auto masked = std::ranges::find(bucket.masked, names, &Masked::names);
  if (masked == bucket.masked.end()) masked = bucket.masked.insert(masked, Masked{.names = names});
  std::vector<std::size_t>& same = masked->by_rest[rest_of(shape.leaves, names)];
  for (std::size_t& number : same) {
    if (requests_[number].shape.leaves == shape.leaves) return &number;
  }
  return &same.emplace_back(kNew);
}

std::size_t RequestIndex::add(RequestShape shape, std::size_t exchange, std::size_t epoch) {
  std::vector<Pattern> patterns;
  for (const Leaf& leaf : shape.leaves) patterns.emplace_back(leaf.value, placeholders_);
  if (std::ranges::none_of(patterns, &Pattern::has_placeholders)) patterns.clear();
  std::size_t& number = *place_for(bucket_for(shape), shape, patterns);
  if (number == kNew) {
    number = requests_.size();
    requests_.push_back(
        {.kind = kind_of(shape.method, shape.path), .shape = std::move(shape), .patterns = std::move(patterns)});
  }
  requests_[number].exchanges.push_back(exchange);
  requests_[number].epochs.push_back(epoch);
  return number;
}

void RequestIndex::find_in(const Bucket& bucket, const RequestShape& asked, const Bindings& known,
                           const Bindings& of_path, std::vector<Candidate>& found) const {
  if (!bucket.literal.empty()) {
    const auto literal = bucket.literal.find(key_of(asked.leaves));
    if (literal != bucket.literal.end()) found.push_back({literal->second, of_path});
  }
  for (const Masked& masked : bucket.masked) {
    const auto same = masked.by_rest.find(rest_of(asked.leaves, masked.names));
    if (same == masked.by_rest.end()) continue;
    for (const std::size_t number : same->second) {
      Candidate candidate{number, of_path};
      Bindings so_far = known;
      so_far.insert(of_path.begin(), of_path.end());
      bool fits = true;
      for (std::size_t i = 0; fits && i < asked.leaves.size(); ++i) {
        const std::optional<Bindings> bound = requests_[number].patterns[i].match(asked.leaves[i].value, so_far);
        fits = bound.has_value();
        if (!fits) break;
        so_far.insert(bound->begin(), bound->end());
        candidate.bound.insert(bound->begin(), bound->end());
      }
      if (fits) found.push_back(std::move(candidate));
    }
  }
}

std::vector<RequestIndex::Candidate> RequestIndex::find(const RequestShape& asked, const Bindings& known) const {
  std::vector<Candidate> found;
  const auto bucket = buckets_.find(key_of_path(asked));
  if (bucket != buckets_.end()) find_in(bucket->second, asked, known, {}, found);
  for (const Wild& wild : wild_) {
    if (wild.method != asked.method) continue;
    const std::optional<Bindings> bound = wild.path.match(asked.path, known);
    if (bound && !crosses_segments(*bound)) find_in(wild.bucket, asked, known, *bound, found);
  }
  return found;
}

}  // namespace understudy
