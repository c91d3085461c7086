// HAR 1.2 -> Recording (http://www.softwareishard.com/blog/har-12-spec/). What the specification wants and nobody needs
// for a replay (pages, cache, timings, sizes, cookies beside the header) may be missing: exporters differ there.

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/recording.hpp"
#include "mock_server/url.hpp"
#include "recording/coding.hpp"
#include "recording/har_names.hpp"
#include "recording/headers.hpp"
#include "recording/json_text.hpp"

namespace understudy {
namespace {

using namespace recording;
using Kind = Node::Kind;

class HarReader {
public:
  HarReader(std::string_view text, const std::string& file) : text_{text}, source_{text, file}, file_{file} {}

  Recording read() {
    refuse_what_is_no_json();
    JsonValue document = source_.parse();
    JsonValue& log = log_of(document);
    check_version(log);
    Recording recording;
    recording.file = file_;
    recording.creator = creator(log);
    recording.comment = take_text(log, "comment");
    read_placeholders(log, recording);
    for (JsonValue& entry : required(log, "entries", Kind::kList, "the log").items) {
      expect(entry, Kind::kMap, "an entry");
      if (went_over_the_network(entry)) recording.exchanges.push_back(exchange(entry));
    }
    return recording;
  }

private:
  void refuse_what_is_no_json() const {
    if (text_.empty()) source_.fail(0, "the file is empty");
    if (text_.starts_with("\x1f\x8b")) source_.fail(0, "no HAR: it is compressed", "gunzip it first");
    if (text_.starts_with("PK\x03\x04")) source_.fail(0, "no HAR: it is a zip archive", "unpack it first");
    if (text_.find_first_not_of(" \t\r\n") != std::string_view::npos &&
        text_[text_.find_first_not_of(" \t\r\n")] == '<')
      source_.fail(0, "no HAR: it looks like HTML or XML",
                   "in a browser's network panel it is \"Save all as HAR with content\"");
  }

  JsonValue& log_of(JsonValue& document) const {
    expect(document, Kind::kMap, "a HAR file");
    if (document.find("log") == nullptr && document.find("entries") != nullptr)
      source_.fail(document.at, "no HAR: \"entries\" without the \"log\" around them", "write {\"log\": {...}}");
    if (document.find("log") == nullptr &&
        (document.find("mappings") != nullptr ||
         (document.find("request") != nullptr && document.find("response") != nullptr)))
      source_.fail(document.at, "no HAR: it looks like a WireMock mapping");
    return required(document, "log", Kind::kMap, "a HAR file");
  }

  void check_version(JsonValue& log) const {
    const JsonValue* const version = given(log, "version");
    if (version == nullptr) return;  // "if empty, 1.1 is assumed", and 1.1 differs in nothing that is read here
    expect(*version, Kind::kText, "the version");
    if (!version->text.empty() && version->text != "1.1" && version->text != "1.2")
      source_.fail(version->at, fmt::format("HAR version \"{}\"; 1.1 and 1.2 can be read", version->text));
  }

  static std::string creator(JsonValue& log) {
    JsonValue* const creator = log.find("creator");
    if (creator == nullptr || !creator->is(Kind::kMap)) return "";
    const JsonValue* const name = creator->find("name");
    const JsonValue* const version = creator->find("version");
    if (name == nullptr) return "";
    return version == nullptr || version->text.empty() ? name->text : name->text + ' ' + version->text;
  }

  void read_placeholders(JsonValue& log, Recording& into) const {
    JsonValue* const placeholders = given(log, har::kPlaceholders);
    if (placeholders == nullptr) return;
    expect(*placeholders, Kind::kMap, har::kPlaceholders);
    for (JsonMember& member : placeholders->members) {
      expect(member.value, Kind::kText, "what a placeholder stands for");
      into.placeholders[member.key] = std::move(member.value.text);
    }
  }

