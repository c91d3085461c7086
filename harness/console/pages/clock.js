// Platform time: now, how fast it goes, what comes next, and what has happened when.

import { fill, h } from '../lib/dom.js';
import { badge } from '../lib/badge.js';
import { chart, kKinds } from '../lib/chart.js';
import { control } from '../lib/api.js';
import { duration, full_time, relative, time_of_day } from '../lib/format.js';
import { beside, field } from '../lib/dialog.js';
import { attempt, loaded, nothing_yet } from '../lib/notice.js';
import { keep_looking, platform_now, server_status, set_speed, world_events } from '../lib/server.js';
import { keep_in_address } from '../lib/router.js';
import { go_on, next_event } from '../lib/shell.js';
import { shortcut } from '../lib/shortcuts.js';
import { table } from '../lib/table.js';

const kOften = 2000;
const kMostRows = 500; // of the table
const kSpeeds = [
  [0, 'By hand only'],
  [1, 'As fast as real time'],
  [10, '× 10'],
  [60, '× 60: a minute each second'],
  [300, '× 300'],
  [1000, '× 1000'],
];
const kRanges = [
  [900, 'Last 15 minutes'],
  [3600, 'Last hour'],
  [21600, 'Last 6 hours'],
  [86400, 'Last day'],
  [0, 'All'],
];

function now_card(signal) {
  const date = h('span', { class: 'big-date' });
  const time = h('span', { class: 'big-time' });
  const note = h('p', { class: 'hint' });
  const tick = () => {
    const now = platform_now();
    if (!now) return;
    date.textContent = full_time(now).slice(0, 10);
    time.textContent = time_of_day(now);
    const speed = server_status().speed;
    note.textContent = speed
      ? `UTC. A real second is ${duration(speed)} here.`
      : 'UTC. It stands still until it is moved by hand.';
  };
  tick();
  const timer = setInterval(tick, 100);
  signal.addEventListener('abort', () => clearInterval(timer));

  const speed = h('select', {
    name: 'speed',
    on: {
      change: () => attempt(() => set_speed(Number(speed.value)), `Speed: ${speed.selectedOptions[0].textContent}`),
    },
  });
  const offer = () => {
    const at = server_status()?.speed ?? 0;
    if (document.activeElement === speed && speed.options.length) return;
    const all = kSpeeds.some(([value]) => value === at) ? kSpeeds : [...kSpeeds, [at, `× ${at}`]];
    fill(
      speed,
      all.map(([value, text]) => h('option', { value }, text)),
    );
    speed.value = String(at);
  };
  offer();
  world_events.addEventListener('status', offer, { signal });

  const to = h('input', { type: 'datetime-local', name: 'to', step: '1', required: true });
  to.value = full_time(platform_now()).replace(' ', 'T');
  const by = (text, label) =>
    h(
      'button',
      { type: 'button', on: { click: () => go_on({ by: text }) }, 'aria-label': `+ ${text}: advance by ${label}` },
      `+ ${text}`,
    );
  const form = h(
    'form',
    {
      class: 'to-time',
      on: {
        submit: (event) => {
          event.preventDefault();
          const text = to.value.length === 16 ? `${to.value}:00` : to.value;
          go_on({ to: `${text}Z` });
        },
      },
    },
    field('Go on to (UTC)', to),
    h('button', { type: 'submit' }, 'Go'),
  );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'now' },
    h('h2', { id: 'now' }, 'Now'),
    h('p', { class: 'big' }, date, ' ', time),
    note,
    field('Speed', speed),
    h('h3', {}, 'Advance'),
    h(
      'div',
      { class: 'button-row' },
      by('1m', 'one minute'),
      by('1h', 'one hour'),
      by('1d', 'one day'),
      h('button', { type: 'button', class: 'primary', on: { click: next_event } }, 'To the next event'),
    ),
    form,
  );
}

