// Account settings, API tokens: as the vendor's guide walks through it.

import { fill, h } from '../lib/dom.js';
import { ask, field } from '../lib/dialog.js';
import { moment } from '../lib/facts.js';
import { full_time } from '../lib/format.js';
import { copy, loaded, nothing_yet, say } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';
import { account_frame } from './account_frame.js';

const kOften = 8000;

/** The value, once: on top of the list, until `gone`. It is in no storage, and leaves no trace in the page. */
function value_once(token, signal) {
  const value = h('code', { class: 'secret', id: 'new-token-value', tabindex: '0' }, token.token);
  const copied = h('button', { type: 'button', class: 'primary', on: { click: () => take() } }, 'Copy');
  const take = async () => {
    if (await copy(value.textContent, 'API token')) return;
    getSelection().selectAllChildren(value);
  };
  const box = h(
    'section',
    { class: 'notice unsure token-once', 'aria-labelledby': 'new-token' },
    h('h2', { id: 'new-token' }, `Your new API token “${token.name}”`),
    h(
      'p',
      {},
      h('strong', {}, 'Copy it now: it is shown only once. '),
      'When you leave this page it is gone, and no page and no request brings it back.',
    ),
    h(
      'div',
      { class: 'secret-row' },
      value,
      copied,
      h('button', { type: 'button', on: { click: () => forget() } }, 'Done'),
    ),
    h(
      'p',
      { class: 'hint' },
      'The client takes it from a variable: ',
      h('code', {}, 'OVHCLOUD_WEBPAAS_CLI_TOKEN'),
      ' for ',
      h('code', {}, 'webpaas'),
      '. Whoever has it can do everything that this account can do.',
    ),
  );
  const forget = () => {
    value.textContent = '';
    box.remove();
  };
  signal.addEventListener('abort', forget);
  addEventListener('pagehide', forget, { signal });
  return { box, copied };
}

/** @param {import('../app.js').Page} page */
export function account_page(page) {
  const { signal } = page;
  const panel = account_frame(page, 'api-tokens');
  const once = h('div', { 'aria-live': 'polite' });
  const box = h('div');
  let me = null;
  const path = () => `/users/${segment(me.id)}/api-tokens`;

  const create = async () => {
    const made = await ask({
      title: 'Create an API token',
      text: 'The name tells your tokens apart. Name it after what uses it.',
      fields: field(
        'Name',
        h('input', { name: 'name', required: true, maxlength: '128', autocomplete: 'off', autofocus: true }),
      ),
      action: 'Create API token',
      signal,
      submit: async (form) => {
        me ??= await platform('GET', '/users/me', { signal });
        return platform('POST', path(), { body: { name: form.get('name').trim() }, signal });
      },
    });
    if (!made) return;
    const shown = value_once(made, signal);
    made.token = '';
    fill(once, shown.box);
    shown.copied.focus();
    await again();
  };

  const revoke = async (token) => {
    const done = await ask({
      title: `Revoke “${token.name}”?`,
      text: 'From then on nobody can log in with it. Whoever has logged in before stays so until the access token ends.',
      action: 'Revoke',
      danger: true,
      signal,
      submit: () => platform('DELETE', `${path()}/${segment(token.id)}`, { signal }),
    });
    if (!done) return;
    say(`API token ${token.name} revoked`);
    fill(once);
    await again();
    panel.querySelector('.create')?.focus();
  };

  const list = table({
    label: 'API tokens',
    key: (token) => token.id,
    columns: [
      { title: 'Name', cell: (token) => h('strong', {}, token.name) },
      {
        title: 'Created',
        cell: (token) => moment(token.created_at),
      },
      {
        title: 'Last used',
        cell: (token) =>
          token.last_used_at
            ? h('time', { datetime: token.last_used_at }, full_time(token.last_used_at))
            : h('span', { class: 'muted' }, 'never'),
      },
      actions((token) => action('Revoke', `Revoke ${token.name}`, () => revoke(token))),
    ],
    empty: () =>
      nothing_yet(
        'No API tokens yet',
        'With one the client logs in without a browser. Choose “Create an API token” to make the first.',
      ),
  });

  panel.append(
    h(
      'div',
      { class: 'row-head' },
      h('h2', {}, 'API tokens'),
      h('button', { type: 'button', class: 'primary create', on: { click: create } }, 'Create an API token'),
    ),
    h(
      'p',
      { class: 'lead' },
      'With an API token a program may do what this account may do. Give each task a machine user with few rights.',
    ),
    once,
    box,
  );
  const again = loaded(
    box,
    async () => {
      me ??= await platform('GET', '/users/me', { signal });
      return platform('GET', path(), { signal });
    },
    (tokens) => list.update([...tokens].sort((a, b) => (a.created_at < b.created_at ? 1 : -1))),
  );
  keep_looking(again, () => kOften, signal);
}