  /// Browsers list what they took from themselves, too: data: URLs, their extensions' files.
  bool went_over_the_network(JsonValue& entry) const {
    JsonValue& request = required(entry, "request", Kind::kMap, "an entry");
    const std::string& url = required(request, "url", Kind::kText, "a request").text;
    const std::size_t colon = url.find_first_of(":/?#");
    if (colon == std::string::npos || url[colon] != ':') return true;  // without a place of its own
    const std::string scheme = lower(std::string_view{url}.substr(0, colon));
    for (const std::string_view ours : {"http", "https", "ws", "wss"}) {
      if (scheme == ours) return true;
    }
    return false;
  }

  RecordedExchange exchange(JsonValue& entry) const {
    RecordedExchange exchange;
    exchange.at = source_.position(entry.at);
    exchange.comment = take_text(entry, "comment");
    read_time(entry, exchange);
    read_request(*entry.find("request"), exchange);
    read_response(required(entry, "response", Kind::kMap, "an entry"), exchange);
    return exchange;
  }

  void read_time(JsonValue& entry, RecordedExchange& into) const {
    if (const JsonValue* const started = given(entry, "startedDateTime")) {
      expect(*started, Kind::kText, "startedDateTime");
      into.started = parse_time(started->text);
      if (!into.started)
        source_.fail(started->at, fmt::format("startedDateTime \"{}\" is no ISO 8601 time", started->text),
                     "like \"2026-03-01T03:00:00.000Z\"");
      if (*into.started == har::kNoTime) into.started.reset();
    }
    if (const JsonValue* const time = given(entry, "time")) into.duration = milliseconds(*time, "time");
  }

  void read_request(JsonValue& request, RecordedExchange& into) const {
    into.method = required(request, "method", Kind::kText, "a request").text;
    if (into.method.empty()) source_.fail(request.find("method")->at, "a request without a method");
    read_url(request, into);
    into.request_headers = without_framing(headers(request), false);
    JsonValue* const data = given(request, "postData");
    if (data == nullptr) return;
    expect(*data, Kind::kMap, "postData");
    into.request_body = body(*data, har::kEncoding);
    if (into.request_body.empty()) into.request_body = form_body(*data);
  }

  void read_url(JsonValue& request, RecordedExchange& into) const {
    const JsonValue& value = *request.find("url");
    std::string_view url = value.text;
    url = url.substr(0, url.find('#'));
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
      const std::size_t end = std::min(url.find_first_of("/?", scheme + 3), url.size());
      if (end == scheme + 3) source_.fail(value.at, fmt::format("the URL \"{}\" names no host", value.text));
      into.server = url.substr(0, end);
      url.remove_prefix(end);
    }
    const std::size_t question = std::min(url.find('?'), url.size());
    into.path = url.substr(0, question);
    if (into.path.empty()) into.path = "/";
    if (!into.path.starts_with('/'))
      source_.fail(value.at, fmt::format("\"{}\" is no URL that can be asked for", value.text),
                   "expected https://HOST/PATH");
    if (question < url.size())
      into.query = url.substr(question + 1);
    else
      into.query = query_list(request);
  }

  /// Some exporters have the query there only.
  std::string query_list(JsonValue& request) const {
    std::string query;
    JsonValue* const list = given(request, "queryString");
    if (list == nullptr) return query;
    expect(*list, Kind::kList, "queryString");
    for (JsonValue& item : list->items) query += (query.empty() ? "" : "&") + pair_of_form(item);
    return query;
  }

  std::string pair_of_form(JsonValue& item) const {
    expect(item, Kind::kMap, "a name and its value");
    return percent_encoded(required(item, "name", Kind::kText, "a name and its value").text) + '=' +
           percent_encoded(take_text(item, "value"));
  }

