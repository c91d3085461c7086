#pragma once
/// Pages for people: one HTML file with pictures of a day, readable without JavaScript, on paper and by ear.

#include <string>
#include <utility>
#include <vector>

#include "mock_server/timeline.hpp"

namespace understudy {

/// A picture of `timeline`: an inline SVG element that uses the classes and patterns of render_page's document. `id`
/// must be unique in it; letters, digits and "-_.:". Lanes stand by group, spans of a lane that overlap in sub-rows.
/// What the scale cannot tell apart is drawn as one shape, whose title says how many and names the first. What lies
/// outside `from` to `to` is not drawn; a lane that only spans or marks name gets a row of its own, in no group.
[[nodiscard]] std::string timeline_svg(const Timeline& timeline, const std::string& id);

/// One timeline with its heading; several stand side by side where there is room (the day as it is | with the cure).
/// Legend and a table of all spans and requests come with it.
struct TimelineFigure {
  std::string caption{};
  Timeline timeline{};
};

/// All texts are plain; the page escapes them.
struct PageSection {
  std::string id{};       ///< of the element, to link to; "" = made up
  std::string heading{};  ///< a cell of the overview with the same text becomes a link
  /// How the badge looks: "blocks", "failed", "error" | "ok", "passed", "saved" | "unproved" | others neutral.
  std::string verdict{};
  std::string verdict_text{};                                ///< of the badge; "" = no badge
  std::vector<std::string> paragraphs{};                     ///< line breaks are kept
  std::vector<std::pair<std::string, std::string>> facts{};  ///< name, value
  std::vector<std::vector<std::string>> table{};             ///< first row = head
  std::string code{};                                        ///< preformatted
  std::vector<TimelineFigure> figures{};
};

struct Page {
  std::string title{};
  std::string summary{};
  std::vector<std::vector<std::string>> overview{};  ///< first row = head, then a line for each verdict
  std::vector<PageSection> sections{};
};

/// One self-contained HTML 5 document: no script in it, nothing loaded from elsewhere (its content security policy
/// forbids both), light or dark as the reader's system is. The same page gives the same bytes.
[[nodiscard]] std::string render_page(const Page& page);

}  // namespace understudy
