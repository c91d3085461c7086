// Who may do what on a project: people and machine users told apart.

import { h } from '../lib/dom.js';
import { badge, kind_of_user } from '../lib/badge.js';
import { ask, field } from '../lib/dialog.js';
import { full_time } from '../lib/format.js';
import { loaded, nothing_yet, say } from '../lib/notice.js';
import { platform, platform_list, segment } from '../lib/api.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';
import { users } from '../lib/users.js';
import { project_frame, project_path } from './project_frame.js';

const kOften = 10000;
const kStrong = /(^|:)admin$/;

const roles = (permissions) =>
  h(
    'span',
    { class: 'badges' },
    permissions.map((each) => badge(each.replace(':', ': '), kStrong.test(each) ? 'busy' : 'plain')),
  );

/** @param {import('../app.js').Page} page */
export function access_page(page) {
  const { signal } = page;
  const panel = project_frame(page, 'access');
  const path = project_path(page);
  const box = h('div');

  const change = async (member) => {
    const offered = ['admin', 'viewer'];
    const now = member.permissions.find((each) => offered.includes(each)) ?? 'viewer';
    const types = ['production', 'staging', 'development'];
    const role_for = (type) => member.permissions.find((each) => each.startsWith(`${type}:`))?.split(':')[1] ?? '';
    const done = await ask({
      title: `Roles of ${member.name}`,
      fields: h(
        'div',
        { class: 'stack' },
        field(
          'On the project',
          h(
            'select',
            { name: 'project', value: now },
            h('option', { value: 'viewer' }, 'viewer'),
            h('option', { value: 'admin' }, 'admin'),
          ),
          'An admin of the project is admin of every environment.',
        ),
        types.map((type) =>
          field(
            `On ${type} environments`,
            h(
              'select',
              { name: type, value: role_for(type) },
              ['', 'viewer', 'contributor', 'admin'].map((role) => h('option', { value: role }, role || 'none')),
            ),
          ),
        ),
      ),
      action: 'Save',
      signal,
      submit: async (form) => {
        const by_type = types.filter((type) => form.get(type)).map((type) => `${type}:${form.get(type)}`);
        const permissions = form.get('project') === 'admin' ? ['admin'] : ['viewer', ...by_type];
        await platform('PATCH', `${path}/user-access/${segment(member.id)}`, { body: { permissions }, signal });
      },
    });
    if (!done) return;
    say(`Roles of ${member.name} changed`);
    await again();
  };

  const remove = async (member) => {
    const done = await ask({
      title: `Remove ${member.name}?`,
      text: 'The account stays, but may not see this project any more.',
      action: 'Remove',
      danger: true,
      signal,
      submit: () => platform('DELETE', `${path}/user-access/${segment(member.id)}`, { signal }),
    });
    if (!done) return;
    say(`${member.name} removed`);
    await again();
  };

  const list = table({
    label: 'Access',
    key: (member) => member.id,
    columns: [
      {
        title: 'Account',
        cell: (member) => [h('strong', {}, member.name), h('div', { class: 'muted small-text' }, member.email)],
      },
      { title: 'Kind', cell: (member) => kind_of_user(member.machine) },
      { title: 'Roles', cell: (member) => [roles(member.permissions), member.owner && badge('owner', 'good')] },
      { title: 'Since', class: 'optional time', cell: (member) => full_time(member.granted_at) },
      actions(
        (member) =>
          member.may_change && [
            action('Roles', `Change roles of ${member.name}`, () => change(member)),
            action('Remove', `Remove ${member.name}`, () => remove(member)),
          ],
      ),
    ],
    empty: () => nothing_yet('Nobody', 'No account has access to this project.'),
  });
  panel.append(
    h('h2', {}, 'Access'),
    h(
      'p',
      { class: 'lead' },
      'People and machine users are accounts alike. A machine user has one task, and the least role that it needs.',
    ),
    box,
  );
  const again = loaded(
    box,
    async () => {
      const [project, granted, everybody] = await Promise.all([
        platform('GET', path, { signal }),
        platform_list(`${path}/user-access`, { signal }),
        users(),
      ]);
      return granted.map((each) => {
        const user = everybody.find((one) => one.id === each.user_id);
        const owner = each.user_id === project.owner;
        return {
          id: each.user_id,
          name: user?.name ?? each.user_id,
          email: user?.email ?? '',
          machine: user?.machine === true,
          permissions: each.permissions,
          granted_at: each.granted_at,
          owner,
          may_change: !owner && each._links.update !== undefined,
        };
      });
    },
    (members) => list.update(members.sort((a, b) => Number(a.machine) - Number(b.machine))),
  );
  keep_looking(again, () => kOften, signal);
}
