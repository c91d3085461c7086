// What stands around every page: where one is, who is signed in, what time it is on the platform.

import { fill, h } from './dom.js';
import { full_time } from './format.js';
import { menu } from './menu.js';
import { attempt, live_regions, say } from './notice.js';
import { forget_access_tokens } from './api.js';
import { advance, is_reachable, platform_now, server_status, world_events } from './server.js';
import { sign_in, signed_in } from './session.js';
import { show_shortcuts } from './shortcuts.js';
import { users } from './users.js';

const kPlaces = [
  ['/projects', 'Projects'],
  ['/account/api-tokens', 'Account'],
  ['/journal', 'Journal'],
  ['/clock', 'Clock'],
  ['/faults', 'Faults'],
  ['/world', 'World'],
];

/** Moves platform time, and says from when to when. */
export const go_on = (how) =>
  attempt(async () => {
    const { now, from } = await advance(how);
    say(`${full_time(from)} → ${full_time(now)}`);
  });
export const next_event = () => go_on({ to: 'next' });

function clock_pill() {
  const time = h('time', { class: 'clock-now' });
  const speed = h('span', { class: 'clock-speed' });
  const link = h(
    'a',
    { class: 'clock-pill', href: '#/clock' },
    h('span', { class: 'unseen' }, 'Platform time '),
    time,
    h('span', { class: 'unseen' }, ' UTC, '),
    speed,
  );
  const tick = () => {
    const now = platform_now();
    if (!now) return;
    const text = full_time(now);
    if (time.textContent !== text) {
      time.textContent = text;
      time.setAttribute('datetime', `${text.replace(' ', 'T')}Z`);
    }
    const at = server_status().speed;
    speed.textContent = at ? `× ${at}` : 'by hand';
  };
  setInterval(tick, 200);
  world_events.addEventListener('status', tick);
  return link;
}

/** The menu of whoever is signed in; it also changes who that is. */
function user_menu() {
  const name = h('span', { class: 'user-name' });
  const button = h(
    'button',
    { type: 'button', class: 'user-button', 'data-menu': 'Account' },
    h('span', { class: 'user-label' }, 'Signed in as '),
    name,
    h('span', { 'aria-hidden': 'true', class: 'caret' }, '▾'),
  );
  let known = [];
  const show = async () => {
    known = await users().catch(() => known);
    const user = known.find((each) => each.name === signed_in());
    name.textContent = user ? user.name : signed_in() || 'nobody';
    button.classList.toggle('machine', user?.machine === true);
  };
  const become = (user) => () => {
    forget_access_tokens();
    sign_in(user.name);
    say(`Signed in as ${user.name}`);
  };
  const as_items = (machine) =>
    known
      .filter((user) => user.machine === machine)
      .map((user) => ({ text: user.name, note: user.email, checked: user.name === signed_in(), act: become(user) }));
  const groups = () =>
    [
      { items: [{ text: 'Account settings', href: '#/account/api-tokens' }] },
      { title: 'Sign in as a person', items: as_items(false) },
      { title: 'Sign in as a machine user', items: as_items(true) },
    ].filter((group) => group.items.length);
  return { element: menu(button, groups), show };
}

function connection_bar() {
  const bar = h('div', { class: 'gone', role: 'alert' });
  const show = () => {
    if (is_reachable()) return bar.childNodes.length && fill(bar);
    if (!bar.childNodes.length)
      fill(
        bar,
        h('strong', {}, 'The server does not answer. '),
        'This page goes on as soon as it is back. If it has ended, start it again with ',
        h('code', {}, 'understudy serve'),
        ' and open the link that it prints.',
      );
  };
  world_events.addEventListener('status', show);
  return bar;
}

/** @returns {{main: HTMLElement, here: (path: string) => void, show_user: () => Promise<void>}} */
export function build_shell() {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const links = kPlaces.map(([path, title]) => h('a', { href: `#${path}` }, title));
  const user = user_menu();
  const world = h('span', { class: 'world' });
  world_events.addEventListener('status', () => (world.textContent = (server_status()?.world ?? '').split('/').at(-1)));
  const skip = (event) => {
    event.preventDefault(); // the address is the page's
    (main.querySelector('h1') ?? main).focus();
  };
  fill(
    document.body,
    h('a', { class: 'skip', href: '#main', on: { click: skip } }, 'Skip to content'),
    h(
      'header',
      { class: 'top' },
      h(
        'a',
        { class: 'brand', href: '#/projects' },
        h('img', { src: 'icon.svg', alt: '', width: '22', height: '22' }),
        'Understudy',
      ),
      world,
      h(
        'div',
        { class: 'top-right' },
        clock_pill(),
        h(
          'button',
          { type: 'button', class: 'quiet', on: { click: next_event }, title: 'Moves platform time to the next event' },
          'Next event',
        ),
        user.element,
        h(
          'button',
          { type: 'button', class: 'quiet icon', 'aria-label': 'Keyboard shortcuts', on: { click: show_shortcuts } },
          '?',
        ),
      ),
    ),
    connection_bar(),
    h('div', { class: 'below' }, h('nav', { class: 'side', 'aria-label': 'Main' }, links), main),
    live_regions(),
  );
  const here = (path) => {
    kPlaces.forEach(([place], i) => {
      const inside = path.split('/')[1] === place.split('/')[1];
      if (inside) links[i].setAttribute('aria-current', 'page');
      else links[i].removeAttribute('aria-current');
    });
  };
  return { main, here, show_user: user.show };
}
