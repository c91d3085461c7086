#pragma once
/// Words as exec(3) takes them.

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace understudy {

/// A null-terminated array of pointers to texts of its own.
class WordBlock {
public:
  explicit WordBlock(std::vector<std::string> words) : words_{std::move(words)} {
    pointers_.reserve(words_.size() + 1);
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  WordBlock(const WordBlock&) = delete;
  WordBlock& operator=(const WordBlock&) = delete;
  ~WordBlock() = default;

  /// "NAME=value" each.
  [[nodiscard]] static std::vector<std::string> of_env(const std::map<std::string, std::string>& env) {
    std::vector<std::string> texts;
    texts.reserve(env.size());
    for (const auto& [name, value] : env) texts.emplace_back(name).append("=").append(value);
    return texts;
  }
  [[nodiscard]] char** get() { return pointers_.data(); }

private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

}  // namespace understudy
