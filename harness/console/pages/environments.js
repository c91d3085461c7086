// The tree of a project's environments.

import { h } from '../lib/dom.js';
import { badge, environment_status } from '../lib/badge.js';
import { ask } from '../lib/dialog.js';
import { full_time } from '../lib/format.js';
import { loaded, nothing_yet, say } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { go, link_to } from '../lib/router.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';
import { tree_order } from '../lib/tree.js';
import { environments_of, project_frame, project_path } from './project_frame.js';

const kOften = 3000;

/** @param {import('../app.js').Page} page */
export function environments_page(page) {
  const { signal } = page;
  const panel = project_frame(page, 'environments');
  const path = project_path(page);
  const box = h('div');

  const redeploy = async (environment) => {
    const accepted = await ask({
      title: `Redeploy ${environment.title}?`,
      text: 'The same code is deployed again, with the variables as they are now.',
      action: 'Redeploy',
      signal,
      submit: () => platform('POST', `${path}/environments/${segment(environment.id)}/redeploy`, { body: {}, signal }),
    });
    const activity = accepted?._embedded?.activities?.[0];
    if (!activity) return;
    say(`Redeploying ${environment.title}`);
    go(`${path}/activities/${segment(activity.id)}`);
  };

  const link = (environment, name, text) =>
    h(
      'a',
      {
        class: 'button small',
        href: link_to(`${path}/${name}`, { environment: environment.id }),
        'aria-label': `${text} of ${environment.title}`,
      },
      text,
    );

  const list = table({
    label: 'Environments',
    key: ({ item }) => item.id,
    version: ({ item, depth }) =>
      JSON.stringify([
        depth,
        item.title,
        item.type,
        item.status,
        item.updated_at,
        item.parent,
        Object.keys(item._links),
      ]),
    columns: [
      {
        title: 'Environment',
        cell: ({ item, depth }) =>
          h(
            'div',
            { class: 'tree', css: { '--depth': String(depth) } },
            depth > 0 && h('span', { class: 'tree-mark', 'aria-hidden': 'true' }, '└'),
            h(
              'div',
              {},
              h('strong', {}, item.title),
              ' ',
              h('code', {}, item.id),
              item.parent && h('span', { class: 'unseen' }, ` below ${item.parent}`),
            ),
          ),
      },
      { title: 'Type', cell: ({ item }) => badge(item.type, item.type === 'production' ? 'busy' : 'plain') },
      { title: 'Status', cell: ({ item }) => environment_status(item) },
      { title: 'Changed', class: 'optional time', cell: ({ item }) => full_time(item.updated_at) },
      {
        title: 'Last backup',
        class: 'optional time',
        cell: ({ item }) => full_time(item.last_backup_at) || h('span', { class: 'muted' }, 'never'),
      },
      actions(({ item }) => [
        link(item, 'activities', 'Activities'),
        link(item, 'variables', 'Variables'),
        link(item, 'backups', 'Backups'),
        item._links['#redeploy'] && action('Redeploy', `Redeploy ${item.title}`, () => redeploy(item)),
      ]),
    ],
    empty: () =>
      nothing_yet(
        'No environments',
        'This account may see none of them. Sign in as somebody else, at the top of the page.',
      ),
  });
  panel.append(h('h2', {}, 'Environments'), box);
  const again = loaded(
    box,
    () => environments_of(page),
    (environments) => list.update(tree_order(environments)),
  );
  keep_looking(again, () => kOften, signal);
}