function next_card(signal) {
  const box = h('div');
  const list = table({
    label: 'Events that are due',
    key: (event) => `${event.at} ${event.what} ${event.nth}`,
    version: (event) => `${event.at} ${event.relative}`,
    columns: [
      { title: 'At', class: 'time', cell: (event) => h('time', { datetime: event.at }, full_time(event.at)) },
      { title: 'In', class: 'time', cell: (event) => event.relative },
      { title: 'What', cell: (event) => event.what },
    ],
    empty: () => nothing_yet('Nothing is due', 'No cron is set and no activity runs. Time can still be moved.'),
  });
  const again = loaded(
    box,
    () => control('GET', '/events', { signal }),
    ({ events, now }) => {
      const seen = new Map();
      return list.update(
        events.map((event) => {
          const name = `${event.at} ${event.what}`;
          seen.set(name, (seen.get(name) ?? 0) + 1);
          return { ...event, nth: seen.get(name), relative: relative(event.at, now) };
        }),
      );
    },
  );
  keep_looking(again, () => kOften, signal);
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'next' },
    h('h2', { id: 'next' }, 'Next events'),
    h('div', { class: 'limited' }, box),
  );
}

function timeline_card(page) {
  const { signal, query } = page;
  const picture = chart(signal);
  const range = h(
    'select',
    { name: 'range' },
    kRanges.map(([value, text]) => h('option', { value }, text)),
  );
  range.value = query.get('range') ?? '21600';
  const choice = beside('Part', range);
  const rows = table({
    label: 'Timeline as a table',
    key: (row) => row.key,
    columns: [
      { title: 'Environment', cell: (row) => row.group },
      { title: 'Lane', cell: (row) => row.lane },
      { title: 'What', cell: (row) => [row.kind, row.failed && [' ', badge('failed', 'bad')]] },
      { title: 'From', class: 'time', cell: (row) => row.from },
      { title: 'To', class: 'time', cell: (row) => row.to },
      { title: 'Lasted', class: 'number', cell: (row) => row.lasted },
      { title: 'Detail', cell: (row) => row.detail },
    ],
    empty: () => nothing_yet('Nothing in this part', 'Choose a longer one.'),
  });
  const box = h('div');
  const content = h(
    'div',
    {},
    picture.element,
    h('details', { class: 'part' }, h('summary', {}, 'The same as a table'), rows.element),
  );
  let timeline = null;

  const draw = () => {
    const length = Number(range.value);
    const to = Math.max(timeline.seconds, 1);
    const from = length ? Math.max(to - length, 0) : 0;
    picture.draw(timeline, from, to);
    const lanes = new Map(timeline.lanes.map((lane) => [lane.id, lane]));
    const start = new Date(timeline.start).getTime();
    const at = (seconds) => full_time(start + seconds * 1000);
    rows.update(
      timeline.spans
        .map((span, i) => ({ span, i }))
        .filter(({ span }) => span.to >= from)
        .slice(-kMostRows)
        .reverse()
        .map(({ span, i }) => ({
          key: String(i),
          group: lanes.get(span.lane)?.group ?? '',
          lane: lanes.get(span.lane)?.label ?? span.lane,
          kind: span.kind,
          failed: span.failed === true,
          from: at(span.from),
          to: at(span.to),
          lasted: duration(span.to - span.from),
          detail: [span.label, span.detail].filter(Boolean).join('; '),
        })),
    );
  };
  range.addEventListener('change', () => {
    keep_in_address('/clock', { range: range.value });
    if (timeline?.spans.length) draw();
  });
  const again = loaded(
    box,
    () => control('GET', '/timeline', { signal }),
    (answer) => {
      timeline = answer;
      if (!answer.spans.length && !answer.marks.length)
        return nothing_yet(
          'Nothing has happened yet',
          'Activities, crons and deploys are drawn here. Make a backup, run the client, or advance to the next event.',
        );
      if (content.parentElement !== box) fill(box, content);
      draw();
      return undefined;
    },
  );
  keep_looking(again, () => kOften, signal);
  const legend = h(
    'ul',
    { class: 'legend', 'aria-label': 'Colours' },
    kKinds.map((kind) => h('li', {}, h('span', { class: `swatch ${kind}`, 'aria-hidden': 'true' }), kind)),
  );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'timeline' },
    h('div', { class: 'row-head' }, h('h2', { id: 'timeline' }, 'Timeline'), choice),
    box,
    legend,
  );
}

/** @param {import('../app.js').Page} page */
export function clock_page(page) {
  page.title('Clock');
  fill(
    page.root,
    h('h1', { tabindex: '-1' }, 'Clock'),
    h('div', { class: 'cards two' }, now_card(page.signal), next_card(page.signal)),
    timeline_card(page),
  );
  shortcut('n', 'To the next event', next_event, page.signal);
}
