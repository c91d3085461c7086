import { h } from '../lib/dom.js';
import { activity_state, environment_status, is_final } from '../lib/badge.js';
import { facts } from '../lib/facts.js';
import { counted, full_time, relative } from '../lib/format.js';
import { loaded, nothing_yet } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { link_to } from '../lib/router.js';
import { keep_looking, platform_now } from '../lib/server.js';
import { users } from '../lib/users.js';
import { environments_of, project_frame, project_path } from './project_frame.js';

const kSoon = 2000;
const kLater = 10000;

/** @param {import('../app.js').Page} page */
export function overview_page(page) {
  const { signal } = page;
  const panel = project_frame(page, 'overview');
  const path = project_path(page);
  let busy = false;

  const load = async () => {
    const [project, environments, activities, everybody] = await Promise.all([
      platform('GET', path, { signal }),
      environments_of(page),
      platform('GET', `${path}/activities?count=6`, { signal }),
      users(),
    ]);
    busy = activities.some((activity) => !is_final(activity));
    return { project, environments, activities, owner: everybody.find((user) => user.id === project.owner) };
  };

  const latest = (activities) =>
    activities.length
      ? h(
          'ul',
          { class: 'plain-list' },
          activities.map((activity) =>
            h(
              'li',
              {},
              activity_state(activity),
              h('a', { href: link_to(`${path}/activities/${segment(activity.id)}`) }, activity.text || activity.type),
              h('span', { class: 'muted' }, relative(activity.created_at, platform_now())),
            ),
          ),
        )
      : nothing_yet(
          'Nothing has happened here yet',
          'Activities are what pushes, backups, redeployments and crons do.',
        );

  const show = ({ project, environments, activities, owner }) => [
    h(
      'div',
      { class: 'cards' },
      h(
        'section',
        { class: 'card', 'aria-labelledby': 'about' },
        h('h2', { id: 'about' }, 'About'),
        facts([
          ['Region', project.region],
          ['Plan', project.subscription?.plan],
          ['Owner', owner?.name ?? project.owner],
          ['Default branch', h('code', {}, project.default_branch)],
          ['Git', h('code', {}, project.repository?.url)],
          ['Time zone', project.timezone],
          ['Made', `${full_time(project.created_at)} UTC`],
        ]),
      ),
      h(
        'section',
        { class: 'card', 'aria-labelledby': 'their-environments' },
        h('h2', { id: 'their-environments' }, counted(environments.length, 'environment')),
        h(
          'ul',
          { class: 'plain-list' },
          environments.map((each) =>
            h(
              'li',
              {},
              environment_status(each),
              h('a', { href: link_to(`${path}/activities`, { environment: each.id }) }, each.title),
              h('span', { class: 'muted' }, each.type),
            ),
          ),
        ),
      ),
      h(
        'section',
        { class: 'card', 'aria-labelledby': 'latest' },
        h('h2', { id: 'latest' }, 'Latest activities'),
        latest(activities),
      ),
    ),
    h('p', { class: 'hint' }, 'In the client: ', h('code', {}, `webpaas project:info -p ${project.id}`)),
  ];

  // Built anew only if something is new, and not while one of its links has the focus.
  let before = '';
  const again = loaded(panel, load, (data, shown) => {
    const now = JSON.stringify(data);
    if (shown && (now === before || panel.contains(document.activeElement))) return undefined;
    before = now;
    return show(data);
  });
  keep_looking(again, () => (busy ? kSoon : kLater), signal);
}
