#pragma once
/// Answering from a recording (design.md, section 4). Which recorded request an asked one is, in what order answers
/// come, and what is said of a request that was not recorded. Knows nothing of sockets.
///
/// **Matching.** Method, path and query are compared (percent-encoding normalised, parameters in any order), and the
/// body: JSON by its values, forms in any order, else byte by byte; headers only where MatchRules names them. Parts
/// that differ from run to run by their nature are left out (`volatile_parts`). A placeholder of the recording
/// (Recording::placeholders) matches any text and stands for it from then on: answers carry it, and later requests have
/// to. An answer with a placeholder that stands for nothing yet carries the placeholder, which then stands for itself.
///
/// **Order.** What changes something (any method but GET, HEAD and OPTIONS, outside of `/oauth2/` and the certifier) is
/// answered in the recorded order, once for each time it was recorded. Between two such changes reads may come in any
/// order, be left out, and be repeated; the k-th time the same is asked it gets the k-th answer. What was recorded
/// after a change is not shown before it, unless nothing else is there to show. After its last answer
/// - a read gets that one again, unless it shows something unfinished (an activity that is pending, say: what became of
///   it is not in the recording), or a change came since that concerns it: one to its own path or to one above it, or,
///   if it is a list, one that changed or deleted an item of it;
/// - a change gets nothing any more.
/// So a client may poll more or less often than the one that was recorded, but not for longer.
///
/// **Time.** Platform time begins when the recording did. A log takes the time that it took, and who asks again for
/// what was unfinished waits until it had its answer then; all else takes no time.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/document.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/recording.hpp"
#include "mock_server/secrets.hpp"

