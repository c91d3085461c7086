import { h } from '../lib/dom.js';
import { badge } from '../lib/badge.js';
import { ask, check, field } from '../lib/dialog.js';
import { moment } from '../lib/facts.js';
import { full_time } from '../lib/format.js';
import { loaded, nothing_yet, say } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { go } from '../lib/router.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';
import { environment_choice, environments_of, project_frame, project_path } from './project_frame.js';

const kOften = 3000;

/** @param {import('../app.js').Page} page */
export function backups_page(page) {
  const { signal } = page;
  const panel = project_frame(page, 'backups');
  const box = h('div');
  const choice = environment_choice(page, () => again());
  const path = () => `${project_path(page)}/environments/${segment(choice.chosen().id)}`;

  /** Goes on to what has begun. */
  const follow = (accepted, words) => {
    if (!accepted) return;
    say(words);
    const activity = accepted._embedded?.activities?.[0];
    if (activity) go(`${project_path(page)}/activities/${segment(activity.id)}`);
  };

  const create = async () => {
    const environment = choice.chosen();
    if (!environment) return;
    const accepted = await ask({
      title: `Back up ${environment.title}`,
      text: 'An ordinary backup holds requests for a moment, so that all data are of the same time.',
      fields: check('Live', { name: 'live' }, 'Requests go on meanwhile; data may be of slightly different times.'),
      action: 'Create backup',
      signal,
      submit: (form) => platform('POST', `${path()}/backup`, { body: { safe: !form.has('live') }, signal }),
    });
    follow(accepted, `Backing up ${environment.title}`);
  };

  const restore = async (backup) => {
    const here = choice.chosen();
    const all = await environments_of(page);
    const target = h(
      'select',
      { name: 'environment_name', value: here.id },
      all.map((each) => h('option', { value: each.id }, each.title)),
    );
    const accepted = await ask({
      title: 'Restore this backup?',
      text: `Of ${full_time(backup.created_at)} UTC. Data of the target environment are replaced.`,
      fields: h(
        'div',
        { class: 'stack' },
        field('Into', target),
        check('Restore code, too', { name: 'restore_code', checked: true }),
      ),
      action: 'Restore',
      danger: true,
      signal,
      submit: (form) =>
        platform('POST', `${path()}/backups/${segment(backup.id)}/restore`, {
          body: { environment_name: form.get('environment_name'), restore_code: form.has('restore_code') },
          signal,
        }),
    });
    follow(accepted, 'Restoring');
  };

  const remove = async (backup) => {
    const accepted = await ask({
      title: 'Delete this backup?',
      text: `Of ${full_time(backup.created_at)} UTC. It cannot be brought back.`,
      action: 'Delete',
      danger: true,
      signal,
      submit: () => platform('DELETE', `${path()}/backups/${segment(backup.id)}`, { signal }),
    });
    if (!accepted) return;
    say('Deleting the backup');
    await again();
  };

  const list = table({
    label: 'Backups',
    key: (backup) => backup.id,
    columns: [
      {
        title: 'Made',
        cell: (backup) => moment(backup.created_at),
      },
      { title: 'ID', cell: (backup) => h('code', {}, backup.id) },
      {
        title: 'Kind',
        cell: (backup) =>
          h(
            'span',
            { class: 'badges' },
            badge(backup.automated ? 'automated' : 'manual'),
            !backup.safe && badge('live', 'busy'),
          ),
      },
      {
        title: 'State',
        cell: (backup) =>
          backup.status === 'DELETING'
            ? badge('deleting', 'bad')
            : backup.restorable
              ? badge('restorable', 'good')
              : badge('not restorable', 'unsure'),
      },
      { title: 'Commit', class: 'optional', cell: (backup) => h('code', {}, backup.commit_id?.slice(0, 8)) },
      actions((backup) => [
        backup._links['#restore'] && action('Restore', `Restore backup ${backup.id}`, () => restore(backup)),
        backup._links['#delete'] &&
          backup.status !== 'DELETING' &&
          action('Delete', `Delete backup ${backup.id}`, () => remove(backup)),
      ]),
    ],
    empty: () =>
      nothing_yet(
        'No backups of this environment',
        'Choose “Create a backup”, or let the client make one: ',
        h('code', {}, 'webpaas backup:create'),
        '.',
      ),
  });
  panel.append(
    h(
      'div',
      { class: 'row-head' },
      h('h2', {}, 'Backups'),
      choice.element,
      h('button', { type: 'button', class: 'primary create', on: { click: create } }, 'Create a backup'),
    ),
    box,
  );
  const again = loaded(
    box,
    async () => {
      await choice.ready;
      return choice.chosen() ? platform('GET', `${path()}/backups`, { signal }) : [];
    },
    list.update,
  );
  keep_looking(again, () => kOften, signal);
}
