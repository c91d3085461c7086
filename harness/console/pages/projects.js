import { fill, h } from '../lib/dom.js';
import { badge } from '../lib/badge.js';
import { loaded, nothing_yet } from '../lib/notice.js';
import { platform_list, segment } from '../lib/api.js';
import { link_to } from '../lib/router.js';
import { keep_looking } from '../lib/server.js';
import { signed_in } from '../lib/session.js';
import { table } from '../lib/table.js';

const kOften = 15000;

/** @param {import('../app.js').Page} page */
export function projects_page({ root, signal, title }) {
  title('Projects');
  const box = h('div');
  const list = table({
    label: 'Projects',
    key: (project) => project.id,
    columns: [
      {
        title: 'Project',
        cell: (project) =>
          h('a', { class: 'strong', href: link_to(`/projects/${segment(project.id)}`) }, project.title),
      },
      { title: 'ID', cell: (project) => h('code', {}, project.id) },
      { title: 'Region', class: 'optional', cell: (project) => project.region },
      { title: 'Plan', class: 'optional', cell: (project) => project.subscription?.plan },
      {
        title: 'State',
        cell: (project) =>
          project.subscription?.suspended || project.status === 'suspended'
            ? badge('suspended', 'bad')
            : badge('active', 'good'),
      },
    ],
    empty: () =>
      nothing_yet(
        'No projects for this account',
        `${signed_in()} may see no project here. Sign in as somebody else, at the top, or load another world.`,
      ),
  });
  fill(
    root,
    h('h1', { tabindex: '-1' }, 'Projects'),
    h('p', { class: 'under-title' }, `What ${signed_in()} may see`),
    box,
  );
  const again = loaded(box, () => platform_list('/projects', { signal }), list.update);
  keep_looking(again, () => kOften, signal);
}
