// A button that opens a menu: arrow keys, Home, End and first letters move in it, Escape closes it.

import { fill, fresh_id, h } from './dom.js';

/**
 * @typedef {{text: string, note?: string, href?: string, checked?: boolean, act?: () => void}} Item `checked`: one of
 *   several of which one is chosen
 * @typedef {{title?: string, items: Item[]}} Group
 */

/** @param {HTMLElement} button @param {() => Group[]} groups asked each time it opens @returns {HTMLElement} */
export function menu(button, groups) {
  const id = fresh_id('menu');
  const list = h('div', {
    class: 'menu',
    id,
    role: 'menu',
    'aria-label': button.getAttribute('data-menu') ?? '',
    hidden: true,
  });
  const whole = h('div', { class: 'menu-holder' }, button, list);
  Object.entries({ 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id }).forEach(([name, value]) =>
    button.setAttribute(name, value),
  );

  const items = () => [...list.querySelectorAll('[role^=menuitem]')];
  const close = (back) => {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (back) button.focus();
  };
  const item_element = (item) =>
    h(
      item.href ? 'a' : 'button',
      {
        type: item.href ? null : 'button',
        href: item.href,
        role: item.checked === undefined ? 'menuitem' : 'menuitemradio',
        'aria-checked': item.checked === undefined ? null : String(item.checked),
        tabindex: '-1',
        on: {
          click: () => {
            close(!item.href);
            item.act?.();
          },
        },
      },
      h('span', {}, item.text),
      item.note && h('span', { class: 'menu-note' }, item.note),
    );
  const open = (last) => {
    const shown = groups().map((group) => {
      const title = group.title
        ? h('div', { class: 'menu-title', id: fresh_id('menu-group'), role: 'presentation' }, group.title)
        : null;
      return h('div', { role: 'group', 'aria-labelledby': title?.id }, title, group.items.map(item_element));
    });
    fill(list, shown);
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    const all = items();
    (last ? all.at(-1) : (all.find((each) => each.getAttribute('aria-checked') === 'true') ?? all[0]))?.focus();
  };
  button.addEventListener('click', () => (list.hidden ? open(false) : close(true)));
  whole.addEventListener('keydown', (event) => {
    if (list.hidden) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        open(event.key === 'ArrowUp');
      }
      return;
    }
    event.stopPropagation();
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') return close(false);
    else if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else if (event.key.length === 1 && event.key !== ' ') {
      const rest = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      rest.find((each) => each.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
  });
  whole.addEventListener('focusout', (event) => whole.contains(event.relatedTarget) || close(false));
  return whole;
}
