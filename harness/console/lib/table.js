// Tables whose rows stay the same elements while what they show changes, so that focus and selection stay, too.

import { fill, h } from './dom.js';

/**
 * @template T
 * @typedef {{title: string, cell: (item: T) => any, class?: string, unseen?: boolean}} Column
 *   `unseen`: the title is for screen readers only
 */

/**
 * Makes the children of `parent` those of `items`: by key, each built anew only if its version changed.
 * @template T
 * @param {Element} parent @param {T[]} items
 * @param {{key: (item: T) => string, version?: (item: T) => string, build: (item: T) => Element}} how
 */
export function reconcile(parent, items, { key, version = JSON.stringify, build }) {
  const known = new Map([...parent.children].map((child) => [child.console_key, child]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  let at = parent.firstElementChild;
  let lost = null;
  for (const item of items) {
    const name = String(key(item));
    const state = version(item);
    let element = known.get(name);
    known.delete(name);
    if (!element || element.console_version !== state) {
      const fresh = build(item);
      Object.assign(fresh, { console_key: name, console_version: state });
      if (element) {
        if (focused && element.contains(focused)) lost = { fresh, name: focused.getAttribute('data-focus') };
        if (element === at) at = fresh;
        element.replaceWith(fresh);
      }
      element = fresh;
    }
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
  for (const gone of known.values()) gone.remove();
  if (lost) (lost.fresh.querySelector(`[data-focus="${lost.name}"]`) ?? lost.fresh.querySelector('a, button'))?.focus();
}

/**
 * The last column of a table: what can be done with an item.
 * @template T
 * @param {(item: T) => any} cell @returns {Column<T>}
 */
export const actions = (cell) => ({ title: 'Actions', unseen: true, class: 'actions', cell });

/** One of them. @param {string} text @param {string} label what it does with which item @param {() => void} act */
export const action = (text, label, act) =>
  h(
    'button',
    {
      type: 'button',
      class: 'small',
      'data-focus': text.toLowerCase(), // of a row that is built anew, the same one has the focus
      'aria-label': label,
      on: { click: act },
    },
    text,
  );

/**
 * @template T
 * @param {{label: string, columns: Column<T>[], key: (item: T) => string, version?: (item: T) => string,
 *   row?: (item: T) => Record<string, any>, empty: () => any}} options `row`: attributes of an item's row
 * @returns {{element: HTMLElement, update: (items: T[]) => HTMLElement}} `update` returns `element`
 */
export function table({ label, columns, key, version, row, empty }) {
  // Roles are written out: on a narrow window rows become blocks, and browsers forget then that they are a table.
  const body = h('tbody', { role: 'rowgroup' });
  const cell_of = (item) => (column) =>
    h(
      'td',
      { role: 'cell', class: column.class ?? null, 'data-title': column.unseen ? null : column.title },
      column.cell(item),
    );
  const build = (item) => h('tr', { role: 'row', ...row?.(item) }, columns.map(cell_of(item)));
  const head = columns.map((column) =>
    h(
      'th',
      { scope: 'col', role: 'columnheader', class: column.class ?? null },
      column.unseen ? h('span', { class: 'unseen' }, column.title) : column.title,
    ),
  );
  const whole = h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h(
      'table',
      { role: 'table', class: 'stacks', 'aria-label': label },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
      body,
    ),
  );
  const element = h('div');
  const update = (items) => {
    reconcile(body, items, { key, version, build });
    if (!items.length) fill(element, empty());
    else if (whole.parentElement !== element) fill(element, whole);
    return element;
  };
  return { element, update };
}
