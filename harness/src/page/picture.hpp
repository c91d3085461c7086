#pragma once
/// The SVG of a timeline, in one of two widths.

#include <string>

#include "mock_server/timeline.hpp"

namespace understudy {

struct PictureSize {
  std::string name;        ///< class of the element
  double width = 0;        ///< of the drawing, in CSS pixels
  double label_width = 0;  ///< of the column of lane labels
};
[[nodiscard]] const PictureSize& wide_picture();    ///< alone in its row
[[nodiscard]] const PictureSize& narrow_picture();  ///< two side by side

[[nodiscard]] std::string draw_timeline(const Timeline& timeline, const std::string& id, const PictureSize& size);

/// Samples for a legend, as elements with the classes of the picture.
[[nodiscard]] std::string span_sample(Span::Kind kind, bool failed);
[[nodiscard]] std::string mark_sample();

}  // namespace understudy