namespace understudy {

/// What of a part of a request is compared: only what is named, or all but what is named.
struct MatchPart {
  std::vector<std::string> ignore{};
  std::vector<std::string> only{};  ///< none: all
};

struct MatchRules {
  MatchPart query{};                   ///< names of parameters
  MatchPart form{};                    ///< names of fields
  MatchPart json{};                    ///< paths: "$.a.b", "$.items[*].id"; each with all that is below it
  std::vector<std::string> headers{};  ///< names of those that are compared
  bool body = true;                    ///< false: whatever is in it
  bool volatile_parts = false;         ///< true: what `volatile_parts` lists is compared, too
};
/// Keys of a `match:` map. Reading one after the other adds to the lists.
[[nodiscard]] const Keys<MatchRules>& match_keys();

/// A part of a request that is drawn anew by each run, and so is not compared.
struct VolatilePart {
  std::string_view where;     ///< "query", "form", "json"
  std::string_view path_end;  ///< of requests whose path ends so; "" = all
  std::string_view name;      ///< of the parameter; path in JSON
  bool echoed;                ///< what is sent comes back in the answer instead of what was recorded
  std::string_view reason;
};
[[nodiscard]] std::span<const VolatilePart> volatile_parts();

/// A request to be answered.
struct RequestView {
  std::string_view method;
  std::string_view path;   ///< raw
  std::string_view query;  ///< raw, without "?"
  const std::vector<Header>& headers;
  std::string_view body;
};

/// Whoever knows what the recording does not: the one that was recorded.
class AnswerSource {
public:
  AnswerSource() = default;
  AnswerSource(const AnswerSource&) = delete;
  AnswerSource& operator=(const AnswerSource&) = delete;
  virtual ~AnswerSource() = default;
  /// The whole answer; `server` is whose address in it is to become the player's. Throws std::runtime_error with what
  /// stood in the way. Called by several threads at once.
  [[nodiscard]] virtual RecordedExchange ask(const RequestView& request) = 0;
};

struct ReplayOptions {
  MatchRules match{};
  /// Somebody else, a world, answers what was not recorded: it is no miss. Tokens and certificates come from there,
  /// too: nobody there would know the recorded ones.
  bool loose = false;
  /// Is asked for what was not recorded, and what it says is added (`Player::add`). Tokens and certificates as in a
  /// loose replay; placeholders for them come to stand for the new ones.
  std::shared_ptr<AnswerSource> source{};
};

struct PlayedAnswer {
  std::size_t exchange = 0;  ///< index in the recording
  bool is_new = false;       ///< it came from the source just now
  int status = 0;            ///< 0: the connection is to be dropped
  std::vector<Header> headers{};
  std::string content_type{};
  std::string body{};
  /// Of a stream: when which part of `body` is due; empty: all at once. A log that took a second or more and came in
  /// one part is a stream, too.
  std::vector<RecordedChunk> chunks{};
  bool is_cut = false;  ///< the connection is to be dropped after `body`
  /// When it was answered, if the same was asked before and was unfinished then: whoever waits for it does so until
  /// then.
  std::optional<Time> not_before{};
};

/// A request that was not recorded. May hold secrets that nobody knows to be one: cover what you show.
struct ReplayMiss {
  std::uint64_t number = 0;  ///< of the exchange in the journal, if `arrived_as` told
  std::string request{};     ///< "POST /projects/p/variables"
  std::string reason{};      ///< "it was recorded once, and has been answered"
  std::string nearest{};     ///< "demo.har:12:5: POST /projects/p/variables"; "" if there is none
  std::string diff{};        ///< lines: from what was recorded to what was asked
};

/// What nobody asked for.
struct NeverAsked {
  std::size_t exchange = 0;
  Position at{};
  std::string request{};  ///< "GET /projects/p"
};

/// What a path of an activity, or of its log, is about.
struct RecordedActivity {
  std::string id{};    ///< "" if the path is of none
  std::string type{};  ///< "environment.backup"; "a recorded answer" if the recording does not say
};

/// Thread-safe.
class Player {
public:
  explicit Player(Recording recording, ReplayOptions options = {});
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// `base_url`: what stands in the answer instead of the recorded servers ("http://127.0.0.1:PORT").
  /// No answer: it was not recorded; `miss` is its index then, unless the replay is loose.
  struct Outcome {
    std::optional<PlayedAnswer> answer{};
    std::optional<std::size_t> miss{};
  };
  Outcome answer(const RequestView& request, const std::string& base_url);
  void arrived_as(std::size_t miss, std::uint64_t number);

  [[nodiscard]] std::vector<ReplayMiss> misses(std::size_t from = 0) const;
  /// Reads of which no answer was asked for, and changes that were not asked for.
  [[nodiscard]] std::vector<NeverAsked> never_asked() const;
  [[nodiscard]] std::size_t answered() const;  ///< requests, so far

  [[nodiscard]] Recording recording() const;  ///< with what was added
  /// What placeholders have come to stand for: value by placeholder. Secrets, as a rule.
  [[nodiscard]] std::map<std::string, std::string> bound() const;
  [[nodiscard]] const ReplayOptions& options() const;
  /// When the first request was recorded.
  [[nodiscard]] std::optional<Time> began() const;
  /// What its streams take together, at the speed that they were recorded at.
  [[nodiscard]] std::chrono::microseconds length_of_streams() const;
  /// The API token that a token request of the recording sends, for whoever starts a client: as a rule a placeholder.
  [[nodiscard]] std::optional<std::string> api_token() const;
  [[nodiscard]] RecordedActivity activity(std::string_view path) const;
  /// From now on what a placeholder comes to stand for is told to it, if it is a secret. It must live as long as
  /// requests come.
  void tell(SecretRegistry& secrets);
  /// Adds what was recorded meanwhile; it counts as having been asked for once.
  void add(RecordedExchange exchange);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "it was not recorded: ...", with the nearest and the differences, a line each. What `ReplayMiss` says of secrets
/// holds here, too.
[[nodiscard]] std::string describe(const ReplayMiss& miss);

}  // namespace understudy
