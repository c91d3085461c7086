// What the fake serves: its world, which can begin anew or be another one.

import { fill, h } from '../lib/dom.js';
import { ask, check, field } from '../lib/dialog.js';
import { facts } from '../lib/facts.js';
import { bytes, counted, full_time } from '../lib/format.js';
import { problem_notice, say } from '../lib/notice.js';
import { forget_access_tokens } from '../lib/api.js';
import { load_world, reset_world, server_status, world_events } from '../lib/server.js';
import { sign_in, signed_in } from '../lib/session.js';
import { users } from '../lib/users.js';

/** Another world has other accounts: whoever was signed in, if they are there, or somebody else. */
async function sign_in_again() {
  forget_access_tokens();
  const all = await users();
  if (all.some((user) => user.name === signed_in())) return;
  const first = all.find((user) => !user.machine) ?? all[0];
  if (first) sign_in(first.name);
}

const kWorlds = [
  ['demo', 'one project with people and machine users'],
  ['busy', 'the demo with a history'],
  ['shop', 'an online shop with everything'],
  ['nightly', 'ten minutes before a nightly cron'],
  ['guide', 'the vendor’s guide'],
  ['automated', 'crons that call the client'],
  ['company', 'two organizations'],
];

function status_card(signal) {
  const box = h('div');
  const show = () => {
    const status = server_status();
    if (!status) return;
    const journal = status.journal ?? {};
    fill(
      box,
      facts([
        ['World', h('code', {}, status.world)],
        ['Projects', status.projects],
        ['Client', status.client],
        ['Address', h('code', {}, status.url)],
        ['Started', `${full_time(status.started_at)} UTC`],
        ['Seed', status.seed],
        [
          'Journal',
          journal.entries !== undefined &&
            `${counted(journal.entries, 'request')}, ${bytes(journal.bytes ?? 0)} of ${bytes(journal.limit ?? 0)}`,
        ],
        ['Version', status.version],
      ]),
    );
  };
  show();
  let before = '';
  world_events.addEventListener(
    'status',
    () => {
      const now = JSON.stringify({ ...server_status(), now: 0 });
      if (now !== before) show();
      before = now;
    },
    { signal },
  );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'status' },
    h('h2', { id: 'status' }, 'What is running'),
    box,
  );
}

function load_card(signal) {
  const problem = h('div', { role: 'alert' });
  const name = h('input', { name: 'world', list: 'worlds', required: true, autocomplete: 'off', spellcheck: 'false' });
  const yaml = h('textarea', {
    name: 'yaml',
    rows: '10',
    required: true,
    spellcheck: 'false',
    class: 'mono',
    placeholder: 'extends: demo\nprojects:\n  abcdef1234567:\n    title: Mine',
  });
  const load = (form, what) => async (event) => {
    event.preventDefault();
    fill(problem);
    try {
      await load_world(what());
      await sign_in_again();
      say(`World ${server_status().world} loaded`);
      form().reset();
    } catch (trouble) {
      fill(problem, problem_notice(trouble));
      const at = trouble.where;
      if (at && form() === by_text) go_to_line(yaml, at.line, at.column);
    }
  };
  const by_name = h(
    'form',
    {
      on: {
        submit: load(
          () => by_name,
          () => ({ world: name.value.trim() }),
        ),
      },
    },
    h('div', { class: 'pair' }, field('Name of a world', name), h('button', { type: 'submit' }, 'Load')),
    h(
      'datalist',
      { id: 'worlds' },
      kWorlds.map(([value, text]) => h('option', { value }, text)),
    ),
  );
  const by_text = h(
    'form',
    {
      on: {
        submit: load(
          () => by_text,
          () => ({ yaml: yaml.value }),
        ),
      },
    },
    field('Or written here, in YAML', yaml),
    h('button', { type: 'submit' }, 'Load this'),
  );
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'load' },
    h('h2', { id: 'load' }, 'Load another world'),
    h('div', { class: 'stack' }, by_name, by_text, problem),
  );
}

/** Puts the cursor where the mistake is. */
function go_to_line(area, line, column = 1) {
  const lines = area.value.split('\n');
  const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + Math.max(column - 1, 0);
  area.focus();
  area.setSelectionRange(at, at);
}

/** @param {import('../app.js').Page} page */
export function world_page({ root, signal, title }) {
  title('World');
  const reset = async () => {
    const done = await ask({
      title: 'Reset the world?',
      text: 'Everything that was done since it was loaded is undone, and its clock begins anew.',
      fields: check('Clear the journal, too', { name: 'clear' }),
      action: 'Reset',
      danger: true,
      signal,
      submit: async (form) => {
        await reset_world(form.has('clear') ? 'clear' : 'keep');
        await sign_in_again();
      },
    });
    if (done) say('The world begins anew');
  };
  fill(
    root,
    h(
      'div',
      { class: 'row-head' },
      h('h1', { tabindex: '-1' }, 'World'),
      h('button', { type: 'button', class: 'danger', on: { click: reset } }, 'Reset the world'),
    ),
    h('div', { class: 'cards two' }, status_card(signal), load_card(signal)),
  );
}
