#include "record/record_scenario.hpp"

#include "harness/runner.hpp"
#include "mock_server/mock_server.hpp"
#include "record/rewriter.hpp"
#include "record/sweeper.hpp"
#include "run/run_folder.hpp"

namespace understudy {
namespace {

constexpr std::string_view kFakeHost = std::string_view{kFakeName}.substr(8);

std::vector<Header> renamed(const std::vector<Header>& headers, const OriginMap& names) {
  std::vector<Header> result;
  for (const Header& header : headers) {
    const bool is_host = header.name == "Host" || header.name == "host";  // of a port of its own in a container
    const bool is_length = header.name == "Content-Length" || header.name == "content-length";
    if (!is_length) result.push_back({header.name, is_host ? std::string{kFakeHost} : names.in(header.value)});
  }
  return result;
}

RecordedExchange recorded(const Exchange& exchange, const OriginMap& names) {
  const std::string* const type = find_header(exchange.response_headers, "Content-Type");
  const bool answered = exchange.answered_at >= exchange.platform_time;
  return {.started = exchange.platform_time,
          .duration = answered ? exchange.answered_at - exchange.platform_time : Milliseconds{0},
          .method = exchange.method,
          .server = kFakeName,
          .path = exchange.path,
          .query = names.in(exchange.query),
          .request_headers = renamed(exchange.request_headers, names),
          .request_body = names.in(exchange.request_body),
          .status = exchange.status,
          .response_headers = renamed(exchange.response_headers, names),
          .response_body = names.in(exchange.response_body),
          .content_type = type == nullptr ? "" : *type,
          .comment = exchange.client_id == 0 ? "" : "asked by a client in a container"};
}

}  // namespace

struct ScenarioRecorder::Impl {
  explicit Impl(RecordOptions given)
      : options{std::move(given)},
        sweeper{folder.of_worker(0).parent_path()},
        settings{default_settings(folder.of_worker(0))} {
    std::filesystem::create_directories(folder.of_worker(0));
    settings.client = options.place.client;
    settings.seed = options.seed;
    prepare(settings);
  }

  Redacted take(MockServer& platform, const std::string& id) const {
    OriginMap names;
    names.add(parse_address(platform.base_url(), {}).origin, kFakeName);
    Recording recording{.creator = recorder_name(), .comment = id};
    for (const Exchange& exchange : platform.journal().entries())
      recording.exchanges.push_back(recorded(exchange, names));
    return redact(std::move(recording),
                  {.known = platform.secrets().all(), .fields = options.fields, .anonymize = options.anonymize});
  }

  RecordOptions options;
  RunFolder folder;
  Sweeper sweeper;
  RunSettings settings;
};

ScenarioRecorder::ScenarioRecorder(const RecordOptions& options) : impl_{std::make_unique<Impl>(options)} {}
ScenarioRecorder::~ScenarioRecorder() = default;

RecordedScenario ScenarioRecorder::record(const Scenario& scenario) {
  RecordedScenario made;
  RunSettings settings = impl_->settings;
  settings.take_platform = [&](MockServer& platform) { made.redacted = impl_->take(platform, scenario.id()); };
  made.result = run_scenario(scenario, settings);
  return made;
}

}  // namespace understudy
