// The parts of the console that need no browser.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kHead, lay_out, ticks } from '../../harness/console/lib/chart_layout.js';
import { bytes, day, duration, full_time, milliseconds, relative, time_of_day } from '../../harness/console/lib/format.js';
import { choices_in, filter_in, JournalEntries, kNoFilter, passes, query_of, rows_of } from '../../harness/console/lib/journal_model.js';
import { json_tokens } from '../../harness/console/lib/json_view.js';
import { address_in, link_to, match } from '../../harness/console/lib/router.js';
import { token_in } from '../../harness/console/lib/session.js';
import { tree_order } from '../../harness/console/lib/tree.js';

describe('format', () => {
  test('times are in UTC, and microseconds are no obstacle', () => {
    assert.equal(full_time('2026-03-01T03:12:07.123456+00:00'), '2026-03-01 03:12:07');
    assert.equal(day('2026-03-01T23:59:59Z'), '2026-03-01');
    assert.equal(time_of_day('2026-03-01T04:00:00+02:00'), '02:00:00');
    assert.equal(full_time(null), '');
    assert.equal(full_time('nonsense'), '');
  });

  test('durations have their two largest units', () => {
    const rows = [[0, '0s'], [0.25, '250ms'], [59, '59s'], [60, '1m'], [722, '12m2s'], [3600, '1h'], [11100, '3h5m'], [93600, '1d 2h'], [-90, '-1m30s']];
    for (const [seconds, text] of rows) assert.equal(duration(seconds), text);
    assert.equal(duration(Number.NaN), '');
  });

  test('measured times and sizes are short', () => {
    assert.deepEqual([0, 1.25, 42.4, 1234, 62000].map(milliseconds), ['0 ms', '1.3 ms', '42 ms', '1.2 s', '62 s']);
    assert.deepEqual([12, 2048, 3 << 19, 64 << 20].map(bytes), ['12 B', '2.0 KiB', '1.5 MiB', '64 MiB']);
  });

  test('what is relative says in which direction', () => {
    const now = '2026-03-01T03:00:00Z';
    assert.equal(relative('2026-03-01T03:12:02Z', now), 'in 12m2s');
    assert.equal(relative('2026-03-01T02:00:00Z', now), '1h ago');
    assert.equal(relative(now, now), 'now');
  });
});

describe('addresses', () => {
  const routes = [{ pattern: '/projects/:project/activities/:activity', page: 1 }, { pattern: '/projects/:project', page: 2 }, { pattern: '/', page: 3 }];

  test('choose a page and its parameters', () => {
    assert.deepEqual(match(routes, '/projects/abc'), { pattern: '/projects/:project', page: 2, params: { project: 'abc' } });
    assert.deepEqual(match(routes, '/projects/a/activities/b%2Fc').params, { project: 'a', activity: 'b/c' });
    assert.equal(match(routes, '/').page, 3);
    assert.equal(match(routes, '/projects/a/nothing'), null);
    assert.equal(match(routes, '/projects/%E0%A4%A').params.project, '%E0%A4%A');
  });

  test('carry settings there and back', () => {
    const link = link_to('/journal', { text: 'a b&c', status: '', fold: false, console: '1' });
    assert.equal(link, '#/journal?text=a+b%26c&console=1');
    const { path, query } = address_in(link);
    assert.equal(path, '/journal');
    assert.equal(query.get('text'), 'a b&c');
    assert.equal(address_in('').path, '/');
  });

  test('a printed link gives its token away only here', () => {
    assert.deepEqual(token_in('http://127.0.0.1:1/.understudy/console/#token=abc-1'), { token: 'abc-1', to: '/' });
    assert.deepEqual(token_in('#token=abc&to=%2Fjournal'), { token: 'abc', to: '/journal' });
    assert.deepEqual(token_in(' abc '), { token: 'abc', to: '/' });
    assert.equal(token_in('#/journal'), null);
    assert.equal(token_in('#token='), null);
    assert.equal(token_in(''), null);
  });
});

