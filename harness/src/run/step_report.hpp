#pragma once
/// From what a step left behind to what a report shows of it.

#include <string>
#include <vector>

#include "harness/check.hpp"
#include "harness/result.hpp"

namespace understudy {

/// "activity bk1 (environment.backup) for 12m", several with "; " between them, or "".
[[nodiscard]] std::string describe_waits(const ClientReport& report);

/// The table of requests. `began` is the step's start in the journal's wall time, `world_began` the platform's.
[[nodiscard]] std::vector<RequestLine> request_lines(const std::vector<Exchange>& exchanges,
                                                     std::chrono::microseconds began, Time world_began);

/// Requests and responses as a whole, as `--exchanges` writes them; one JSON object each.
[[nodiscard]] nlohmann::json whole_exchanges(const std::vector<Exchange>& exchanges, Time world_began);

/// "backup:create" of `webpaas --yes backup:create main`: what the client was asked to do. "" for another program.
[[nodiscard]] std::string subcommand_of(const std::vector<std::string>& argv, const std::vector<std::string>& clients);

/// What checks and reports get of what was written: the first 8 MiB of each stream. More of it is counted as dropped.
[[nodiscard]] Finished cut_to_be_shown(Finished finished);

/// What is worth saying though no expectation is about it: leaks (without process ids, which differ), dropped output.
[[nodiscard]] std::vector<std::string> remarks_on(const Finished& finished);

/// Adds what clients did to their own lanes ("client webpaas"), which are made where nothing was asked for.
void add_client_spans(Timeline& timeline, const std::vector<Span>& spans);

/// `result` with `edit` applied to every text in it, but for the paths that lead to a kept sandbox.
[[nodiscard]] ScenarioResult edit_texts(const ScenarioResult& result,
                                        const std::function<std::string(const std::string& text, bool is_path)>& edit);

}  // namespace understudy
