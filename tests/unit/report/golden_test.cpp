// Every report form with a run in which all passed and one in which much did not.

#include "golden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "sample_runs.hpp"

namespace understudy {
namespace {

struct Form {
  std::string name;
  std::string extension;
  std::function<std::string(const RunReport&)> write;
};

template <class Make>
std::string listened(const RunReport& run, Make make) {
  std::ostringstream out;
  play(run, *make(out));
  return out.str();
}

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms{
      {"console", "txt",
       [](const RunReport& run) {
         return listened(run, [](std::ostream& out) { return console_report(out, {.slowest = 2}); });
       }},
      {"console_color", "txt",
       [](const RunReport& run) {
         return listened(run,
                         [](std::ostream& out) { return console_report(out, {.color = true, .progress = false}); });
       }},
      {"junit", "xml", junit_document},
      {"json", "json",
       [](const RunReport& run) {
         return json_document(run).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
       }},
      {"tap", "tap", [](const RunReport& run) { return listened(run, tap_report); }},
      {"github", "txt", [](const RunReport& run) { return listened(run, github_report); }},
      {"github_summary", "md", github_summary_document},
  };
  return kForms;
}

class ReportForm : public testing::TestWithParam<Form> {};

TEST_P(ReportForm, OfARunInWhichAllPassed) {
  const std::string file = GetParam().name + "_passing." + GetParam().extension;

  EXPECT_TRUE(matches_golden(file, GetParam().write(passing_run())));
}

TEST_P(ReportForm, OfARunInWhichMuchBroke) {
  const std::string file = GetParam().name + "_failing." + GetParam().extension;

  EXPECT_TRUE(matches_golden(file, GetParam().write(failing_run())));
}

TEST_P(ReportForm, LetsNoControlByteThrough) {
  if (GetParam().name == "console_color") return;  // it has its own
  const std::string text = GetParam().write(failing_run());

  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\xff'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Forms, ReportForm, testing::ValuesIn(forms()), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
