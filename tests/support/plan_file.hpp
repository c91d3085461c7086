#pragma once
/// What the stand-in client is to leak, one act a line: "stdout 68656c6c6f", "file 0644 PATH CONTENT". All words but
/// the act are hex. Bytes are scrambled first, so that a plan that lies in the sandbox is no finding itself.

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct Act {
  std::string kind{};
  std::vector<std::string> words{};  ///< any bytes
};

namespace plan_file {

inline char scrambled(char c, std::size_t at) {
  constexpr unsigned kFirst = 0x5b;
  constexpr unsigned kStep = 0x1d;
  return static_cast<char>(static_cast<unsigned char>(c) ^ ((kFirst + kStep * at) & 0xffU));
}

inline std::string word_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result = " ";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(scrambled(bytes[i], i));
    result += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return result;
}

inline std::string bytes_of(std::string_view word) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::string result;
  for (std::size_t i = 0; 2 * i + 1 < word.size(); ++i)
    result += scrambled(static_cast<char>(digit(word[2 * i]) << 4U | digit(word[2 * i + 1])), i);
  return result;
}

inline std::string text_of(const std::vector<Act>& acts) {
  std::string text;
  for (const Act& act : acts) {
    text += act.kind;
    for (const std::string& word : act.words) text += word_of(word);
    text += '\n';
  }
  return text;
}

inline std::vector<Act> read(const std::string& path) {
  std::ifstream in{path};
  std::vector<Act> acts;
  for (std::string line; std::getline(in, line);) {
    Act act{.kind = line.substr(0, line.find(' '))};
    for (std::size_t at = act.kind.size(); at < line.size();) {
      const std::size_t end = std::min(line.find(' ', at + 1), line.size());
      act.words.push_back(bytes_of(std::string_view{line}.substr(at + 1, end - at - 1)));
      at = end;
    }
    acts.push_back(std::move(act));
  }
  return acts;
}

}  // namespace plan_file
}  // namespace understudy
