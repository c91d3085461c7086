// One activity: how far it is, and its log as it is written.

import { fill, h } from '../lib/dom.js';
import { activity_state, is_final } from '../lib/badge.js';
import { ask } from '../lib/dialog.js';
import { facts } from '../lib/facts.js';
import { full_time, time_of_day } from '../lib/format.js';
import { json_view } from '../lib/json_view.js';
import { loaded, problem_notice, say } from '../lib/notice.js';
import { is_abort, platform, platform_lines, segment } from '../lib/api.js';
import { link_to } from '../lib/router.js';
import { keep_looking } from '../lib/server.js';
import { time_taken } from './activities.js';
import { project_frame, project_path } from './project_frame.js';

const kSoon = 1000;
const kLater = 15000;

/** Reads the log until the server seals it. Scrolls on with it, unless somebody has scrolled up. */
async function follow_log(path, log, state, signal) {
  fill(state, 'live');
  try {
    for await (const line of platform_lines(path, signal)) {
      if (line.seal) continue;
      const { timestamp, message } = line.data ?? {};
      const at_end = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
      log.append(
        h(
          'div',
          { class: 'log-line' },
          h('time', { datetime: timestamp }, time_of_day(timestamp)),
          h('span', {}, String(message ?? '').replace(/\n$/, '')),
        ),
      );
      if (at_end) log.scrollTop = log.scrollHeight;
    }
    fill(state, log.childElementCount ? 'complete' : 'empty');
  } catch (problem) {
    if (is_abort(problem) || signal.aborted) return;
    fill(state, 'broken off');
    log.append(problem_notice(problem));
  }
}

/** @param {import('../app.js').Page} page */
export function activity_page(page) {
  const { params, signal } = page;
  const panel = project_frame(page, 'activities');
  const path = `${project_path(page)}/activities/${segment(params.activity)}`;
  const box = h('div');
  const log = h('div', { class: 'log', role: 'log', 'aria-label': 'Log', tabindex: '0' });
  const log_state = h('span', { class: 'muted' });
  let busy = true;

  const cancel = async (activity) => {
    const done = await ask({
      title: 'Cancel this activity?',
      text: activity.text,
      action: 'Cancel the activity',
      danger: true,
      signal,
      submit: () => platform('POST', `${path}/cancel`, { body: {}, signal }),
    });
    if (!done) return;
    say('Activity cancelled');
    await again();
  };

  const show = (activity) => [
    h(
      'div',
      { class: 'row-head' },
      h('h2', {}, activity.text || activity.type),
      activity_state(activity),
      !is_final(activity) && h('progress', { max: '100', value: activity.completion_percent, 'aria-label': 'Done' }),
      activity._links['#cancel'] &&
        h('button', { type: 'button', class: 'danger', on: { click: () => cancel(activity) } }, 'Cancel activity'),
    ),
    facts([
      ['Type', h('code', {}, activity.type)],
      ['ID', h('code', {}, activity.id)],
      ['Environments', activity.environments.join(', ') || 'none: it is of the project'],
      ['Asked for', `${full_time(activity.created_at)} UTC`],
      ['Began', full_time(activity.started_at)],
      ['Ended', full_time(activity.completed_at ?? activity.cancelled_at)],
      ['Took', time_taken(activity)],
    ]),
  ];
  const details = h('details', {}, h('summary', {}, 'Payload'), h('div'));
  panel.append(
    h('p', {}, h('a', { href: link_to(`${project_path(page)}/activities`) }, '← All activities')),
    box,
    h('div', { class: 'row-head' }, h('h3', {}, 'Log'), log_state),
    log,
    details,
  );
  let before = '';
  const again = loaded(
    box,
    () => platform('GET', path, { signal }),
    (activity, shown) => {
      busy = !is_final(activity);
      const now = JSON.stringify([activity, busy && time_taken(activity)]);
      if (shown && now === before) return undefined;
      before = now;
      if (details.dataset.of !== activity.updated_at) {
        details.dataset.of = activity.updated_at;
        fill(details.lastChild, json_view(activity.payload));
      }
      const was_on_cancel = document.activeElement?.matches('.danger') && box.contains(document.activeElement);
      fill(box, show(activity));
      if (was_on_cancel) (box.querySelector('.danger') ?? page.root.querySelector('h1')).focus();
      return undefined;
    },
  );
  keep_looking(again, () => (busy ? kSoon : kLater), signal);
  follow_log(`${path}/log`, log, log_state, signal);
}
