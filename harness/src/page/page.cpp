#include "harness/page.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "page/escape.hpp"
#include "page/figure.hpp"
#include "page/style.hpp"

namespace understudy {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string paragraph(const std::string& text, std::string_view attributes = "") {
  return text.empty() ? "" : fmt::format("<p{}>{}</p>\n", attributes, html_escaped(text));
}

std::string badge(const std::string& verdict, const std::string& text) {
  if (text.empty()) return "";
  return fmt::format("<span class=\"badge {}\">{}</span>", identifier(verdict), html_escaped(text));
}

/// First row is the head. `cell(row, text)` gives the content of a cell.
template <class Cell>
std::string table_element(const Rows& rows, std::string_view label, Cell cell) {
  if (rows.empty()) return "";
  std::string out =
      fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>",
                  html_escaped(label));
  for (const std::string& head : rows.front()) out += "<th scope=\"col\">" + html_escaped(head) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    out += "<tr>";
    for (const std::string& text : rows[i]) out += "<td>" + cell(rows[i], text) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n</div>\n";
}

std::string facts_element(const PageSection& section) {
  if (section.facts.empty()) return "";
  std::string out = "<dl>\n";
  for (const auto& [name, value] : section.facts)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_escaped(name), html_escaped(value));
  return out + "</dl>\n";
}

class PageWriter {
public:
  explicit PageWriter(const Page& page) : page_{page} {
    for (const PageSection& section : page.sections) {
      ids_.push_back(unique_id(section));
      verdicts_.emplace(section.verdict_text, section.verdict);
    }
  }

  std::string write() {
    std::string out = head();
    out += "<body>\n" + pattern_definitions() + "<main>\n<h1>" + html_escaped(page_.title) + "</h1>\n";
    out += paragraph(page_.summary, " class=\"summary\"");
    out += table_element(page_.overview, "Overview",
                         [this](const auto& row, const std::string& text) { return overview_cell(row, text); });
    for (std::size_t i = 0; i < page_.sections.size(); ++i) out += section_element(i);
    return out + "</main>\n</body>\n</html>\n";
  }

private:
  std::string head() const {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{}</style>\n</head>\n",
        html_escaped(page_.title), page_style());
  }

  std::string unique_id(const PageSection& section) {
    const std::string wanted = section.id.empty() ? fmt::format("section-{}", ids_.size() + 1) : identifier(section.id);
    std::string id = wanted;
    for (int n = 2; !taken_.insert(id).second; ++n) id = fmt::format("{}-{}", wanted, n);
    return id;
  }

  /// The section that a row of the overview is about: the one whose heading stands in it.
  std::size_t section_of(const std::vector<std::string>& row) const {
    for (std::size_t i = 0; i < page_.sections.size(); ++i) {
      for (const std::string& cell : row) {
        if (!cell.empty() && cell == page_.sections[i].heading) return i;
      }
    }
    return page_.sections.size();
  }

  std::string overview_cell(const std::vector<std::string>& row, const std::string& text) const {
    const std::size_t index = section_of(row);
    if (index == page_.sections.size()) {  // no section of its own: a verdict looks as it does with the others
      const auto verdict = verdicts_.find(text);
      return verdict == verdicts_.end() ? html_escaped(text) : badge(verdict->second, text);
    }
    const PageSection& section = page_.sections[index];
    if (text == section.heading) return fmt::format("<a href=\"#{}\">{}</a>", ids_[index], html_escaped(text));
    return text == section.verdict_text ? badge(section.verdict, text) : html_escaped(text);
  }

  std::string section_element(std::size_t index) const {
    const PageSection& section = page_.sections[index];
    std::string out = fmt::format("<section id=\"{}\">\n<div class=\"heading\"><h2>{}</h2>{}</div>\n", ids_[index],
                                  html_escaped(section.heading), badge(section.verdict, section.verdict_text));
    for (const std::string& text : section.paragraphs) out += paragraph(text);
    out += facts_element(section);
    out += table_element(section.table, section.heading,
                         [](const auto&, const std::string& text) { return html_escaped(text); });
    if (!section.code.empty()) out += "<pre tabindex=\"0\">" + html_escaped(section.code) + "</pre>\n";
    return out + figures_element(index) + "</section>\n";
  }

  std::string figures_element(std::size_t index) const {
    const std::vector<TimelineFigure>& figures = page_.sections[index].figures;
    if (figures.empty()) return "";
    const PictureSize& size = figures.size() == 1 ? wide_picture() : narrow_picture();
    std::string out = "<div class=\"figures\">\n";
    for (std::size_t i = 0; i < figures.size(); ++i)
      out += figure_element(figures[i], fmt::format("figure-{}-{}", index + 1, i + 1), size);
    return out + "</div>\n";
  }

  const Page& page_;
  std::vector<std::string> ids_;
  std::set<std::string> taken_;
  std::map<std::string, std::string> verdicts_;  // by the text of their badge
};

}  // namespace

std::string render_page(const Page& page) { return PageWriter{page}.write(); }

}  // namespace understudy
