// One request in full, secrets covered, and what can be made of it.

import { fill, h } from '../lib/dom.js';
import { badge, http_status, why_not } from '../lib/badge.js';
import { control } from '../lib/api.js';
import { facts } from '../lib/facts.js';
import { full_time, milliseconds } from '../lib/format.js';
import { body_view } from '../lib/json_view.js';
import { request_line } from '../lib/journal_model.js';
import { attempt, copy, loaded } from '../lib/notice.js';

/** Headers come as a list of {name, value} or [name, value], or as an object. */
function headers_view(headers) {
  const pairs = Array.isArray(headers)
    ? headers.map((each) => (Array.isArray(each) ? each : [each.name, each.value]))
    : Object.entries(headers ?? {});
  if (!pairs.length) return h('p', { class: 'muted' }, 'none');
  return h(
    'table',
    { class: 'headers' },
    h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, 'Name'), h('th', { scope: 'col' }, 'Value'))),
    h(
      'tbody',
      {},
      pairs.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, h('code', {}, value)))),
    ),
  );
}

function part(title, content, note) {
  return h(
    'details',
    { open: true, class: 'part' },
    h('summary', {}, h('h3', {}, title), note && h('span', { class: 'muted' }, note)),
    content,
  );
}

const text_of = (body) =>
  typeof body === 'string' || body === null || body === undefined ? (body ?? '') : JSON.stringify(body);

function rights(auth) {
  if (!auth) return [];
  const refused = auth.refused && auth.refused !== 'none' ? auth.refused : '';
  return [
    ['Token', [auth.bearer, auth.token && ` of ${auth.token}`]],
    ['Role needed', auth.role_needed],
    ['Role had', auth.role_needed ? `${auth.role_had || 'none'} on ${auth.role_on}` : ''],
    ['Refused', refused && badge(refused, 'bad')],
  ];
}

function content(entry) {
  return [
    facts([
      ['Status', [http_status(entry), why_not(entry)]],
      ['Platform time', `${full_time(entry.at)} UTC`],
      ['Wall time', entry.wall && `${full_time(entry.wall)} UTC`],
      ['Took', milliseconds(entry.duration_ms)],
      ['Who', entry.user || 'nobody'],
      ['Client', entry.client],
      ['Route', entry.route && h('code', {}, entry.route)],
      ['Operation', entry.operation && h('code', {}, entry.operation)],
      ['Note', entry.note],
      ...rights(entry.auth),
    ]),
    entry.answered === false &&
      h(
        'div',
        { class: 'notice bad' },
        h(
          'p',
          {},
          'Nobody answered this request: the fake has no such route. If the real platform has it, so should the fake.',
        ),
      ),
    entry.let_in === false &&
      h(
        'div',
        { class: 'notice bad' },
        h(
          'p',
          {},
          'This request did not reach the platform: it was for another host, or came from a page of another site. ' +
            'Of what it sent nothing is kept but method and path.',
        ),
      ),
    part('Request body', body_view(text_of(entry.request_body)), entry.cut && 'cut'),
    part('Response body', body_view(text_of(entry.response_body)), entry.cut && 'cut'),
    part('Request headers', headers_view(entry.request_headers)),
    part('Response headers', headers_view(entry.response_headers)),
  ];
}

/**
 * @param {number} number @param {{close: () => void, signal: AbortSignal}} how
 * @returns {{element: HTMLElement, heading: HTMLElement, refresh: () => void, copy_curl: () => void,
 *   copy_step: () => void}}
 */
export function journal_details(number, { close, signal }) {
  const box = h('div', { class: 'details-body' });
  const heading = h('h2', { tabindex: '-1' }, `Request ${number}`);
  const load = () => control('GET', `/journal/${number}`, { signal });
  // Asked for anew: an entry may have been completed since.
  const copy_part = (name, what) => attempt(async () => copy((await load())[name], what));
  const copy_curl = () => copy_part('curl', 'Curl line');
  const copy_step = () => copy_part('step', 'Scenario step');
  const element = h(
    'section',
    {
      class: 'details',
      'aria-label': 'Details of the request',
      on: { keydown: (event) => event.key === 'Escape' && close() },
    },
    h(
      'div',
      { class: 'details-head' },
      heading,
      h('button', { type: 'button', class: 'quiet icon', 'aria-label': 'Close details', on: { click: close } }, '✕'),
    ),
    h(
      'div',
      { class: 'button-row' },
      h('button', { type: 'button', on: { click: copy_curl } }, 'Copy as curl'),
      h('button', { type: 'button', on: { click: copy_step } }, 'Copy as scenario step'),
    ),
    box,
  );
  let before = '';
  const refresh = loaded(box, load, (entry, shown) => {
    const now = JSON.stringify(entry);
    if (shown && now === before) return;
    before = now;
    heading.textContent = request_line(entry);
    fill(box, content(entry));
  });
  refresh();
  return { element, heading, refresh, copy_curl, copy_step };
}
