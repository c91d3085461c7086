// The console: addresses, and the page that each one shows.

import { fill, h } from './lib/dom.js';
import { platform_list, server_events } from './lib/api.js';
import { announce, problem_notice, say } from './lib/notice.js';
import { address_in, link_to, match } from './lib/router.js';
import {
  control_token,
  forget_control_token,
  session_events,
  set_control_token,
  sign_in,
  signed_in,
  take_token_from_address,
  token_in,
} from './lib/session.js';
import { refresh_status, watch_server, world_events } from './lib/server.js';
import { build_shell } from './lib/shell.js';
import { listen_for_shortcuts } from './lib/shortcuts.js';
import { users } from './lib/users.js';
import { account_page } from './pages/account.js';
import { access_page } from './pages/access.js';
import { activities_page } from './pages/activities.js';
import { activity_page } from './pages/activity.js';
import { backups_page } from './pages/backups.js';
import { clock_page } from './pages/clock.js';
import { environments_page } from './pages/environments.js';
import { faults_page } from './pages/faults.js';
import { journal_page } from './pages/journal.js';
import { missing_page } from './pages/missing.js';
import { overview_page } from './pages/overview.js';
import { profile_page } from './pages/profile.js';
import { projects_page } from './pages/projects.js';
import { variables_page } from './pages/variables.js';
import { world_page } from './pages/world.js';

/**
 * @typedef {{root: HTMLElement, path: string, params: Record<string, string>, query: URLSearchParams,
 *   signal: AbortSignal, title: (text: string) => void}} Page what a page is given; it is left when `signal` is aborted
 */

/** Without an entry of its own in the history: going back must not lead here again. */
const redirect = (to) => () => location.replace(link_to(to));

const kRoutes = [
  { pattern: '/', page: redirect('/projects') },
  { pattern: '/projects', page: projects_page },
  { pattern: '/projects/:project', page: overview_page },
  { pattern: '/projects/:project/environments', page: environments_page },
  { pattern: '/projects/:project/variables', page: variables_page },
  { pattern: '/projects/:project/activities', page: activities_page },
  { pattern: '/projects/:project/activities/:activity', page: activity_page },
  { pattern: '/projects/:project/access', page: access_page },
  { pattern: '/projects/:project/backups', page: backups_page },
  { pattern: '/account', page: redirect('/account/api-tokens') },
  { pattern: '/account/profile', page: profile_page },
  { pattern: '/account/api-tokens', page: account_page },
  { pattern: '/journal', page: journal_page },
  { pattern: '/journal/:number', page: journal_page },
  { pattern: '/clock', page: clock_page },
  { pattern: '/faults', page: faults_page },
  { pattern: '/world', page: world_page },
];

take_token_from_address();

let shell = null;
let leaving = new AbortController();
let shown = { path: '', page: null };

/** Where the focus goes on a new page: to its heading, but whoever walks along tabs stays on them. */
function move_focus(was_on_tab) {
  const tab = was_on_tab && shell.main.querySelector('[role=tab][aria-selected=true]');
  (tab || shell.main.querySelector('h1') || shell.main).focus({ preventScroll: true });
}

function show_page(fresh) {
  const { path, query } = address_in(location.hash);
  const found = match(kRoutes, path) ?? { page: missing_page, params: {} };
  // The journal and what of it is open are one page: it looks at the address itself.
  if (!fresh && found.page === shown.page && found.page.stays) return found.page.stays(found.params, query);
  const was_on_tab = document.activeElement?.getAttribute('role') === 'tab';
  leaving.abort();
  leaving = new AbortController();
  shown = { path, page: found.page };
  shell.here(path);
  fill(shell.main);
  window.scrollTo(0, 0);
  const title = (text) => {
    document.title = `${text} · Understudy`;
  };
  title('Console');
  found.page({ root: shell.main, path, params: found.params, query, signal: leaving.signal, title });
  if (!fresh) {
    move_focus(was_on_tab);
    announce(document.title.replace(' · Understudy', ''));
  }
}

/** Asks for the control token: the link was opened without it, or the server has another one now. */
function show_locked(problem) {
  if (document.querySelector('.locked')) return;
  leaving.abort();
  shell = null;
  forget_control_token();
  const box = h('div', { role: 'alert' }, problem && problem_notice(problem));
  const form = h(
    'form',
    {
      class: 'locked',
      on: {
        submit: (event) => {
          event.preventDefault();
          const found = token_in(new FormData(form).get('link'));
          if (!found) return fill(box, problem_notice(new Error('There is no token in this text')));
          set_control_token(found.token);
          start();
        },
      },
    },
    h('h1', {}, 'Understudy'),
    box,
    h(
      'p',
      {},
      'This page needs the token of the running server. Open the link that ',
      h('code', {}, 'understudy serve'),
      ' printed when it started, or paste it here.',
    ),
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'link' }, 'Link or token'),
      h('input', { id: 'link', name: 'link', type: 'password', autocomplete: 'off', required: true }),
    ),
    h('button', { type: 'submit', class: 'primary' }, 'Open the console'),
  );
  document.title = 'Understudy';
  fill(document.body, h('main', {}, form));
  form.querySelector('input').focus();
}

let choosing = false;

/** Whoever was signed in before, if they are still there; else the first person who may see a project. */
async function choose_user() {
  const all = await users();
  if (all.some((user) => user.name === signed_in())) return;
  const people = all.filter((user) => !user.machine);
  choosing = true;
  try {
    for (const user of people) {
      sign_in(user.name);
      if ((await platform_list('/projects').catch(() => [])).length) return;
    }
    const first = people[0] ?? all[0];
    if (first) sign_in(first.name);
  } finally {
    choosing = false;
  }
}

async function show_as_user() {
  await shell.show_user();
  show_page(true);
}

/** Another world may be without whoever is signed in. */
async function stay_signed_in() {
  const before = signed_in();
  await choose_user().catch(() => {}); // the page says what is wrong
  if (!shell) return;
  if (signed_in() === before) return shell.show_user();
  await show_as_user();
  say(`There is no ${before} in this world: signed in as ${signed_in()}`);
}

async function start() {
  if (!control_token()) return show_locked();
  try {
    await refresh_status();
    await choose_user();
  } catch (problem) {
    return problem.kind === 'gone' ? show_gone(problem) : show_locked(problem);
  }
  shell = build_shell();
  await shell.show_user();
  world_events.dispatchEvent(new Event('status'));
  show_page(true);
}

function show_gone(problem) {
  fill(
    document.body,
    h(
      'main',
      { class: 'locked' },
      h('h1', {}, 'Understudy'),
      h('div', { role: 'alert' }, problem_notice(problem, start)),
    ),
  );
}

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) {
    take_token_from_address(); // a new link, opened in the same tab
    return start();
  }
  if (shell) show_page(false);
});
session_events.addEventListener('user', () => shell && !choosing && show_as_user());
world_events.addEventListener('moved', () => shell && stay_signed_in());
server_events.addEventListener(
  'locked',
  () => shell && show_locked(new Error('The server does not take this token any more')),
);

listen_for_shortcuts();
watch_server();
start();
