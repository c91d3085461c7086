// The settings of an account: a heading and its tabs.

import { fill, h } from '../lib/dom.js';
import { signed_in } from '../lib/session.js';
import { tab_list } from '../lib/tabs.js';

const kTabs = [
  { name: 'profile', title: 'My profile', href: '#/account/profile' },
  { name: 'api-tokens', title: 'API tokens', href: '#/account/api-tokens' },
];

/** @param {import('../app.js').Page} page @param {string} current @returns {HTMLElement} where its content goes */
export function account_frame({ root, title }, current) {
  title(`${kTabs.find((tab) => tab.name === current).title} · Account`);
  const panel = h('div', { class: 'panel' });
  fill(
    root,
    h('h1', { tabindex: '-1' }, 'Account settings'),
    h('p', { class: 'under-title' }, signed_in()),
    tab_list('Account', kTabs, current, panel),
    panel,
  );
  return panel;
}