describe('journal', () => {
  let number = 0;
  const entry = (more) => ({ number: ++number, at: '', wall: '', duration_ms: 1, method: 'GET', path: '/x', query: '', status: 200, user: 'alice', client: '', route: '/x', operation: '', note: '', poll: false, finished: true, answered: true, ...more });
  const numbers = (rows) => rows.map((row) => row.entry.number);

  test('newest come first, the console’s own only if they are asked for', () => {
    number = 0;
    const all = [entry(), entry({ console: true }), entry()];
    assert.deepEqual(numbers(rows_of(all, kNoFilter)), [3, 1]);
    assert.deepEqual(numbers(rows_of(all, { ...kNoFilter, console: true })), [3, 2, 1]);
  });

  test('each filter leaves out what it should, and all of them together', () => {
    number = 0;
    const all = [
      entry({ method: 'POST', status: 201 }),
      entry({ status: 404, user: 'bob' }),
      entry({ status: 501, answered: false, path: '/unknown', route: '' }),
      entry({ status: 0, note: 'dropped' }),
      entry({ status: 0, finished: false }),
    ];
    const left = (filter) => all.filter((each) => passes(each, { ...kNoFilter, ...filter })).map((each) => each.number);
    assert.deepEqual(left({}), [1, 2, 3, 4, 5]);
    assert.deepEqual(left({ method: 'POST' }), [1]);
    assert.deepEqual(left({ status: '4' }), [2]);
    assert.deepEqual(left({ user: 'bob' }), [2]);
    assert.deepEqual(left({ only: 'unanswered' }), [3]);
    assert.deepEqual(left({ only: 'errors' }), [2, 3, 4]);
    assert.deepEqual(left({ text: 'UNKNOWN get' }), [3]);
    assert.deepEqual(left({ text: 'unknown', user: 'bob' }), []);
  });

  test('polls of the same thing are one row, which counts them', () => {
    number = 0;
    const poll = (more) => entry({ poll: true, path: '/activities/a', ...more });
    const all = [entry(), poll(), poll(), poll({ path: '/activities/b' }), poll(), poll({ client: 'other' })];
    const rows = rows_of(all, kNoFilter);
    assert.deepEqual(rows.map((row) => [row.entry.number, row.count, row.first]), [[6, 1, 6], [5, 1, 5], [4, 1, 4], [3, 2, 2], [1, 1, 1]]);
    assert.equal(rows_of(all, { ...kNoFilter, fold: false }).length, 6);
  });

  test('polls are folded across what is filtered out', () => {
    number = 0;
    const all = [entry({ poll: true }), entry({ console: true }), entry({ poll: true })];
    assert.deepEqual(rows_of(all, kNoFilter).map((row) => row.count), [2]);
  });

  test('entries keep their newer state, their order and their number', () => {
    const entries = new JournalEntries(3);
    entries.take([{ number: 1, status: 0 }, { number: 3, status: 200 }]);
    entries.take([{ number: 1, status: 204 }, { number: 2, status: 200 }]);
    assert.deepEqual(entries.all(), [{ number: 1, status: 204 }, { number: 2, status: 200 }, { number: 3, status: 200 }]);
    assert.equal(entries.last, 3);
    entries.take([{ number: 4, status: 200 }]);
    assert.deepEqual(entries.all().map((each) => each.number), [2, 3, 4]);
    entries.forget_before(4);
    assert.deepEqual(entries.all().map((each) => each.number), [4]);
  });

  test('a filter goes into the address and comes back', () => {
    const filter = { text: 'a', status: '4', method: 'GET', user: 'bob', only: 'errors', console: true, fold: false };
    assert.deepEqual(filter_in(address_in(link_to('/journal', query_of(filter))).query), filter);
    assert.equal(link_to('/journal', query_of(kNoFilter)), '#/journal');
  });

  test('choices are what is there', () => {
    assert.deepEqual(choices_in([entry({ user: 'b' }), entry({ user: '' }), entry({ user: 'a', method: 'PATCH' })]), { users: ['a', 'b'], methods: ['GET', 'PATCH'] });
  });
});

