#include "hunt/hunt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hunt/spotter.hpp"

namespace understudy {

Exposure unsearched(const std::string& place, const std::string& why) {
  return {.secret = "any secret", .kind = "any secret", .place = place, .shape = "it was not looked into: " + why};
}

namespace {

constexpr std::size_t kColumns = 200;  // of Command's terminals

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void look_into_output(const StepTraces& traces, const Spotter& spotter, std::vector<Exposure>& into) {
  const GivenTexts wanted{spotter.hunter(), traces.wanted_output};
  spotter.look(traces.stdout_text, traces.terminal ? "screen" : "stdout", "", wanted, into);
  spotter.look(traces.stderr_text, "stderr", "", {}, into);
  if (!traces.terminal) return;
  // Of what a person sees, only what cannot be read off the bytes: lines that the terminal wraps are no other leak.
  std::vector<Exposure> rendered;
  spotter.look(rendered_screen(traces.stdout_text, kColumns), "screen", "as rendered", wanted, rendered);
  for (Exposure& exposure : rendered) {
    const bool shown_before = std::ranges::any_of(into, [&](const Exposure& other) {
      return other.place == exposure.place && other.secret == exposure.secret && other.kind == exposure.kind;
    });
    if (!shown_before) into.push_back(std::move(exposure));
  }
}

void look_into_processes(const std::vector<SeenProcess>& processes, const std::string& suffix, const StepTraces& traces,
                         const Spotter& spotter, std::vector<Exposure>& into) {
  const GivenTexts arguments{spotter.hunter(), traces.given_arguments};
  const GivenTexts environment{spotter.hunter(), traces.given_environment};
  for (const SeenProcess& process : processes) {
    const std::string name = base_name(process.program) + suffix;
    for (std::size_t i = 0; i < process.argv.size(); ++i) {
      spotter.look(process.argv[i], "argument of " + name, fmt::format("pid {}, argument {}", process.pid, i),
                   arguments, into);
    }
    for (const std::string& variable : process.env) {
      const std::string variable_name = variable.substr(0, variable.find('='));
      spotter.look(variable, fmt::format("environment variable {} of {}", variable_name, name),
                   fmt::format("pid {}", process.pid), environment, into);
    }
  }
}

void look_into_exchange(const Exchange& exchange, const Spotter& spotter, std::vector<Exposure>& into) {
  const std::string request = exchange.method + " " + exchange.path;
  const std::string number = fmt::format("request {}", exchange.number);
  spotter.look(target(exchange), "target of " + request, number, {}, into);
  for (const Header& header : exchange.request_headers) {
    if (why_not_hunted(header.name).empty())
      spotter.look(header.name, "name of header of " + request, number, {}, into);
    spotter.look(header.value, fmt::format("header {} of {}", header.name, request), number, {}, into);
  }
  spotter.look(exchange.request_body, "body of " + request, number, {}, into);
  for (const Header& header : exchange.response_headers)
    spotter.look(header.value, fmt::format("response header {} of {}", header.name, request), number, {}, into);
  spotter.look(exchange.response_body, "response to " + request, number, {}, into);
}

void look_into_foreign(const ForeignRequest& request, const Spotter& spotter, std::vector<Exposure>& into) {
  std::string url = request.url.substr(0, request.url.find('?'));
  std::ranges::replace(url, ' ', '+');  // a blank before a slash would make it a path of the platform's
  const std::string name = request.method + " " + url;
  spotter.look(request.url, "target of " + name, "", {}, into);
  for (std::size_t at = 0; at < request.head.size();) {
    const std::size_t end = std::min(request.head.find("\r\n", at), request.head.size());
    const std::string line = request.head.substr(at, end - at);
    spotter.look(line, fmt::format("header {} of {}", line.substr(0, line.find(':')), name), "", {}, into);
    at = end + 2;
  }
  spotter.look(request.body, "body of " + name, "", {}, into);
  if (request.is_cut) into.push_back(unsearched(spotter.hunter().cover("body of " + name), "the rest of it"));
}

}  // namespace

std::vector<Exposure> Hunt::look(const StepTraces& traces, const SecretHunter& hunter) {
  const Spotter spotter{hunter, traces.subcommand};
  std::vector<Exposure> exposures;
  look_into_output(traces, spotter, exposures);
  look_into_files(hunter, exposures);
  for (Exposure& exposure : exposures) {
    const auto given = traces.given_files.find(exposure.place);
    if (!exposure.may_be.empty() || given == traces.given_files.end()) continue;
    std::vector<Exposure> own;
    spotter.look(given->second, given->first, "", {}, own);
    const auto same = [&](const Exposure& other) {
      return other.secret == exposure.secret && other.shape == exposure.shape;
    };
    if (std::ranges::any_of(own, same)) exposure.may_be = "the scenario put it there";
  }
  look_into_processes(traces.processes, "", traces, spotter, exposures);
  look_into_processes(traces.container_processes, " in a container", traces, spotter, exposures);
  for (const Exchange& exchange : traces.exchanges) look_into_exchange(exchange, spotter, exposures);
  for (const ForeignRequest& request : traces.foreign) look_into_foreign(request, spotter, exposures);
  for (const PlatformText& text : traces.platform) spotter.look(text.text, text.place, "", {}, exposures);
  return exposures;
}

}  // namespace understudy
