// Tabs that are addresses: arrow keys move among them, Enter goes there.

import { h } from './dom.js';

/**
 * @param {string} label @param {{name: string, title: string, href: string}[]} tabs @param {string} current
 * @param {HTMLElement} panel what the current one shows
 */
export function tab_list(label, tabs, current, panel) {
  const keys = (event) => {
    const all = [...list.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === ' ') document.activeElement.click();
    if (to === undefined && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    all[((to ?? at) + all.length) % all.length].focus();
  };
  const list = h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': label, on: { keydown: keys } },
    tabs.map((tab) => {
      const chosen = tab.name === current;
      return h(
        'a',
        {
          role: 'tab',
          id: `tab-${tab.name}`,
          href: tab.href,
          'aria-selected': String(chosen),
          'aria-controls': 'tab-panel',
          tabindex: chosen ? '0' : '-1',
        },
        tab.title,
      );
    }),
  );
  panel.id = 'tab-panel';
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', `tab-${current}`);
  return list;
}
