// Faults: requests that are answered otherwise than the platform would.

import { fill, h } from '../lib/dom.js';
import { badge } from '../lib/badge.js';
import { control, segment } from '../lib/api.js';
import { ask, field } from '../lib/dialog.js';
import { counted } from '../lib/format.js';
import { attempt, loaded, nothing_yet, say } from '../lib/notice.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';

const kOften = 4000;

/** What a fault does, in words. */
export function effect_of(fault) {
  const parts = [];
  if (fault.status) parts.push(`answers ${fault.status}`);
  if (fault.drop) parts.push('drops the connection');
  if (fault.hang) parts.push('never answers');
  if (fault.delay) parts.push(`delays by ${fault.delay}`);
  return parts.join(', ') || 'changes the body';
}

/** @param {FormData} form @returns {object} a fault as worlds write it; throws if the body is no JSON */
export function fault_of(form) {
  const effect = form.get('effect');
  const fault = { on: `${form.get('method')} ${form.get('path').trim()}` };
  if (effect === 'status') {
    fault.status = Number(form.get('status'));
    const body = form.get('body').trim();
    if (body) {
      try {
        fault.body = JSON.parse(body);
      } catch {
        throw new Error('The body is no JSON');
      }
    }
  }
  if (effect === 'drop' || effect === 'hang') fault[effect] = true;
  const delay = form.get('delay').trim();
  if (delay) fault.delay = delay;
  const times = Number(form.get('times'));
  if (times > 0) fault.times = times;
  return fault;
}

/** @param {import('../app.js').Page} page */
export function faults_page({ root, signal, title }) {
  title('Faults');
  const box = h('div');

  const add = async () => {
    const effect = h(
      'select',
      { name: 'effect' },
      [
        ['status', 'Answer with a status'],
        ['drop', 'Drop the connection'],
        ['hang', 'Never answer'],
        ['delay', 'Only delay'],
      ].map(([value, text]) => h('option', { value }, text)),
    );
    const of_status = h(
      'div',
      { class: 'stack' },
      field('Status', h('input', { type: 'number', name: 'status', min: '100', max: '599', value: '503' })),
      field('Body', h('textarea', { name: 'body', rows: '3', spellcheck: 'false' }), 'JSON; empty for the usual one'),
    );
    effect.addEventListener('change', () => (of_status.hidden = effect.value !== 'status'));
    const methods = ['*', 'GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
    const done = await ask({
      title: 'Add a fault',
      fields: h(
        'div',
        { class: 'stack' },
        h(
          'div',
          { class: 'pair' },
          field(
            'Method',
            h(
              'select',
              { name: 'method' },
              methods.map((name) => h('option', { value: name }, name === '*' ? 'any' : name)),
            ),
          ),
          field(
            'Path',
            h('input', {
              name: 'path',
              required: true,
              pattern: '/.*',
              value: '/**',
              autocomplete: 'off',
              spellcheck: 'false',
              autofocus: true,
            }),
            'As /projects/*/activities; ** for any rest',
          ),
        ),
        field('What happens', effect),
        of_status,
        field(
          'Delay',
          h('input', { name: 'delay', placeholder: '30s', autocomplete: 'off' }),
          'Platform time; empty for none',
        ),
        field(
          'How often',
          h('input', { type: 'number', name: 'times', min: '0', value: '1' }),
          '0: until it is removed',
        ),
      ),
      action: 'Add fault',
      wide: true,
      signal,
      submit: (form) => control('POST', '/faults', { body: fault_of(form), signal }),
    });
    if (!done) return;
    say('Fault added');
    await again();
  };
  const remove = async (fault) => {
    await attempt(() => control('DELETE', `/faults/${segment(fault.id)}`, { signal }), 'Fault removed');
    await again();
    root.querySelector('.create')?.focus();
  };
  const remove_all = async () => {
    await attempt(() => control('DELETE', '/faults', { signal }), 'All faults removed');
    await again();
  };

  const list = table({
    label: 'Faults',
    key: (fault) => fault.id,
    columns: [
      { title: 'Requests', cell: (fault) => h('code', {}, fault.on) },
      { title: 'What happens', cell: (fault) => badge(effect_of(fault), 'unsure') },
      {
        title: 'How often',
        cell: (fault) => [fault.times ? counted(fault.times, 'time') : 'always', fault.skip && ` after ${fault.skip}`],
      },
      { title: 'So far', cell: (fault) => fault.hits },
      actions((fault) => action('Remove', `Remove the fault on ${fault.on}`, () => remove(fault))),
    ],
    empty: () =>
      nothing_yet(
        'No faults',
        'The platform answers as it should. Add one to see what the client makes of errors and lost connections.',
      ),
  });
  const all_button = h('button', { type: 'button', hidden: true, on: { click: remove_all } }, 'Remove all');
  fill(
    root,
    h(
      'div',
      { class: 'row-head' },
      h('h1', { tabindex: '-1' }, 'Faults'),
      h(
        'div',
        { class: 'button-row' },
        all_button,
        h('button', { type: 'button', class: 'primary create', on: { click: add } }, 'Add a fault'),
      ),
    ),
    h(
      'p',
      { class: 'lead' },
      'Requests that are answered otherwise. They hold for the console’s requests to the platform, too.',
    ),
    box,
  );
  const again = loaded(
    box,
    () => control('GET', '/faults', { signal }),
    ({ faults }) => {
      all_button.hidden = faults.length < 2;
      return list.update(faults);
    },
  );
  keep_looking(again, () => kOften, signal);
}
