// Modal dialogs: focus stays inside, Escape closes, and afterwards the focus is where it was.

import { fresh_id, fill, h } from './dom.js';
import { problem_notice } from './notice.js';

const kFocusable = 'a[href], :is(button, input, select, textarea):not(:disabled), [tabindex="0"]';

function keep_focus_inside(dialog, event) {
  if (event.key !== 'Tab') return;
  const all = [...dialog.querySelectorAll(kFocusable)].filter((each) => each.checkVisibility());
  if (!all.length) return;
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement !== edge && dialog.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? all[all.length - 1] : all[0]).focus();
}

/**
 * @param {{title: string, body: any, wide?: boolean, signal?: AbortSignal}} options
 * @returns {{dialog: HTMLDialogElement, close: () => void, closed: Promise<void>}}
 */
export function open_dialog({ title, body, wide = false, signal }) {
  const title_id = fresh_id('dialog');
  const before = document.activeElement;
  const dialog = h(
    'dialog',
    { class: wide ? 'wide' : '', 'aria-labelledby': title_id },
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', { id: title_id }, title),
      h(
        'button',
        { type: 'button', class: 'quiet icon', 'aria-label': 'Close', on: { click: () => dialog.close() } },
        '✕',
      ),
    ),
    body,
  );
  const end = () => dialog.close();
  const closed = new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      signal?.removeEventListener('abort', end);
      if (before?.isConnected) before.focus();
      resolve();
    });
  });
  dialog.addEventListener('keydown', (event) => {
    event.stopPropagation(); // no shortcuts of the page behind it
    keep_focus_inside(dialog, event);
  });
  dialog.addEventListener('mousedown', (event) => event.target === dialog && dialog.close()); // the backdrop
  signal?.addEventListener('abort', end); // its page is left
  document.body.append(dialog);
  dialog.showModal();
  (
    dialog.querySelector('[autofocus]') ??
    dialog.querySelector('.dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-foot button')
  )?.focus();
  return { dialog, close: end, closed };
}

/**
 * A dialog with a form. `submit` gets what was entered; what it throws is shown in the dialog, which then stays open.
 * @template T
 * @param {{title: string, text?: any, fields?: any, action: string, danger?: boolean, wide?: boolean,
 *   signal?: AbortSignal, submit: (form: FormData) => Promise<T>}} options
 * @returns {Promise<T | true | undefined>} what `submit` returned, true if that was nothing; undefined if it was given up
 */
export async function ask({ title, text, fields, action, danger = false, wide, signal, submit }) {
  let result;
  const problem = h('div', { class: 'dialog-problem', role: 'alert' });
  const button = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, action);
  const form = h(
    'form',
    {
      novalidate: false,
      on: {
        submit: async (event) => {
          event.preventDefault();
          if (button.getAttribute('aria-disabled') === 'true') return;
          button.setAttribute('aria-disabled', 'true');
          fill(problem);
          try {
            result = (await submit(new FormData(form))) ?? true;
            shown.close();
          } catch (trouble) {
            fill(problem, problem_notice(trouble));
          } finally {
            button.removeAttribute('aria-disabled');
          }
        },
      },
    },
    h('div', { class: 'dialog-body' }, text && h('div', { class: 'dialog-text' }, text), fields, problem),
    h(
      'div',
      { class: 'dialog-foot' },
      h('button', { type: 'button', on: { click: () => shown.close() } }, 'Cancel'),
      button,
    ),
  );
  const shown = open_dialog({ title, body: form, wide, signal });
  if (!fields) (danger ? form.querySelector('.dialog-foot button') : button).focus();
  await shown.closed;
  return result;
}

/** A labelled control of a form. `hint` is read with it. @returns {HTMLElement} */
export function field(label, control, hint) {
  const id = control.id || fresh_id('field');
  control.id = id;
  const hint_id = `${id}-hint`;
  if (hint) control.setAttribute('aria-describedby', hint_id);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    hint && h('p', { class: 'hint', id: hint_id }, hint),
  );
}

/** A labelled control in one line. @returns {HTMLElement} */
export function beside(label, control) {
  const whole = field(label, control);
  whole.classList.add('beside');
  return whole;
}

/** A checkbox with its label beside it. @returns {HTMLElement} */
export function check(label, props, hint) {
  const id = fresh_id('check');
  return h(
    'div',
    { class: 'check' },
    h('input', { type: 'checkbox', id, 'aria-describedby': hint ? `${id}-hint` : null, ...props }),
    h('div', {}, h('label', { for: id }, label), hint && h('p', { class: 'hint', id: `${id}-hint` }, hint)),
  );
}
