import { fill, h } from '../lib/dom.js';

/** @param {import('../app.js').Page} page */
export function missing_page({ root, path, title }) {
  title('Not found');
  fill(
    root,
    h('h1', { tabindex: '-1' }, 'There is no such page'),
    h('p', {}, 'The console has no page ', h('code', {}, path), '. Choose one from the list.'),
  );
}
