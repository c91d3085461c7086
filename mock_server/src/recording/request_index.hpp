#pragma once
/// The recorded requests, found by what is asked in a time that does not depend on how many there are.

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "recording/needles.hpp"
#include "recording/pattern.hpp"
#include "recording/request_shape.hpp"

namespace understudy {

/// Exchanges whose requests are the same.
struct RecordedRequest {
  /// A change is answered in order, once each; a read may be repeated; what is free may be, whatever changed.
  enum class Kind { kRead, kChange, kFree };
  Kind kind = Kind::kRead;
  RequestShape shape{};
  std::vector<Pattern> patterns{};       ///< of the leaves, if any has a placeholder; else none
  std::vector<std::size_t> exchanges{};  ///< ascending
  std::vector<std::size_t> epochs{};     ///< of each: how many changes were recorded before it

  // What was asked so far.
  std::size_t next = 0;  ///< index into `exchanges` of the first one that was not given yet
  bool asked = false;
  std::size_t unconcerned = 0;  ///< this one is not concerned by the changes before this epoch
};
[[nodiscard]] RecordedRequest::Kind kind_of(std::string_view method, std::string_view path);

class RequestIndex {
public:
  explicit RequestIndex(const Needles& placeholders) : placeholders_{placeholders} {}

  /// Number of the request that it belongs to; a new one, or one that is there already.
  std::size_t add(RequestShape shape, std::size_t exchange, std::size_t epoch);

  struct Candidate {
    std::size_t request = 0;
    Bindings bound{};  ///< what its placeholders stand for if it is the one
  };
  /// Those that fit, literal ones first.
  [[nodiscard]] std::vector<Candidate> find(const RequestShape& asked, const Bindings& known) const;

  [[nodiscard]] std::vector<RecordedRequest>& requests() { return requests_; }
  [[nodiscard]] const std::vector<RecordedRequest>& requests() const { return requests_; }

private:
  using Names = std::vector<std::pair<Leaf::Part, std::string>>;
  /// Requests with placeholders in the same leaves, by all other leaves.
  struct Masked {
    Names names{};
    std::unordered_map<std::string, std::vector<std::size_t>> by_rest{};
  };
  struct Bucket {
    std::unordered_map<std::string, std::size_t> literal{};
    std::vector<Masked> masked{};
  };
  struct Wild {
    std::string method;
    std::string text;
    Pattern path;
    Bucket bucket{};
  };
  [[nodiscard]] static std::string rest_of(const std::vector<Leaf>& leaves, const Names& names);
  Bucket& bucket_for(const RequestShape& shape);
  std::size_t* place_for(Bucket& bucket, const RequestShape& shape, const std::vector<Pattern>& patterns);
  void find_in(const Bucket& bucket, const RequestShape& asked, const Bindings& known, const Bindings& of_path,
               std::vector<Candidate>& found) const;

  const Needles& placeholders_;
  std::vector<RecordedRequest> requests_;
  std::unordered_map<std::string, Bucket> buckets_;  ///< by method and path
  std::vector<Wild> wild_;                           ///< with placeholders in the path
};

}  // namespace understudy
