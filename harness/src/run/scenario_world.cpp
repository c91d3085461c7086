#include "run/scenario_world.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

namespace understudy {

Variables draw_secrets(const std::vector<SecretSpec>& specs, std::uint64_t seed) {
  constexpr std::string_view kAlphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::mt19937_64 engine{seed};
  Variables secrets;
  for (const SecretSpec& spec : specs) {
    std::string value = spec.value;
    for (int i = 0; i < spec.random_length; ++i) value += kAlphabet[engine() % kAlphabet.size()];
    secrets[spec.name] = std::move(value);
  }
  return secrets;
}

World read_world(const Scenario& scenario, const Variables& variables, const WorldLibrary& library,
                 std::optional<Time> began) {
  if (scenario.given.is(Node::Kind::kNull)) return {};
  const Node given = substitute(scenario.given, variables);
  if (!began || given.find("clock") != nullptr) return World::from_node(given, library);
  std::vector<Node::Entry> entries = given.entries();
  entries.push_back({"clock", given.at(), Node::scalar(given.at(), format_time(*began), true)});
  return World::from_node(Node::map(given.at(), std::move(entries)), library);
}

std::optional<World::Token> chosen_token(const Scenario& scenario, const World& world) {
  const std::vector<World::Token>& tokens = world.tokens();
  if (scenario.token == "none" || (scenario.token.empty() && tokens.empty())) return std::nullopt;
  if (scenario.token.empty()) return tokens.front();
  std::vector<std::string> names;
  for (const World::Token& token : tokens) {
    if (token.name == scenario.token) return token;
    names.push_back(token.name);
  }
  throw InputError{scenario.at, fmt::format("the world has no token \"{}\"", scenario.token),
                   did_you_mean(scenario.token, names)};
}

}  // namespace understudy
