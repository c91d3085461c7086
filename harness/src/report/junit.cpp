#include <fmt/format.h>

#include <map>
#include <set>

#include "harness/report.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  std::string text = xml_escaped(value);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;) text.replace(at, 1, "&#10;");
  return fmt::format(" {}=\"{}\"", name, text);
}

std::string seconds(std::chrono::microseconds time) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(time).count());
}

/// "scenarios/variables/sensitive.yaml" -> "variables.sensitive": what GitLab shows as the suite.
std::string class_name(const std::string& file) {
  const std::filesystem::path path{file};
  std::string name;
  for (const auto& part : (path.parent_path() / path.stem()).relative_path()) {
    const bool says_nothing = part == "." || part == ".." || (name.empty() && part == "scenarios");
    if (says_nothing) continue;
    name += (name.empty() ? "" : ".") + part.string();
  }
  return name;
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::chrono::microseconds time{};

  void add(const ScenarioResult& result) {
    ++tests;
    failures += result.verdict == Verdict::kFailed ? 1 : 0;
    errors += result.verdict == Verdict::kError ? 1 : 0;
    skipped += result.verdict == Verdict::kSkipped ? 1 : 0;
    time += result.wall_time;
  }
  [[nodiscard]] std::string attributes(std::chrono::microseconds whole_time) const {
    return fmt::format(R"( tests="{}" failures="{}" errors="{}" skipped="{}" time="{}")", tests, failures, errors,
                       skipped, seconds(whole_time));
  }
};

std::string failure_message(const ScenarioResult& result) {
  for (const StepResult& step : result.steps) {
    for (const Failure& failure : step.failures) {
      return fmt::format("{}: expected {}, {}", failure.subject, printable(first_line(failure.expected)),
                         printable(first_line(failure.actual)));
    }
  }
  return printable(first_line(result.reason));
}

std::string steps_text(const ScenarioResult& result) {
  std::string text;
  for (const StepResult& step : result.steps) {
    text += fmt::format("$ {}\n{}", printable(step.command), printable(step.stdout_text));
    if (!text.ends_with('\n')) text += '\n';
    text += printable(step.stderr_text);
    if (!text.ends_with('\n')) text += '\n';
    text += fmt::format("-> {}\n", step.outcome);
  }
  return text;
}

class JunitWriter {
public:
  explicit JunitWriter(const RunReport& run) : run_{run} {}

  std::string write() {
    std::map<std::string, std::vector<const ScenarioResult*>> files;
    Counts all;
    for (const ScenarioResult& result : run_.results) {
      files[result.file].push_back(&result);
      all.add(result);
    }
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    out_ += fmt::format("<testsuites name=\"understudy\"{}>\n", all.attributes(run_.summary.wall_time));
    for (const auto& [file, results] : files) add_suite(file, results);
    out_ += "</testsuites>\n";
    return std::move(out_);
  }

private:
  void add_suite(const std::string& file, const std::vector<const ScenarioResult*>& results) {
    Counts counts;
    for (const ScenarioResult* result : results) counts.add(*result);
    out_ += "  <testsuite" + attribute("name", file) + counts.attributes(counts.time);
    if (!run_.info.started.empty()) out_ += attribute("timestamp", run_.info.started);
    if (!run_.info.hostname.empty()) out_ += attribute("hostname", run_.info.hostname);
    out_ += ">\n    <properties>\n";
    add_property("seed", std::to_string(run_.info.seed));
    add_property("client", run_.info.client);
    if (!run_.info.client_version.empty()) add_property("client version", run_.info.client_version);
    add_property("understudy version", run_.info.version);
    out_ += "    </properties>\n";
    for (const ScenarioResult* result : results) add_case(*result);
    out_ += "  </testsuite>\n";
  }

  void add_property(std::string_view name, std::string_view value) {
    out_ += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  }

  /// GitLab counts only the first of two cases of one name.
  std::string unique_name(const std::string& suite, const ScenarioResult& result) {
    std::string name = result.name;
    if (result.repeat > 0) name += fmt::format(" (run {})", result.repeat + 1);
    if (names_.emplace(suite, name).second) return name;
    name += fmt::format(" (line {})", result.line);
    names_.emplace(suite, name);
    return name;
  }

  void add_case(const ScenarioResult& result) {
    const std::string suite = class_name(result.file);
    out_ += "    <testcase" + attribute("classname", suite) + attribute("name", unique_name(suite, result)) +
            attribute("file", result.file) + attribute("line", std::to_string(result.line)) +
            attribute("time", seconds(result.wall_time)) + ">\n";
    switch (result.verdict) {
      case Verdict::kPassed:
        break;
      case Verdict::kFailed:
        add_problem("failure", "expectation", result);
        break;
      case Verdict::kError:
        add_problem("error", "error", result);
        break;
      case Verdict::kSkipped:
        out_ += "      <skipped" + attribute("message", result.reason) + "/>\n";
        break;
    }
    if (const std::string text = steps_text(result); !text.empty()) {
      out_ += "      <system-out>" + xml_escaped(text) + "</system-out>\n";
    }
    out_ += "    </testcase>\n";
  }

  void add_problem(std::string_view element, std::string_view type, const ScenarioResult& result) {
    out_ += fmt::format("      <{}{}{}>{}</{}>\n", element, attribute("message", failure_message(result)),
                        attribute("type", type), xml_escaped(failure_text(result, run_.info, false)), element);
  }

  const RunReport& run_;
  std::string out_;
  std::set<std::pair<std::string, std::string>> names_;
};

}  // namespace

std::string junit_document(const RunReport& run) { return JunitWriter{run}.write(); }

}  // namespace understudy
