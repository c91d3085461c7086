import { fill, h } from '../lib/dom.js';
import { activity_state, is_final } from '../lib/badge.js';
import { beside } from '../lib/dialog.js';
import { moment } from '../lib/facts.js';
import { duration } from '../lib/format.js';
import { loaded, nothing_yet } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { keep_in_address, link_to } from '../lib/router.js';
import { keep_looking, platform_now } from '../lib/server.js';
import { table } from '../lib/table.js';
import { environments_of, project_frame, project_path } from './project_frame.js';

const kSoon = 1000;
const kLater = 5000;

/** How long it took, or takes so far: @param {any} activity */
export function time_taken(activity) {
  if (!activity.started_at) return '';
  const end =
    activity.completed_at ?? activity.cancelled_at ?? (is_final(activity) ? null : platform_now()?.toISOString());
  return end ? duration((new Date(end) - new Date(activity.started_at)) / 1000) : '';
}

/** @param {import('../app.js').Page} page */
export function activities_page(page) {
  const { signal, query } = page;
  const panel = project_frame(page, 'activities');
  const path = project_path(page);
  const box = h('div');
  let busy = false;

  const environment = h('select', { name: 'environment' }, h('option', { value: '' }, 'All'));
  const state = h(
    'select',
    { name: 'state' },
    [
      ['', 'All'],
      ['pending', 'Pending'],
      ['in_progress', 'In progress'],
      ['complete', 'Complete'],
      ['cancelled', 'Cancelled'],
    ].map(([value, text]) => h('option', { value }, text)),
  );
  state.value = query.get('state') ?? '';
  const change = () => {
    keep_in_address(page.path, { environment: environment.value, state: state.value });
    again();
  };
  for (const select of [environment, state]) select.addEventListener('change', change);
  const ready = environments_of(page)
    .then((all) => {
      fill(
        environment,
        h('option', { value: '' }, 'All'),
        all.map((each) => h('option', { value: each.id }, each.title)),
      );
      environment.value = query.get('environment') ?? '';
      if (environment.selectedIndex < 0) environment.value = '';
    })
    .catch(() => {}); // the list says it

  const list = table({
    label: 'Activities',
    key: (activity) => activity.id,
    version: (activity) =>
      [
        activity.updated_at,
        activity.state,
        activity.completion_percent,
        is_final(activity) || time_taken(activity),
      ].join(),
    columns: [
      { title: 'State', cell: activity_state },
      {
        title: 'Activity',
        cell: (activity) => [
          h(
            'a',
            { class: 'strong', 'data-focus': 'open', href: link_to(`${path}/activities/${segment(activity.id)}`) },
            activity.text || activity.type,
          ),
          h('div', { class: 'muted small-text' }, activity.type),
        ],
      },
      {
        title: 'Environment',
        cell: (activity) => activity.environments.join(', ') || h('span', { class: 'muted' }, 'project'),
      },
      {
        title: 'Asked for',
        cell: (activity) => moment(activity.created_at),
      },
      { title: 'Took', class: 'number', cell: time_taken },
      {
        title: 'Done',
        class: 'number optional',
        cell: (activity) => (is_final(activity) ? '' : `${activity.completion_percent} %`),
      },
    ],
    empty: () =>
      nothing_yet(
        'No activities',
        'Pushes, backups, redeployments and crons show up here. Make a backup on the page Backups, or run the client.',
      ),
  });
  panel.append(
    h(
      'div',
      { class: 'row-head' },
      h('h2', {}, 'Activities'),
      beside('Environment', environment),
      beside('State', state),
    ),
    box,
  );
  const again = loaded(
    box,
    async () => {
      await ready;
      const of = environment.value ? `/environments/${segment(environment.value)}` : '';
      return platform('GET', `${path}${of}/activities?count=100${state.value ? `&state=${state.value}` : ''}`, {
        signal,
      });
    },
    (activities) => {
      busy = activities.some((activity) => !is_final(activity));
      return list.update(activities);
    },
  );
  keep_looking(again, () => (busy ? kSoon : kLater), signal);
}