  /// Of what browsers have taken apart.
  std::string form_body(JsonValue& data) const {
    JsonValue* const params = given(data, "params");
    if (params == nullptr) return "";
    expect(*params, Kind::kList, "params");
    std::string body;
    const JsonValue* const mime = data.find("mimeType");
    const std::string type = mime == nullptr ? "" : mime->text;
    const std::size_t boundary = type.find("boundary=");
    if (type.starts_with("multipart/") && boundary != std::string::npos) {
      std::string mark = type.substr(boundary + std::string_view{"boundary="}.size());
      mark = mark.substr(0, mark.find(';'));
      std::erase(mark, '"');
      for (JsonValue& param : params->items) body += part_of_form(param, mark);
      return params->items.empty() ? "" : body + "--" + mark + "--\r\n";
    }
    for (JsonValue& param : params->items) body += (body.empty() ? "" : "&") + pair_of_form(param);
    return body;
  }

  std::string part_of_form(JsonValue& param, const std::string& mark) const {
    expect(param, Kind::kMap, "a part of a form");
    const std::string name = required(param, "name", Kind::kText, "a part of a form").text;
    const std::string file = take_text(param, "fileName");
    const std::string type = take_text(param, "contentType");
    return fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"{}\r\n{}\r\n{}\r\n", mark, name,
                       file.empty() ? "" : fmt::format("; filename=\"{}\"", file),
                       type.empty() ? "" : fmt::format("Content-Type: {}\r\n", type), take_text(param, "value"));
  }

  void read_response(JsonValue& response, RecordedExchange& into) const {
    const JsonValue& status = required(response, "status", Kind::kInteger, "a response");
    const auto read = std::from_chars(status.text.data(), status.text.data() + status.text.size(), into.status);
    if (read.ec != std::errc{} || into.status > 999 || (into.status > 0 && into.status < 100))
      source_.fail(status.at, fmt::format("{} is no status of HTTP", status.text), "0 for a dropped connection");
    if (into.status < 0) into.status = 0;  // as some proxies have it
    std::vector<Header> all = headers(response);
    if (JsonValue* const content = given(response, "content")) read_content(*content, into);
    const std::string coding = coding_left(all, into.response_body);
    into.response_headers = without_framing(std::move(all), true);
    if (!coding.empty()) into.response_headers.push_back({"Content-Encoding", coding});  // it is still true
    read_chunks(response, into);
    const JsonValue* const cut = given(response, har::kCut);
    if (cut != nullptr) expect(*cut, Kind::kBoolean, har::kCut);
    into.is_cut = cut != nullptr && cut->text == "true";
  }

  void read_content(JsonValue& content, RecordedExchange& into) const {
    expect(content, Kind::kMap, "content");
    into.content_type = take_text(content, "mimeType");
    if (into.content_type == "x-unknown") into.content_type.clear();  // Chromium
    into.response_body = body(content, "encoding");
  }

  std::string body(JsonValue& holder, const char* encoding_key) const {
    JsonValue* const text = given(holder, "text");
    if (text == nullptr) return "";
    expect(*text, Kind::kText, "the text of a body");
    const JsonValue* const encoding = holder.find(encoding_key);
    if (encoding == nullptr || encoding->text.empty()) return std::move(text->text);
    if (encoding->text != "base64")
      source_.fail(encoding->at, fmt::format("unknown encoding \"{}\"", encoding->text),
                   "base64, or none for what is text");
    std::erase_if(text->text, [](char c) { return c == '\n' || c == '\r'; });
    std::optional<std::string> bytes = from_base64(text->text);
    if (!bytes) source_.fail(text->at, "the body is said to be base64, and is not");
    return std::move(*bytes);
  }

  std::vector<Header> headers(JsonValue& message) const {
    std::vector<Header> result;
    JsonValue* const list = given(message, "headers");
    if (list == nullptr) return result;
    expect(*list, Kind::kList, "headers");
    for (JsonValue& item : list->items) {
      expect(item, Kind::kMap, "a header");
      const Header header{std::move(required(item, "name", Kind::kText, "a header").text), take_text(item, "value")};
      if (header.value.find_first_of(std::string_view{"\r\0", 2}) != std::string::npos)
        source_.fail(item.find("value")->at, "a header's value with a line break or a zero byte in it");
      // Chromium joins fields of one name by line breaks.
      std::size_t begin = 0;
      for (std::size_t end = header.value.find('\n'); end != std::string::npos; end = header.value.find('\n', begin)) {
        result.push_back({header.name, header.value.substr(begin, end - begin)});
        begin = end + 1;
      }
      result.push_back({header.name, header.value.substr(begin)});
    }
    return result;
  }

