#pragma once
/// A world as a file for people, with a comment wherever there is something to say.

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace understudy {

/// Path of keys, '\n' behind each -> what stands above that entry, without "# ".
using Comments = std::map<std::string, std::string>;

[[nodiscard]] std::string comment_lines(const std::string& text, std::size_t indent);
[[nodiscard]] std::string world_text(const nlohmann::ordered_json& world, const Comments& comments);

}  // namespace understudy
