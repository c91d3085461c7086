#pragma once
/// A timeline with what belongs to it: caption, picture, legend, and all of it as a table.

#include <string>

#include "harness/page.hpp"
#include "page/picture.hpp"

namespace understudy {

/// `id` is unique in the page, and the beginning of the ids within the figure.
[[nodiscard]] std::string figure_element(const TimelineFigure& figure, const std::string& id, const PictureSize& size);

}  // namespace understudy
