// Short words with a colour, which never says more than the word.

import { h } from './dom.js';

/** @param {string} text @param {'good' | 'bad' | 'busy' | 'unsure' | 'plain'} [kind] */
export const badge = (text, kind = 'plain') => h('span', { class: `badge ${kind}` }, text);

const kStates = {
  pending: 'unsure',
  in_progress: 'busy',
  complete: 'good',
  cancelled: 'plain',
  scheduled: 'plain',
  staged: 'unsure',
};

/** How far an activity is, and how it ended: @param {{state: string, result: string | null}} activity */
export function activity_state(activity) {
  if (activity.state === 'complete')
    return activity.result === 'failure' ? badge('failed', 'bad') : badge('complete', 'good');
  return badge(activity.state.replace('_', ' '), kStates[activity.state] ?? 'plain');
}

export const is_final = (activity) => activity.state === 'complete' || activity.state === 'cancelled';

const kStatuses = { active: 'good', dirty: 'busy', inactive: 'plain', deleting: 'bad', paused: 'unsure' };
export const environment_status = (environment) => badge(environment.status, kStatuses[environment.status] ?? 'plain');

/** Of an entry of the journal: @param {{status: number, finished?: boolean}} entry */
export const http_status = ({ status, finished }) =>
  !status
    ? badge(finished ? 'dropped' : 'open', finished ? 'bad' : 'busy')
    : badge(String(status), status >= 500 ? 'bad' : status >= 400 ? 'unsure' : status >= 300 ? 'plain' : 'good');

/** Beside the status of a request that did not get to an answer of the platform. */
export function why_not(entry) {
  if (entry.let_in === false) return [' ', badge('not let in', 'bad')];
  return entry.answered === false && [' ', badge('no route', 'bad')];
}

/** A person or a machine user. @param {boolean} machine */
export const kind_of_user = (machine) => badge(machine ? 'machine user' : 'person', machine ? 'busy' : 'plain');