  void read_chunks(JsonValue& response, RecordedExchange& into) const {
    JsonValue* const chunks = given(response, har::kChunks);
    if (chunks == nullptr) return;
    expect(*chunks, Kind::kList, har::kChunks);
    std::size_t sum = 0;
    for (JsonValue& item : chunks->items) {
      expect(item, Kind::kMap, "a chunk");
      const JsonValue* const after = item.find(har::kAfter);
      if (after == nullptr) source_.fail(item.at, fmt::format("a chunk needs the key \"{}\"", har::kAfter));
      const JsonValue& bytes = required(item, har::kBytes, Kind::kInteger, "a chunk");
      RecordedChunk chunk{.after = milliseconds(*after, "after")};
      const auto read = std::from_chars(bytes.text.data(), bytes.text.data() + bytes.text.size(), chunk.bytes);
      sum += chunk.bytes;
      if (read.ec != std::errc{} || sum > into.response_body.size())
        source_.fail(bytes.at,
                     fmt::format("the chunks have more bytes than the body, which has {}", into.response_body.size()));
      into.chunks.push_back(chunk);
    }
    if (!into.chunks.empty() && sum < into.response_body.size())
      source_.fail(chunks->at,
                   fmt::format("the chunks have {} bytes, and the body {}", sum, into.response_body.size()));
  }

  [[nodiscard]] std::chrono::microseconds milliseconds(const JsonValue& value, std::string_view what) const {
    constexpr double kMost = 1e12;  // thirty years
    if (!value.is(Kind::kInteger)) expect(value, Kind::kNumber, what);
    const double number = std::strtod(value.text.c_str(), nullptr);
    if (number > kMost) source_.fail(value.at, fmt::format("{} of {} ms", what, value.text));
    return std::chrono::microseconds{number < 0 ? 0 : std::llround(number * 1000)};  // -1 is "does not apply"
  }

  /// Of what may be missing: some exporters write null then.
  static JsonValue* given(JsonValue& map, std::string_view key) {
    JsonValue* const found = map.find(key);
    return found == nullptr || found->is(Kind::kNull) ? nullptr : found;
  }

  void expect(const JsonValue& value, Kind kind, std::string_view what) const {
    if (!value.is(kind))
      source_.fail(value.at, fmt::format("expected {} to be {}, found {}", what, describe(kind), describe(value.kind)));
  }

  JsonValue& required(JsonValue& map, const std::string& key, Kind kind, std::string_view what) const {
    if (JsonValue* const found = map.find(key)) {
      if (!found->is(kind))
        source_.fail(found->at, fmt::format("expected \"{}\" of {} to be {}, found {}", key, what, describe(kind),
                                            describe(found->kind)));
      return *found;
    }
    std::string hint;
    for (const JsonMember& member : map.members) {
      if (hint.empty() && !did_you_mean(member.key, std::vector{key}).empty())
        hint = fmt::format("is \"{}\" meant to be it?", member.key);
    }
    source_.fail(map.at, fmt::format("{} needs the key \"{}\"", what, key), hint);
  }

  std::string take_text(JsonValue& map, std::string_view key) const {
    JsonValue* const found = given(map, key);
    if (found == nullptr) return "";
    expect(*found, Kind::kText, key);
    return std::move(found->text);
  }

  std::string_view text_;
  JsonText source_;
  const std::string& file_;
};

}  // namespace

Recording parse_har(std::string_view text, const std::string& file_name) { return HarReader{text, file_name}.read(); }

Recording read_har(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) throw InputError{{file.string(), 0, 0}, "is a folder"};
  std::ifstream in{file, std::ios::binary};
  if (!in) throw InputError{{file.string(), 0, 0}, "cannot be read"};
  std::ostringstream text;
  text << in.rdbuf();
  return parse_har(text.view(), file.string());
}

}  // namespace understudy
