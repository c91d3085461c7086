// Single keys, listed under "?". They do nothing while something is typed, and can be turned off.

import { h } from './dom.js';
import { open_dialog, check } from './dialog.js';
import { go } from './router.js';
import { set_single_keys, single_keys } from './session.js';

const kPlaces = {
  p: ['/projects', 'Projects'],
  t: ['/account/api-tokens', 'API tokens'],
  j: ['/journal', 'Journal'],
  c: ['/clock', 'Clock'],
  f: ['/faults', 'Faults'],
  w: ['/world', 'World'],
};

/** @type {Map<string, {does: string, act: (event: KeyboardEvent) => void}>} those of the page that is shown */
const of_page = new Map();

/** @param {string} key @param {string} does @param {() => void} act @param {AbortSignal} signal until when */
export function shortcut(key, does, act, signal) {
  of_page.set(key, { does, act });
  signal.addEventListener('abort', () => of_page.delete(key));
}

const is_typing = (target) =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;

function row(keys, does) {
  return h(
    'tr',
    {},
    h(
      'td',
      {},
      keys.map((key, i) => [i > 0 && ' ', h('kbd', {}, key)]),
    ),
    h('td', {}, does),
  );
}

export function show_shortcuts() {
  const group = (title, rows) => [
    h('h3', {}, title),
    h(
      'table',
      { class: 'keys' },
      h('caption', { class: 'unseen' }, title),
      h(
        'thead',
        { class: 'unseen' },
        h('tr', {}, h('th', { scope: 'col' }, 'Key'), h('th', { scope: 'col' }, 'What it does')),
      ),
      h('tbody', {}, rows),
    ),
  ];
  const turned = (event) => set_single_keys(event.target.checked);
  open_dialog({
    title: 'Keyboard shortcuts',
    body: h(
      'div',
      { class: 'dialog-body' },
      check(
        'Single keys do something',
        { checked: single_keys(), on: { change: turned } },
        'Turn this off if they get in the way of speech input.',
      ),
      of_page.size > 0 &&
        group(
          'On this page',
          [...of_page].map(([key, { does }]) => row([key], does)),
        ),
      group('Everywhere', [
        ...Object.entries(kPlaces).map(([key, [, name]]) => row(['g', key], `Go to ${name}`)),
        row(['?'], 'This list'),
        row(['Esc'], 'Close a dialog or a menu'),
      ]),
    ),
  });
}

let leader_at = -Infinity; // a page may be younger than the time that is left for the second key

export function listen_for_shortcuts() {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || is_typing(event.target)) return;
    if (event.key === '?') {
      event.preventDefault();
      return show_shortcuts();
    }
    if (!single_keys()) return;
    const after_leader = event.timeStamp - leader_at < 1500;
    leader_at = -Infinity;
    if (after_leader && kPlaces[event.key]) {
      event.preventDefault();
      return go(kPlaces[event.key][0]);
    }
    if (event.key === 'g') {
      leader_at = event.timeStamp;
      return;
    }
    const found = of_page.get(event.key);
    if (!found) return;
    event.preventDefault();
    found.act(event);
  });
}
