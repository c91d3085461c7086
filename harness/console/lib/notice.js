// What is said to whoever uses the page: problems and what to do about them, nothing to see yet, and short news, which
// a screen reader reads as well.

import { fill, h } from './dom.js';
import { is_abort } from './api.js';

/**
 * @param {Error & {hint?: string, where?: {file?: string, line?: number, column?: number}}} problem
 * @param {() => void} [retry]
 */
export function problem_notice(problem, retry) {
  const at = problem.where;
  const place = at ? `${at.file ? `${at.file}, ` : ''}line ${at.line}${at.column ? `, column ${at.column}` : ''}` : '';
  return h(
    'div',
    { class: 'notice bad' },
    h('p', { class: 'notice-title' }, problem.message),
    place && h('p', {}, `At ${place}.`),
    problem.hint && h('p', {}, problem.hint),
    retry && h('button', { type: 'button', on: { click: retry } }, 'Try again'),
  );
}

/** @param {string} title @param {...any} text what to do */
export const nothing_yet = (title, ...text) =>
  h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), h('p', {}, ...text));

const polite = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
const shelf = h('div', { class: 'toasts', 'aria-hidden': 'true' });
export const live_regions = () => [polite, shelf];

/** For screen readers only. */
export function announce(text) {
  polite.textContent = '';
  // A text that is the same as before is read again only if it came anew.
  requestAnimationFrame(() => (polite.textContent = text));
}

/** Short news at the edge of the window, for some seconds. @param {string} text @param {'good' | 'bad'} [kind] */
export function say(text, kind = 'good') {
  announce(text);
  const toast = h('div', { class: `toast ${kind}` }, text);
  shelf.append(toast);
  while (shelf.childElementCount > 3) shelf.firstChild.remove();
  setTimeout(() => toast.remove(), 5000);
}

/** For actions of buttons: what goes wrong is said, not lost. */
export async function attempt(action, done = '') {
  try {
    const result = await action();
    if (done) say(done);
    return result;
  } catch (problem) {
    if (!is_abort(problem)) say(`${problem.message}${problem.hint ? `. ${problem.hint}` : ''}`, 'bad');
    return undefined;
  }
}

/**
 * Shows in `box` what `load` brings, and again whenever the returned function is called. A problem is shown instead,
 * with what to do, until it works again.
 * @template T
 * @param {HTMLElement} box @param {() => Promise<T>} load @param {(data: T) => any} show
 * @returns {() => Promise<void>}
 */
export function loaded(box, load, show) {
  let shown = false;
  let turn = 0;
  if (!box.childNodes.length) fill(box, h('p', { class: 'loading' }, 'Loading …'));
  const again = async () => {
    const mine = ++turn;
    try {
      const data = await load();
      if (mine !== turn) return; // a later one was faster
      const content = show(data, shown);
      shown = true;
      if (content !== undefined && content !== box.firstChild) fill(box, content); // what stays keeps its focus
    } catch (problem) {
      if (is_abort(problem) || mine !== turn) return;
      shown = false;
      fill(box, h('div', { role: 'alert' }, problem_notice(problem, again)));
    }
  };
  return again;
}

/** Puts text on the clipboard. @returns {Promise<boolean>} */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
    return true;
  } catch {
    say(`The browser does not let this page copy. Select ${what.toLowerCase()} and copy it yourself.`, 'bad');
    return false;
  }
}
