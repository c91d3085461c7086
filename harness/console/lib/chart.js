// The timeline as a picture. One of its shapes can be reached with Tab, the others from there with arrow keys.

import { fill, h, svg } from './dom.js';
import { duration, full_time, time_of_day } from './format.js';
import { kBar, lay_out } from './chart_layout.js';

const kWords = {
  waiting: 'waiting',
  working: 'working',
  building: 'building',
  stopping: 'stopping containers',
  deploying: 'deploying',
  running: 'running',
  blocked: 'blocked',
  held: 'requests held',
  dropped: 'requests dropped',
  skipped: 'skipped',
};
export const kKinds = Object.keys(kWords);

/** Start of `timeline` as a moment, so many seconds later. */
const moment_of = (timeline, seconds) => new Date(new Date(timeline.start).getTime() + seconds * 1000);

/** What a span is, in words: of the tooltip, of screen readers. @returns {string[]} lines */
export function words_for(timeline, lane, { span, more }) {
  const from = moment_of(timeline, span.from);
  const to = moment_of(timeline, span.to);
  return [
    `${lane.label ?? lane.id}: ${kWords[span.kind] ?? span.kind}${span.failed ? ', failed' : ''}`,
    span.label,
    `${full_time(from)} – ${time_of_day(to)} (${duration(span.to - span.from)})`,
    span.detail,
    more && `and ${more} more`,
  ].filter(Boolean);
}

const words_for_mark = (timeline, lane, { mark, more }) =>
  [
    `${lane.label ?? lane.id}: ${mark.label ?? 'request'}`,
    full_time(moment_of(timeline, mark.at)),
    mark.detail,
    more && `and ${more} more`,
  ].filter(Boolean);

/** @returns {{element: HTMLElement, draw: (timeline: any, from: number, to: number) => void}} */
export function chart(signal) {
  const tooltip = h('div', { class: 'tooltip', role: 'tooltip', hidden: true });
  const drawing = svg('svg', {
    class: 'chart',
    role: 'group',
    'aria-label': 'Timeline. Arrow keys move among what happened.',
  });
  const element = h('div', { class: 'chart-holder' }, drawing, tooltip);
  let shown = null;
  /** @type {{node: SVGElement, row: number, x: number, key: string}[]} */
  let shapes = [];
  let current = '';

  const show_tooltip = (node, lines) => {
    fill(
      tooltip,
      lines.map((line, i) => h('div', { class: i === 0 ? 'strong' : null }, line)),
    );
    tooltip.hidden = false;
    const [box, at] = [element.getBoundingClientRect(), node.getBoundingClientRect()];
    const left = Math.min(Math.max(at.left - box.left, 0), Math.max(box.width - tooltip.offsetWidth, 0));
    tooltip.style.setProperty('left', `${left}px`);
    tooltip.style.setProperty('top', `${at.bottom - box.top + 6}px`);
  };
  const hide_tooltip = () => (tooltip.hidden = true);

  const walk = (event) => {
    const at = shapes.findIndex((shape) => shape.key === current);
    if (at < 0) return;
    const { row, x } = shapes[at];
    const nearest = (wanted) =>
      shapes.filter((shape) => shape.row === wanted).sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    let to = null;
    if (event.key === 'ArrowRight') to = shapes[at + 1];
    else if (event.key === 'ArrowLeft') to = shapes[at - 1];
    else if (event.key === 'Home') to = shapes[0];
    else if (event.key === 'End') to = shapes.at(-1);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const rows = [...new Set(shapes.map((shape) => shape.row))];
      to = nearest(rows[rows.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)]);
    } else if (event.key === 'Escape') return hide_tooltip();
    else return;
    event.preventDefault();
    to?.node.focus();
  };
  drawing.addEventListener('keydown', walk);

  const shape_node = (key, row, x, lines, name, ...content) => {
    const node = svg('g', { class: name, role: 'img', tabindex: '-1', 'aria-label': lines.join('. ') }, ...content);
    node.addEventListener('focus', () => {
      for (const shape of shapes) shape.node.setAttribute('tabindex', shape.node === node ? '0' : '-1');
      current = key;
      show_tooltip(node, lines);
    });
    node.addEventListener('blur', hide_tooltip);
    node.addEventListener('mouseenter', () => show_tooltip(node, lines));
    node.addEventListener('mouseleave', hide_tooltip);
    shapes.push({ node, row, x, key });
    return node;
  };

  const draw = (timeline, from, to) => {
    shown = [timeline, from, to];
    const width = Math.max(Math.floor(element.clientWidth), 240);
    const layout = lay_out(timeline, { from, to, width });
    const had_focus = drawing.contains(document.activeElement);
    shapes = [];
    drawing.setAttribute('width', String(width));
    drawing.setAttribute('height', String(layout.height));
    const grid = layout.ticks.map((tick) => [
      svg('path', { class: 'grid', d: `M${tick.x.toFixed(1)} 20V${layout.height}` }),
      svg(
        'text',
        {
          class: tick.strong ? 'tick strong' : 'tick',
          x: Math.min(Math.max(tick.x, layout.left + 16), width - 18),
          y: 14,
        },
        tick.label,
      ),
    ]);
    const groups = layout.groups.map((group) => svg('text', { class: 'group', x: 0, y: group.y + 15 }, group.name));
    const rows = layout.rows.map((row, i) => [
      svg(
        'text',
        { class: 'lane', x: 0, y: row.label_y },
        shortened(row.lane.label ?? row.lane.id, layout.left || width),
      ),
      svg('path', { class: 'base', d: `M${layout.left} ${row.bar_y + kBar + 3.5}H${width - 8}` }),
      row.spans.map((shape, at) =>
        shape_node(
          `${row.lane.id} ${shape.span.from} ${shape.span.kind} ${at}`,
          i,
          shape.x,
          words_for(timeline, row.lane, shape),
          `span ${shape.span.kind}${shape.span.failed ? ' failed' : ''}`,
          svg('rect', {
            class: 's',
            x: shape.x.toFixed(1),
            y: row.bar_y,
            width: shape.width.toFixed(1),
            height: kBar,
            rx: shape.width < 8 ? 1 : 3,
          }),
          shape.span.failed &&
            svg('path', { class: 'cross', d: cross(shape.x + shape.width - 8, row.bar_y + kBar / 2) }),
        ),
      ),
      row.marks.map((shape, at) =>
        shape_node(
          `${row.lane.id} mark ${shape.mark.at} ${at}`,
          i,
          shape.x,
          words_for_mark(timeline, row.lane, shape),
          'mark',
          svg('path', { d: `M${(shape.x - 4).toFixed(1)} ${row.marks_y - 5}h8l-4 8z` }),
        ),
      ),
    ]);
    fill(drawing, grid, groups, rows);
    shapes.sort((a, b) => a.row - b.row || a.x - b.x);
    const entry = shapes.find((shape) => shape.key === current) ?? shapes.at(-1);
    entry?.node.setAttribute('tabindex', '0');
    if (had_focus) entry?.node.focus();
  };

  const observer = new ResizeObserver(
    () => shown && Math.abs(Number(drawing.getAttribute('width')) - element.clientWidth) > 1 && draw(...shown),
  );
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect());
  return { element, draw };
}

const cross = (x, y) => `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`;

/** As many characters as fit into `pixels`, of the font of the lanes. */
function shortened(text, pixels) {
  const most = Math.max(6, Math.floor((pixels - 8) / 6.6));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
