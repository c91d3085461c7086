// What this tab knows of whoever uses it: the control token, who is signed in, and whether single keys do something.
// Access tokens of the platform are not here: they stay in memory (api.js).

const kToken = 'understudy.token';
const kUser = 'understudy.user';
const kKeys = 'understudy.keys';

/** @type {EventTarget} "user" when somebody else signs in */
export const session_events = new EventTarget();

export const control_token = () => sessionStorage.getItem(kToken) ?? '';
export const set_control_token = (token) => sessionStorage.setItem(kToken, token);
export const forget_control_token = () => sessionStorage.removeItem(kToken);

export const signed_in = () => sessionStorage.getItem(kUser) ?? '';
export function sign_in(name) {
  if (name === signed_in()) return;
  sessionStorage.setItem(kUser, name);
  session_events.dispatchEvent(new CustomEvent('user', { detail: name }));
}

export const single_keys = () => sessionStorage.getItem(kKeys) !== 'off';
export const set_single_keys = (on) => sessionStorage.setItem(kKeys, on ? 'on' : 'off');

/**
 * The token of a printed link, which is "URL#token=TOKEN", of its fragment, or the token itself.
 * @returns {{token: string, to: string} | null} `to`: the page to go on with
 */
export function token_in(text) {
  const after = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text.trim();
  if (!after.startsWith('token=')) return text.includes('#') || !after ? null : { token: after, to: '/' };
  const given = new URLSearchParams(after);
  const token = given.get('token') ?? '';
  return token ? { token, to: given.get('to') ?? '/' } : null;
}

/** Takes the token out of the address bar, before anything else can see or keep it. */
export function take_token_from_address() {
  if (!location.hash.startsWith('#token=')) return;
  const found = token_in(location.hash);
  if (found) set_control_token(found.token);
  history.replaceState(null, '', `${location.pathname}#${found?.to ?? '/'}`);
}
