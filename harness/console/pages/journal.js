// The journal, live: what was asked, by whom, and what was answered.

import { fill, h } from '../lib/dom.js';
import { control } from '../lib/api.js';
import { ask, beside } from '../lib/dialog.js';
import { follow_journal } from '../lib/journal_feed.js';
import { choices_in, filter_in, JournalEntries, kNoFilter, passes, query_of, rows_of } from '../lib/journal_model.js';
import { announce, nothing_yet, problem_notice, say } from '../lib/notice.js';
import { keep_in_address, link_to } from '../lib/router.js';
import { shortcut } from '../lib/shortcuts.js';
import { journal_details } from './journal_details.js';
import { journal_table } from './journal_table.js';

const kPage = 300; // rows at once

/** @param {import('../app.js').Page} page */
export function journal_page({ root, params, query, signal, title }) {
  title('Journal');
  const entries = new JournalEntries();
  let filter = filter_in(query);
  let chosen = Number(params.number) || 0;
  let details = null;
  let paused_at = 0; // the number of the last entry that is shown
  let most = kPage;
  let walking = false; // with j and k the focus stays in the list

  const grid = journal_table();
  const more = h('button', { type: 'button', on: { click: () => ((most += kPage), draw()) } }, 'Show older requests');
  const list = h('div', { class: 'journal-list' });
  const trouble_box = h('div');
  const count = h('span', { class: 'muted' });
  const split = h('div', { class: 'journal-split' }, list);

  const select = (name, options) => {
    const element = h(
      'select',
      { name, on: { change: () => change({ [name]: element.value }) } },
      options.map(([value, text]) => h('option', { value }, text)),
    );
    element.value = filter[name];
    return element;
  };
  const text = h('input', {
    type: 'search',
    name: 'text',
    value: filter.text,
    placeholder: 'Path, user, route …',
    autocomplete: 'off',
    on: { input: () => change({ text: text.value }) },
  });
  const status = select('status', [
    ['', 'All'],
    ['2', '2xx'],
    ['3', '3xx'],
    ['4', '4xx'],
    ['5', '5xx'],
    ['0', 'Open or dropped'],
  ]);
  const method = select('method', [['', 'All']]);
  const user = select('user', [['', 'All']]);
  const only = select('only', [
    ['', 'All requests'],
    ['errors', 'Only errors'],
    ['unanswered', 'Only unanswered'],
  ]);
  const toggle = (name, label) => {
    const box = h('input', {
      type: 'checkbox',
      checked: filter[name],
      on: { change: () => change({ [name]: box.checked }) },
    });
    return h('label', { class: 'toggle' }, box, label);
  };
  const pause = h(
    'button',
    { type: 'button', 'aria-pressed': 'false', on: { click: () => set_paused(!paused_at) } },
    'Pause',
  );

  const address = () => query_of(filter);
  const change = (part) => {
    filter = { ...filter, ...part };
    most = kPage;
    keep_in_address(chosen ? `/journal/${chosen}` : '/journal', address());
    draw();
    announce(count.textContent);
  };
  const set_paused = (on) => {
    paused_at = on ? Math.max(entries.last, 1) : 0;
    pause.setAttribute('aria-pressed', String(on));
    pause.textContent = on ? 'Go on' : 'Pause';
    draw();
  };

  const offer = (element, values) => {
    const wanted = [...new Set([...values, element.value].filter(Boolean))];
    if (element.options.length === wanted.length + 1) return;
    const value = element.value || filter[element.name];
    fill(
      element,
      h('option', { value: '' }, 'All'),
      wanted.map((each) => h('option', { value: each }, each)),
    );
    element.value = value;
  };

  const draw = () => {
    const all = entries.all().filter((entry) => !paused_at || entry.number <= paused_at);
    const choices = choices_in(all.filter((entry) => filter.console || !entry.console));
    offer(method, [...choices.methods, filter.method]);
    offer(user, [...choices.users, filter.user]);
    const rows = rows_of(all, filter);
    grid.update(rows.slice(0, most), chosen, address());
    const waiting = paused_at
      ? entries.all().filter((entry) => entry.number > paused_at && passes(entry, filter)).length
      : 0;
    const shown = rows.reduce((sum, row) => sum + row.count, 0);
    const total = all.filter((entry) => filter.console || !entry.console).length;
    fill(
      count,
      shown === total ? `${shown} requests` : `${shown} of ${total} requests`,
      paused_at ? ` · paused, ${waiting} new` : '',
    );
    const state = rows.length ? 'rows' : total ? 'filtered' : 'empty';
    if (list.dataset.shows !== state)
      fill(list, { rows: () => [grid.element, more], filtered: no_fit, empty: none }[state]());
    list.dataset.shows = state;
    more.hidden = rows.length <= most;
  };
  const no_fit = () =>
    nothing_yet(
      'No request fits',
      'Other requests are there: change the filter, or ',
      h('button', { type: 'button', class: 'as-link', on: { click: reset } }, 'show all'),
      '.',
    );
  const none = () =>
    nothing_yet(
      'No requests yet',
      'Run the client: in a shell, ',
      h('code', {}, 'eval "$(understudy serve --env)"'),
      ', and then ',
      h('code', {}, 'webpaas project:list'),
      '. Each of its requests shows up here.',
    );
  const reset = () => {
    text.value = status.value = method.value = user.value = only.value = '';
    change({ ...kNoFilter, console: filter.console, fold: filter.fold });
    text.focus();
  };

  const { link_of } = grid;
  const close = () => {
    location.hash = link_to('/journal', address());
  };
  /** Opens or closes the details; where the focus goes depends on where it is. */
  const show_details = (number) => {
    chosen = number;
    details?.element.remove();
    details = null;
    split.classList.toggle('with-details', number > 0);
    if (number) {
      details = journal_details(number, { close, signal });
      split.append(details.element);
      announce(`Details of request ${number}`);
    }
    draw();
  };
  const walk = (step) => {
    const links = grid.links();
    if (!links.length) return;
    const at = links.findIndex((link) => Number(link.dataset.number) === chosen || link === document.activeElement);
    const to = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
    to.focus();
    if (!chosen || to.hash === location.hash) return;
    walking = true;
    location.hash = to.hash;
  };

  const clear = async () => {
    const done = await ask({
      title: 'Clear the journal?',
      text: 'All requests that have been answered are forgotten, on the server as well.',
      action: 'Clear',
      danger: true,
      signal,
      submit: () => control('DELETE', '/journal', { signal }),
    });
    if (!done) return;
    entries.clear();
    draw();
    say('Journal cleared');
  };

  fill(
    root,
    h(
      'div',
      { class: 'row-head' },
      h('h1', { tabindex: '-1' }, 'Journal'),
      count,
      h('div', { class: 'button-row' }, pause, h('button', { type: 'button', on: { click: clear } }, 'Clear')),
    ),
    h(
      'div',
      { class: 'filters', role: 'search', 'aria-label': 'Filter the journal' },
      beside('Text', text),
      beside('Show', only),
      beside('Status', status),
      beside('Method', method),
      beside('User', user),
      toggle('fold', 'Fold polls'),
      toggle('console', 'Console’s own requests'),
    ),
    trouble_box,
    split,
  );
  journal_page.stays = (next, new_query) => {
    filter = filter_in(new_query);
    const number = Number(next.number) || 0;
    if (number === chosen) return draw();
    const was = chosen;
    show_details(number);
    if (!number) link_of(was)?.focus();
    else if (!walking) details.heading.focus();
    walking = false;
  };
  signal.addEventListener('abort', () => (journal_page.stays = null));

  shortcut('/', 'Filter', () => text.focus(), signal);
  shortcut('p', 'Pause, or go on', () => set_paused(!paused_at), signal);
  shortcut('j', 'Next older request', () => walk(1), signal);
  shortcut('k', 'Next newer request', () => walk(-1), signal);
  shortcut('c', 'Copy the open request as curl', () => details?.copy_curl(), signal);
  shortcut('s', 'Copy the open request as scenario step', () => details?.copy_step(), signal);

  let first = true;
  let detailed = null;
  follow_journal(entries, {
    signal,
    news: () => {
      if (first && chosen) show_details(chosen);
      else draw();
      first = false;
      const entry = entries.get(chosen);
      if (details && detailed && entry !== detailed) details.refresh(); // it was completed meanwhile
      detailed = entry;
    },
    trouble: (problem) => fill(trouble_box, problem && h('div', { role: 'alert' }, problem_notice(problem))),
  });
}
