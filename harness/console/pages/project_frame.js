// A project: its heading and its tabs, around what each page shows of it.

import { fill, h } from '../lib/dom.js';
import { beside } from '../lib/dialog.js';
import { platform, platform_list, segment } from '../lib/api.js';
import { attempt } from '../lib/notice.js';
import { keep_in_address, link_to } from '../lib/router.js';
import { world_events } from '../lib/server.js';
import { signed_in } from '../lib/session.js';
import { tab_list } from '../lib/tabs.js';

const kTabs = [
  ['overview', 'Overview', ''],
  ['environments', 'Environments', '/environments'],
  ['variables', 'Variables', '/variables'],
  ['activities', 'Activities', '/activities'],
  ['access', 'Access', '/access'],
  ['backups', 'Backups', '/backups'],
];

/** Titles as they were seen last, so that a heading need not wait. */
const titles = new Map();

export const project_path = (page) => `/projects/${segment(page.params.project)}`;

/** @param {import('../app.js').Page} page @param {string} current @returns {HTMLElement} where its content goes */
export function project_frame(page, current) {
  const { root, params, signal, title } = page;
  const key = `${signed_in()} ${params.project}`;
  const heading = h('h1', { tabindex: '-1' }, titles.get(key) ?? params.project);
  const base = project_path(page);
  const tabs = kTabs.map(([name, text, path]) => ({ name, title: text, href: link_to(base + path) }));
  const name_of_tab = tabs.find((tab) => tab.name === current).title;
  const panel = h('div', { class: 'panel' });
  const say_title = (text) => title(`${name_of_tab} · ${text}`);
  say_title(titles.get(key) ?? params.project);
  fill(
    root,
    h('nav', { class: 'crumbs', 'aria-label': 'Breadcrumb' }, h('a', { href: '#/projects' }, 'Projects')),
    heading,
    h('p', { class: 'under-title' }, h('code', {}, params.project)),
    tab_list('Project', tabs, current, panel),
    panel,
  );
  const ask_title = () =>
    platform('GET', base, { signal }).then(
      (project) => {
        titles.set(key, project.title);
        heading.textContent = project.title;
        say_title(project.title);
      },
      () => {}, // the content says it
    );
  ask_title();
  world_events.addEventListener('moved', ask_title, { signal }); // in another world it may have another
  return panel;
}

/** The project's environments, production first. */
export async function environments_of(page) {
  const all = await platform_list(`${project_path(page)}/environments`, { signal: page.signal });
  const order = ['production', 'staging', 'development'];
  return all.sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type) || (a.id < b.id ? -1 : 1));
}

/**
 * Which environment a page is about: `?environment=` of its address, or the first one.
 * @param {string} [project_level] the text of an entry for the project itself
 * @returns {{element: HTMLElement, chosen: () => any, ready: Promise<void>}} `chosen()`: null for the project itself
 */
export function environment_choice(page, change, project_level) {
  const select = h('select', { name: 'environment', 'data-focus': 'environment' });
  const element = beside(project_level ? 'Level' : 'Environment', select);
  let all = [];
  const keep = () => {
    page.query.set('environment', select.value);
    keep_in_address(page.path, Object.fromEntries(page.query));
  };
  select.addEventListener('change', () => {
    keep();
    change();
  });
  const ready = attempt(async () => {
    all = await environments_of(page);
    const options = all.map((each) =>
      h(
        'option',
        { value: each.id },
        `${each.title === each.id ? each.id : `${each.title} (${each.id})`} · ${each.type}`,
      ),
    );
    fill(
      select,
      project_level && h('option', { value: '' }, project_level),
      project_level ? h('optgroup', { label: 'Environments' }, options) : options,
    );
    const wanted = page.query.get('environment') ?? '';
    if (all.some((each) => each.id === wanted)) select.value = wanted;
    else if (!project_level && all.length) select.value = all[0].id;
  });
  return { element, ready, chosen: () => all.find((each) => each.id === select.value) ?? null };
}
