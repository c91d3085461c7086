#include "page/style.hpp"

#include <fmt/format.h>

#include <array>

namespace understudy {
namespace {

// Each kind of span is --ink (outline, pattern) on --tint. Ink has a contrast of 3:1 or more to the card, text 4.5:1 or
// more to the tint; tests/browser measures both.
constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f5f2; --card: #ffffff; --text: #23272d; --muted: #5c636d; --edge: #dedbd4; --grid: #ebe9e4;
  --link: #1d5c9e; --good: #2b6b3c; --good-tint: #e3f1e4; --bad: #a02c1c; --bad-tint: #fbe4df;
  --unsure: #7a5606; --unsure-tint: #f9edcd; --neutral: #4d545e; --neutral-tint: #ecebe7;
}
.waiting { --tint: #ffffff; --ink: #6b7280; }
.working { --tint: #dbe8f6; --ink: #2b6aa8; }
.building { --tint: #e6e2f6; --ink: #6152ad; }
.stopping { --tint: #f1e6d9; --ink: #8a6026; }
.deploying { --tint: #d8edea; --ink: #1b756c; }
.running { --tint: #dfeedc; --ink: #3c7a38; }
.blocked { --tint: #fbdfd8; --ink: #b23f29; }
.held { --tint: #fbeac2; --ink: #8f6508; }
.dropped { --tint: #a3243f; --ink: #a3243f; }
.skipped { --tint: #ffffff; --ink: #6b7280; }
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181c; --card: #1e2126; --text: #e5e7ea; --muted: #a4abb6; --edge: #353a42; --grid: #2a2e35;
    --link: #8bbcf0; --good: #93cf9d; --good-tint: #20362a; --bad: #f2a090; --bad-tint: #45241f;
    --unsure: #e6c26a; --unsure-tint: #3c321b; --neutral: #c0c5cd; --neutral-tint: #30343b;
  }
  .waiting { --tint: #1e2126; --ink: #98a0ac; }
  .working { --tint: #233a52; --ink: #7fb2e5; }
  .building { --tint: #332f55; --ink: #ada1ec; }
  .stopping { --tint: #423423; --ink: #d3a869; }
  .deploying { --tint: #1c413e; --ink: #6cc5bb; }
  .running { --tint: #263f27; --ink: #8bc987; }
  .blocked { --tint: #52291f; --ink: #f0917c; }
  .held { --tint: #47391a; --ink: #dcb252; }
  .dropped { --tint: #d9788b; --ink: #d9788b; }
  .skipped { --tint: #1e2126; --ink: #98a0ac; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif;
}
main { max-width: 80rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.35; font-weight: 650; }
p { margin: .6rem 0; max-width: 48rem; white-space: pre-line; }
.summary { font-size: 1.0625rem; color: var(--muted); margin: 0 0 1.5rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
section { margin-top: 2.75rem; padding-top: 1.5rem; border-top: 1px solid var(--edge); }
.heading { display: flex; flex-wrap: wrap; gap: .35rem .75rem; align-items: center; margin-bottom: .75rem; }
.badge {
  display: inline-block; padding: .05rem .6rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: .8125rem; font-weight: 600; line-height: 1.5; color: var(--neutral); background: var(--neutral-tint);
}
.badge.blocks, .badge.failed, .badge.error { color: var(--bad); background: var(--bad-tint); }
.badge.ok, .badge.passed, .badge.saved { color: var(--good); background: var(--good-tint); }
.badge.unproved { color: var(--unsure); background: var(--unsure-tint); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.45; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1.25rem .35rem 0; border-bottom: 1px solid var(--edge); }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
td { max-width: 32rem; overflow-wrap: break-word; }
td .badge { white-space: nowrap; }
caption { text-align: left; color: var(--muted); padding: .35rem 0; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .3rem 1.5rem; margin: .9rem 0; }
dt { color: var(--muted); }
dd { margin: 0; font-variant-numeric: tabular-nums; white-space: pre-line; }
pre {
  margin: .9rem 0; padding: .8rem 1rem; overflow-x: auto; background: var(--card); border: 1px solid var(--edge);
  border-radius: .5rem; font: .8125rem/1.55 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace;
  overflow-wrap: normal; tab-size: 2;
}
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1.25rem; margin-top: 1.25rem; }
figure { margin: 0; min-width: 0; background: var(--card); border: 1px solid var(--edge); border-radius: .625rem; overflow: hidden; }
figcaption { padding: .7rem .9rem .1rem; font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0; padding: .6rem .9rem .75rem; list-style: none; font-size: .8125rem; color: var(--muted); }
.legend li { display: inline-flex; align-items: center; gap: .4rem; }
.sample { flex: none; }
details { border-top: 1px solid var(--edge); padding: 0 .9rem; }
summary { padding: .55rem 0; font-size: .875rem; color: var(--link); cursor: pointer; }
details td:nth-child(-n+3), details td:nth-child(5) { white-space: nowrap; }
details .scroll { max-height: 28rem; overflow-y: auto; margin-bottom: .9rem; }
.timeline { display: block; height: auto; width: 100%; }
.timeline.wide { min-width: 60rem; max-width: 82rem; }
.timeline.narrow { min-width: 34.5rem; max-width: 48rem; }
.timeline text { font-size: 12px; fill: var(--text); }
.timeline .tick, .timeline .kind, .timeline .nothing, .timeline .date { fill: var(--muted); font-size: 11px; }
.timeline .tick { text-anchor: middle; font-variant-numeric: tabular-nums; }
.timeline .end { text-anchor: end; }
.timeline .date { font-weight: 600; font-variant-numeric: tabular-nums; }
.timeline .group { font-weight: 650; }
.timeline .in { font-size: 11px; paint-order: stroke; stroke: var(--tint); stroke-width: 4px; stroke-linejoin: round; pointer-events: none; }
.timeline .dropped .in { fill: var(--card); }
.grid { stroke: var(--grid); fill: none; shape-rendering: crispEdges; }
.base { stroke: var(--grid); }
.rule { stroke: var(--edge); }
.s { stroke: var(--ink); stroke-width: 1.25; fill: var(--tint); }
.waiting > .s { fill: url(#p-waiting); stroke-dasharray: 4 2; }
.working > .s { fill: url(#p-working); }
.building > .s { fill: url(#p-building); }
.stopping > .s { fill: url(#p-stopping); }
.deploying > .s { fill: url(#p-deploying); }
.blocked > .s { fill: url(#p-blocked); stroke-width: 1.75; }
.held > .s { fill: url(#p-held); }
.skipped > rect.s { stroke-dasharray: 1.5 2.5; }
.skipped > .comb { stroke-dasharray: 3 3; }
.back { fill: var(--tint); opacity: .55; }
.comb { stroke: var(--ink); stroke-width: 2; fill: none; }
.cross { stroke: var(--bad); stroke-width: 2.25; stroke-linecap: round; fill: none; }
.dropped > .cross { stroke: var(--card); }
.halo { stroke: var(--tint); stroke-width: 5; stroke-linecap: round; fill: none; }
.mark { fill: var(--text); stroke: var(--card); stroke-width: 1; }
.timeline g:hover > .s { stroke-width: 2.5; }
.mark:hover { fill: var(--link); }
.patterns { position: absolute; width: 0; height: 0; }
pattern path, pattern circle { stroke: var(--ink); fill: none; stroke-width: 1; opacity: .42; }
pattern circle { fill: var(--ink); stroke: none; }
@media (max-width: 40rem) {
  main { padding: 1.5rem .9rem 3rem; }
  h1 { font-size: 1.4rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  body { background: none; }
  figure { break-inside: avoid-page; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  .timeline.wide, .timeline.narrow { min-width: 0; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
}
)css";

struct Pattern {
  std::string_view kind;
  int size;
  std::string_view content;
};

constexpr std::array kPatterns{
    Pattern{"waiting", 6, R"(<path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/>)"},
    Pattern{"working", 8, R"(<circle cx="4" cy="4" r=".8"/>)"},
    Pattern{"building", 6, R"(<path d="M0 3h6M3 0v6"/>)"},
    Pattern{"stopping", 5, R"(<path d="M2.5 0v5"/>)"},
    Pattern{"deploying", 6, R"(<path d="M-1 -1L7 7M5 -1L7 1M-1 5L1 7"/>)"},
    Pattern{"blocked", 7, R"(<path d="M0 0L7 7M0 7L7 0"/>)"},
    Pattern{"held", 5, R"(<path d="M0 2.5h5"/>)"},
};

}  // namespace

std::string_view page_style() { return kStyle; }

std::string pattern_definitions() {
  std::string out = "<svg class=\"patterns\" aria-hidden=\"true\"><defs>\n";
  for (const Pattern& pattern : kPatterns) {
    out += fmt::format(
        "<pattern id=\"p-{0}\" class=\"{0}\" width=\"{1}\" height=\"{1}\" patternUnits=\"userSpaceOnUse\">"
        "<rect width=\"{1}\" height=\"{1}\" fill=\"var(--tint)\"/>{2}</pattern>\n",
        pattern.kind, pattern.size, pattern.content);
  }
  return out + "</defs></svg>\n";
}

}  // namespace understudy
