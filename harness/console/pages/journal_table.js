// The requests of the journal as a table, newest first.

import { h } from '../lib/dom.js';
import { http_status, why_not } from '../lib/badge.js';
import { milliseconds, time_of_day } from '../lib/format.js';
import { request_line } from '../lib/journal_model.js';
import { link_to } from '../lib/router.js';
import { reconcile } from '../lib/table.js';

// Roles are written out: on a narrow window rows become blocks, and browsers forget then that they are a table.
const cell = (name, ...content) => h('td', { role: 'cell', class: name }, content);

const request_cell = ({ entry, count }, chosen, query) =>
  cell(
    'request',
    h(
      'a',
      {
        href: link_to(`/journal/${entry.number}`, query),
        'data-number': entry.number,
        'data-focus': 'open',
        title: request_line(entry),
        'aria-current': entry.number === chosen ? 'true' : null,
      },
      h('span', { class: `method ${entry.method}` }, entry.method),
      ' ',
      h('span', { class: 'path' }, entry.path, entry.query && h('span', { class: 'muted' }, `?${entry.query}`)),
    ),
    count > 1 && h('span', { class: 'times', title: `${count} polls` }, `× ${count}`),
  );

function row_element(row, chosen, query) {
  const { entry } = row;
  const beside = entry.console ? 'console' : entry.client;
  const classes = [entry.answered === false && 'unanswered', entry.number === chosen && 'chosen'].filter(Boolean);
  return h(
    'tr',
    { role: 'row', class: classes.join(' ') || null },
    cell('number muted', entry.number),
    cell('time', time_of_day(entry.at)),
    cell('time muted optional', entry.wall ? time_of_day(entry.wall) : ''),
    request_cell(row, chosen, query),
    cell('status', http_status(entry), why_not(entry)),
    cell('who', entry.user || '–', beside && h('span', { class: 'muted client' }, ` ${beside}`)),
    cell('route optional', h('span', { class: 'muted' }, entry.route || entry.note)),
    cell('number', milliseconds(entry.duration_ms)),
  );
}

const kColumns = [
  ['No.', 'number'],
  ['Platform', 'time'],
  ['Wall', 'time optional'],
  ['Request', 'request'],
  ['Status', 'status'],
  ['Who', 'who'],
  ['Route', 'route optional'],
  ['Took', 'number'],
];

/**
 * @returns {{element: HTMLElement, links: () => HTMLElement[], link_of: (number: number) => HTMLElement | null,
 *   update: (rows: import('../lib/journal_model.js').Row[], chosen: number, query: object) => void}}
 */
export function journal_table() {
  const body = h('tbody', { role: 'rowgroup' });
  const head = kColumns.map(([text, name]) => h('th', { scope: 'col', role: 'columnheader', class: name }, text));
  const element = h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': 'Requests', tabindex: '0' },
    h(
      'table',
      { role: 'table', class: 'journal', 'aria-label': 'Requests, newest first' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
      body,
    ),
  );
  const update = (rows, chosen, query) => {
    const settings = JSON.stringify(query);
    reconcile(body, rows, {
      key: (row) => row.first, // a growing row of polls stays the same row
      version: ({ entry, count }) =>
        JSON.stringify([
          entry.number,
          entry.status,
          entry.finished,
          entry.duration_ms,
          entry.note,
          entry.user,
          count,
          entry.number === chosen,
          settings,
        ]),
      build: (row) => row_element(row, chosen, query),
    });
  };
  return {
    element,
    update,
    links: () => [...body.querySelectorAll('a[data-number]')],
    link_of: (number) => body.querySelector(`a[data-number="${number}"]`),
  };
}
