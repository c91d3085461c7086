import { h } from './dom.js';
import { full_time, relative } from './format.js';
import { platform_now } from './server.js';

/** A list of names and what each one is. @param {[string, any][]} rows those whose value is null or '' are left out */
export const facts = (rows) =>
  h(
    'dl',
    { class: 'facts' },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

/** A time of the platform; how long ago it was is shown when somebody points at it. @param {string} text */
export const moment = (text) => h('time', { datetime: text, title: relative(text, platform_now()) }, full_time(text));
