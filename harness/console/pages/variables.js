// Variables of a project or of one environment. Sensitive values never come here: the platform does not give them.

import { h } from '../lib/dom.js';
import { badge } from '../lib/badge.js';
import { ask, check, field } from '../lib/dialog.js';
import { loaded, nothing_yet, say } from '../lib/notice.js';
import { platform, segment } from '../lib/api.js';
import { keep_looking } from '../lib/server.js';
import { action, actions, table } from '../lib/table.js';
import { environment_choice, project_frame, project_path } from './project_frame.js';

const kOften = 6000;

function value_of(variable) {
  if (variable.is_sensitive)
    return h(
      'span',
      { class: 'covered' },
      h('span', { 'aria-hidden': 'true' }, '••••••••'),
      h('span', { class: 'unseen' }, 'Hidden: the value is sensitive'),
    );
  return h('code', { class: 'value' }, variable.value === '' ? '(empty)' : variable.value);
}

function flags_of(variable) {
  const flags = [
    variable.is_sensitive && badge('sensitive', 'unsure'),
    variable.is_json && badge('JSON'),
    variable.visible_build && badge('build'),
    variable.visible_runtime && badge('runtime'),
    variable.is_enabled === false && badge('disabled', 'bad'),
    variable.is_inheritable === false && badge('not inherited'),
    variable.inherited && badge('from the parent', 'busy'),
    ...(variable.application_scope ?? []).map((app) => badge(`only ${app}`)),
  ];
  return h('span', { class: 'badges' }, flags);
}

/** What the platform knows of a variable, as a form; `known` is the one that is edited. */
function variable_form(known, of_environment) {
  const was = known ?? {
    visible_build: !of_environment,
    visible_runtime: true,
    is_inheritable: true,
    is_enabled: true,
  };
  const value = h('textarea', {
    name: 'value',
    rows: '3',
    spellcheck: 'false',
    autocomplete: 'off',
    value: was.is_sensitive ? '' : (was.value ?? ''),
  });
  const value_hint = was.is_sensitive
    ? 'The value is hidden. What you write here replaces it; empty, it stays as it is.'
    : '';
  const flag = (name, label, hint, props = {}) => check(label, { name, checked: was[name] === true, ...props }, hint);
  return h(
    'div',
    { class: 'stack' },
    known
      ? h('p', {}, 'Name: ', h('code', {}, known.name))
      : field(
          'Name',
          h('input', {
            name: 'name',
            required: true,
            maxlength: '256',
            autocomplete: 'off',
            spellcheck: 'false',
            autofocus: true,
          }),
          'With “env:” in front it becomes an environment variable of its own, with “php:” a setting of PHP.',
        ),
    field('Value', value, value_hint),
    h(
      'fieldset',
      {},
      h('legend', {}, 'How it is kept'),
      flag(
        'is_sensitive',
        'Sensitive',
        was.is_sensitive
          ? 'This cannot be turned off again.'
          : 'The value never comes back. This cannot be turned off again.',
        { disabled: was.is_sensitive === true },
      ),
      flag('is_json', 'The value is JSON'),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Where it is there'),
      flag('visible_build', 'During builds'),
      flag('visible_runtime', 'At run time'),
      of_environment && flag('is_inheritable', 'In child environments, too'),
      of_environment && flag('is_enabled', 'Enabled', 'A disabled variable is ignored.'),
    ),
    field(
      'Only for apps',
      h('input', { name: 'application_scope', autocomplete: 'off', value: (was.application_scope ?? []).join(', ') }),
      'Names, with commas between; empty for all.',
    ),
  );
}

function body_of(form, known, of_environment) {
  const on = (name) => form.has(name);
  const body = {
    is_json: on('is_json'),
    visible_build: on('visible_build'),
    visible_runtime: on('visible_runtime'),
    application_scope: form
      .get('application_scope')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  };
  if (of_environment) Object.assign(body, { is_inheritable: on('is_inheritable'), is_enabled: on('is_enabled') });
  if (!known) body.name = form.get('name').trim();
  if (!known?.is_sensitive) body.is_sensitive = on('is_sensitive');
  if (!known?.is_sensitive || form.get('value') !== '') body.value = form.get('value');
  return body;
}

/** @param {import('../app.js').Page} page */
export function variables_page(page) {
  const { signal } = page;
  const panel = project_frame(page, 'variables');
  const box = h('div');
  const choice = environment_choice(page, () => again(), 'Project');
  const path = () => {
    const environment = choice.chosen();
    return `${project_path(page)}${environment ? `/environments/${segment(environment.id)}` : ''}/variables`;
  };

  const edit = async (known) => {
    const environment = choice.chosen();
    const url = known ? `${path()}/${segment(known.name)}` : path();
    const done = await ask({
      title: known
        ? `Edit ${known.name}`
        : `Create a variable ${environment ? `on ${environment.title}` : 'of the project'}`,
      fields: variable_form(known, environment !== null),
      action: known ? 'Save' : 'Create variable',
      wide: true,
      signal,
      submit: (form) =>
        platform(known ? 'PATCH' : 'POST', url, { body: body_of(form, known, environment !== null), signal }),
    });
    if (!done) return;
    say(`Variable ${known ? 'saved' : 'created'}${environment ? '; the environment is redeployed' : ''}`);
    await again();
  };

  const remove = async (variable) => {
    const url = `${path()}/${segment(variable.name)}`;
    const done = await ask({
      title: `Delete ${variable.name}?`,
      text: choice.chosen()
        ? 'The environment is redeployed without it.'
        : 'Environments keep it until they are redeployed.',
      action: 'Delete',
      danger: true,
      signal,
      submit: () => platform('DELETE', url, { signal }),
    });
    if (!done) return;
    say(`Variable ${variable.name} deleted`);
    await again();
    panel.querySelector('.create')?.focus();
  };

  const list = table({
    label: 'Variables',
    key: (variable) => variable.name,
    columns: [
      { title: 'Name', cell: (variable) => h('code', { class: 'strong' }, variable.name) },
      { title: 'Value', cell: value_of },
      { title: 'Flags', cell: flags_of },
      actions((variable) => [
        variable._links['#edit'] && action('Edit', `Edit ${variable.name}`, () => edit(variable)),
        variable._links['#delete'] && action('Delete', `Delete ${variable.name}`, () => remove(variable)),
      ]),
    ],
    empty: () => nothing_yet('No variables here', 'Choose “Create a variable”, or another level.'),
  });
  panel.append(
    h(
      'div',
      { class: 'row-head' },
      h('h2', {}, 'Variables'),
      choice.element,
      h('button', { type: 'button', class: 'primary create', on: { click: () => edit(null) } }, 'Create a variable'),
    ),
    box,
  );
  const again = loaded(
    box,
    async () => {
      await choice.ready;
      return platform('GET', path(), { signal });
    },
    list.update,
  );
  keep_looking(again, () => kOften, signal);
}
