#pragma once
/// Asks the API for what a recording does not have, through a recorder.

#include <filesystem>
#include <string>
#include <vector>

#include "mock_server/replay.hpp"
#include "record/recording_proxy.hpp"

namespace understudy {

class UpstreamSource final : public AnswerSource {
public:
  /// Throws InputError for URLs that are none, or lead to more than a host.
  UpstreamSource(const std::string& api_url, const std::string& auth_url, const std::filesystem::path& authorities);
  [[nodiscard]] RecordedExchange ask(const RequestView& request) override;

  /// What was recorded, in the order of its beginning; nobody may ask any more.
  [[nodiscard]] std::vector<RecordedExchange> finish() { return proxy_.finish(); }
  [[nodiscard]] std::vector<std::string> troubles() const { return proxy_.troubles(); }

private:
  TlsTrust trust_;  // of connections to the recorder, which need none
  bool has_auth_ = false;
  RecordingProxy proxy_;
};

}  // namespace understudy
