import { h } from '../lib/dom.js';
import { kind_of_user } from '../lib/badge.js';
import { facts } from '../lib/facts.js';
import { full_time } from '../lib/format.js';
import { loaded } from '../lib/notice.js';
import { platform } from '../lib/api.js';
import { user_by_id } from '../lib/users.js';
import { account_frame } from './account_frame.js';

/** @param {import('../app.js').Page} page */
export function profile_page(page) {
  const panel = account_frame(page, 'profile');
  const box = h('div');
  panel.append(h('h2', {}, 'My profile'), box);
  const load = async () => {
    const user = await platform('GET', '/users/me', { signal: page.signal });
    return { user, known: await user_by_id(user.id) };
  };
  const show = ({ user, known }) =>
    facts([
      ['Name', `${user.first_name} ${user.last_name}`.trim() || user.username],
      ['User name', user.username],
      ['E-mail', user.email],
      ['Kind', kind_of_user(known?.machine === true)],
      ['ID', h('code', {}, user.id)],
      ['Second factor', user.mfa_enabled ? 'on' : 'off'],
      ['Phone number', user.phone_number_verified ? 'verified' : 'not verified'],
      ['Account made', `${full_time(user.created_at)} UTC`],
    ]);
  loaded(box, load, show)();
}
