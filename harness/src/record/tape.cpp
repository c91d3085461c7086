#include "record/tape.hpp"

#include <algorithm>

namespace understudy {
namespace {

std::size_t size_of(const RecordedExchange& exchange) {
  std::size_t bytes = exchange.path.size() + exchange.query.size() + exchange.request_body.size() +
                      exchange.response_body.size() + exchange.chunks.size() * sizeof(RecordedChunk);
  for (const Header& header : exchange.request_headers) bytes += header.name.size() + header.value.size();
  for (const Header& header : exchange.response_headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

}  // namespace

std::size_t Tape::begin(RecordedExchange exchange) {
  const std::scoped_lock lock{mutex_};
  bytes_ += size_of(exchange);
  exchanges_.push_back(std::make_unique<RecordedExchange>(std::move(exchange)));
  return exchanges_.size() - 1;
}

bool Tape::change(std::size_t place, const std::function<void(RecordedExchange&)>& edit) {
  const std::scoped_lock lock{mutex_};
  if (place >= exchanges_.size() || exchanges_[place] == nullptr) return false;  // the tape was taken out
  RecordedExchange& exchange = *exchanges_[place];
  const std::size_t before = exchange.response_body.size() + exchange.chunks.size() * sizeof(RecordedChunk);
  edit(exchange);
  bytes_ += exchange.response_body.size() + exchange.chunks.size() * sizeof(RecordedChunk) - before;
  return bytes_ <= most_bytes_;
}

void Tape::drop(std::size_t place) {
  const std::scoped_lock lock{mutex_};
  if (place >= exchanges_.size() || exchanges_[place] == nullptr) return;
  bytes_ -= size_of(*exchanges_[place]);
  exchanges_[place] = nullptr;
}

void Tape::add_trouble(const std::string& trouble) {
  const std::scoped_lock lock{mutex_};
  if (std::ranges::find(troubles_, trouble) == troubles_.end()) troubles_.push_back(trouble);
}

std::vector<RecordedExchange> Tape::take() {
  const std::scoped_lock lock{mutex_};
  std::vector<RecordedExchange> result;
  for (const auto& exchange : exchanges_) {
    if (exchange != nullptr) result.push_back(std::move(*exchange));
  }
  exchanges_.clear();
  bytes_ = 0;
  return result;
}

std::vector<std::string> Tape::troubles() const {
  const std::scoped_lock lock{mutex_};
  return troubles_;
}

}  // namespace understudy
