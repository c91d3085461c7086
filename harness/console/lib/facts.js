import { h } from './dom.js';

/** A list of names and what each one is. @param {[string, any][]} rows those whose value is null or '' are left out */
export const facts = (rows) =>
  h(
    'dl',
    { class: 'facts' },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

/** A time of the platform, for people and machines. */
export const moment = (text, shown) => h('time', { datetime: text }, shown);