describe('environments', () => {
  const shape = (items) => tree_order(items).map(({ item, depth }) => `${' '.repeat(depth)}${item.id}`);

  test('stand below their parents', () => {
    assert.deepEqual(shape([{ id: 'x', parent: 'staging' }, { id: 'main', parent: null }, { id: 'staging', parent: 'main' }, { id: 'lost', parent: 'gone' }]), ['main', ' staging', '  x', 'lost']);
  });

  test('a circle loses nobody', () => {
    assert.deepEqual(shape([{ id: 'a', parent: 'b' }, { id: 'b', parent: 'a' }]).sort(), ['a', 'b']);
  });
});

describe('JSON', () => {
  test('its parts are told apart, and nothing is lost', () => {
    const text = JSON.stringify({ 'a "b"': [1, -2.5e3, true, null, 'x: 1'] }, null, 2);
    const tokens = json_tokens(text);
    assert.equal(tokens.map((token) => token.text).join(''), text);
    assert.deepEqual(tokens.filter((token) => token.kind).map((token) => [token.kind, token.text]), [['key', '"a \\"b\\""'], ['number', '1'], ['number', '-2500'], ['word', 'true'], ['word', 'null'], ['string', '"x: 1"']]);
  });
});

describe('timeline', () => {
  const timeline = {
    start: '2026-03-01T00:00:00Z',
    seconds: 7200,
    lanes: [{ id: 'a', kind: 'cron', label: 'backup', group: 'main' }, { id: 'b', kind: 'activity', group: 'staging' }, { id: 'idle', kind: 'cron' }],
    spans: [{ lane: 'a', kind: 'running', from: 0, to: 3600 }, { lane: 'b', kind: 'working', from: 3600, to: 3600 }, { lane: 'a', kind: 'waiting', from: 7000, to: 7200 }],
    marks: [{ lane: 'b', at: 3600 }],
  };

  test('a span is as long as its share of the time', () => {
    const { rows, left, width } = lay_out(timeline, { from: 0, to: 7200, width: 1000 });
    const [half] = rows[0].spans;
    assert.equal(half.x, left);
    assert.ok(Math.abs(half.width - (width - left - 8) / 2) < 0.01);
  });

  test('lanes with nothing in the part are left out, groups stand together', () => {
    const { rows, groups } = lay_out(timeline, { from: 0, to: 7200, width: 1000 });
    assert.deepEqual(rows.map((row) => row.lane.id), ['a', 'b']);
    assert.deepEqual(groups.map((group) => group.name), ['main', 'staging']);
    assert.ok(groups[0].y >= kHead && rows[0].bar_y > groups[0].y && groups[1].y > rows[0].bar_y);
    assert.deepEqual(lay_out(timeline, { from: 6000, to: 7200, width: 1000 }).rows.map((row) => row.lane.id), ['a']);
  });

  test('what only touches the edge is outside, a dot on it is inside', () => {
    const { rows } = lay_out(timeline, { from: 3600, to: 5000, width: 1000 });
    assert.deepEqual(rows.map((row) => [row.lane.id, row.spans.length, row.marks.length]), [['b', 1, 1]]);
  });

  test('many on the same pixels are one shape', () => {
    const spans = Array.from({ length: 500 }, (_, i) => ({ lane: 'a', kind: 'running', from: 100 + i * 0.01, to: 100 + i * 0.01 }));
    const { rows } = lay_out({ ...timeline, spans }, { from: 0, to: 7200, width: 1000 });
    assert.ok(rows[0].spans.length < 10);
    assert.equal(rows[0].spans.reduce((sum, shape) => sum + 1 + (shape.more ?? 0), 0), 500);
  });

  test('ticks are round, inside, and have room', () => {
    const begin = Date.UTC(2026, 2, 1, 22, 17) / 1000;
    const found = ticks(begin, begin + 4 * 3600, 700);
    assert.ok(found.length >= 3 && found.length <= 8);
    assert.deepEqual(found.map((tick) => tick.label).slice(0, 4), ['22:30', '23:00', '23:30', '2 Mar']);
    assert.ok(found.every((tick) => tick.at >= begin && tick.at <= begin + 4 * 3600));
  });

  test('a narrow one has its labels above the bars', () => {
    assert.equal(lay_out(timeline, { from: 0, to: 7200, width: 320 }).left, 0);
  });
});
