// Where things stand in the picture of a timeline. Pure: tested by `node --test`.

import { time_of_day } from './format.js';

const kSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000,
  7776000, 31536000,
];
const kTickWidth = 84;
export const kHead = 30;
export const kBar = 16;
const kGap = 8;
const kMarks = 12;
const kGroup = 24;
const kLabelLine = 16;

/** Round moments between `from` and `to` (seconds since the epoch), few enough for the width. */
export function ticks(from, to, width) {
  const most = Math.max(1, Math.floor(width / kTickWidth));
  const step = kSteps.find((each) => (to - from) / each <= most) ?? kSteps.at(-1);
  const result = [];
  for (let at = Math.ceil(from / step) * step; at <= to && result.length < 100; at += step) {
    const date = new Date(at * 1000);
    const is_midnight = at % 86400 === 0;
    result.push({
      at,
      label: is_midnight
        ? `${date.getUTCDate()} ${date.toLocaleString('en', { month: 'short', timeZone: 'UTC' })}`
        : time_of_day(date).slice(0, step < 60 ? undefined : 5),
      strong: is_midnight,
    });
  }
  return result;
}

/**
 * @typedef {{lane: string, kind: string, from: number, to: number, label?: string, detail?: string,
 *   failed?: boolean}} Span times as seconds since the timeline's start
 * @typedef {{start: string, seconds: number, lanes: {id: string, kind: string, label?: string, group?: string}[],
 *   spans: Span[], marks: {lane: string, at: number, label?: string, detail?: string}[]}} Timeline
 */

/**
 * The part from `from` to `to` (seconds since the timeline's start) at `width` pixels.
 * @param {Timeline} timeline
 */
export function lay_out(timeline, { from, to, width }) {
  const narrow = width < 560;
  const left = narrow ? 0 : Math.min(220, Math.round(width * 0.24));
  const right = 8;
  const begin = new Date(timeline.start).getTime() / 1000;
  const length = Math.max(to - from, 1);
  const scale = (width - left - right) / length;
  const x = (seconds) => left + (Math.min(Math.max(seconds, from), to) - from) * scale;
  const inside = (a, b) => (a === b ? a >= from && a <= to : a < to && b > from);

  const spans_of = new Map();
  for (const span of timeline.spans) {
    if (!inside(span.from, span.to)) continue;
    if (!spans_of.has(span.lane)) spans_of.set(span.lane, []);
    const list = spans_of.get(span.lane);
    const shape = { span, x: x(span.from), width: Math.max(x(span.to) - x(span.from), 3) };
    const before = list.at(-1);
    // What would be drawn on the same few pixels is one shape, that stands for all.
    if (before && before.span.kind === span.kind && shape.width <= 3 && shape.x - before.x < 2)
      before.more = (before.more ?? 0) + 1;
    else list.push(shape);
  }
  const marks_of = new Map();
  for (const mark of timeline.marks) {
    if (!inside(mark.at, mark.at)) continue;
    if (!marks_of.has(mark.lane)) marks_of.set(mark.lane, []);
    const list = marks_of.get(mark.lane);
    const shape = { mark, x: x(mark.at) };
    const before = list.at(-1);
    if (before && shape.x - before.x < 3) before.more = (before.more ?? 0) + 1;
    else list.push(shape);
  }

  const groups = [];
  const rows = [];
  let y = kHead;
  const by_group = new Map();
  for (const lane of timeline.lanes) {
    if (!spans_of.has(lane.id) && !marks_of.has(lane.id)) continue;
    const name = lane.group ?? '';
    by_group.set(name, [...(by_group.get(name) ?? []), lane]);
  }
  for (const [name, lanes] of by_group) {
    groups.push({ name: name || 'other', y });
    y += kGroup;
    for (const lane of lanes) {
      const marks = marks_of.get(lane.id) ?? [];
      const top = y + (narrow ? kLabelLine : 0) + (marks.length ? kMarks : 0);
      rows.push({
        lane,
        label_y: narrow ? y + 11 : top + 12,
        bar_y: top + 2,
        marks_y: top - 5,
        spans: spans_of.get(lane.id) ?? [],
        marks,
      });
      y = top + kBar + kGap;
    }
  }
  return {
    left,
    width,
    height: y + 4,
    groups,
    rows,
    ticks: ticks(begin + from, begin + to, width - left - right).map((tick) => ({ ...tick, x: x(tick.at - begin) })),
  };
}
