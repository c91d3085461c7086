// The two servers behind this page, which are one process: the control API, with the control token, and the platform's
// own API, with an access token of whoever is signed in. Only the second leaves a trace in the journal.

import { control_token, signed_in } from './session.js';

const kControl = '/.understudy/v1';
const kPlatform = '/api';

/** What went wrong, and what to do about it. */
export class Problem extends Error {
  /** @param {{message: string, hint?: string, status?: number, kind?: 'gone'|'locked'|'refused', where?: object}} of */
  constructor({ message, hint = '', status = 0, kind = 'refused', where }) {
    super(message);
    Object.assign(this, { hint, status, kind, where });
  }
}

export const is_abort = (problem) => problem?.name === 'AbortError';

async function send(url, options) {
  try {
    return await fetch(url, { ...options, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch (problem) {
    if (is_abort(problem) || options.signal?.aborted) throw new DOMException('given up', 'AbortError');
    throw new Problem({
      message: 'The server does not answer',
      hint: 'Has it ended? Start it again with “understudy serve” and open the link that it prints.',
      kind: 'gone',
    });
  }
}

const json_or_text = (text) => {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return text;
  }
};

/** @type {EventTarget} "locked" when the control token is refused; "answered" or "gone" as the server is there */
export const server_events = new EventTarget();

/**
 * @param {string} method @param {string} path below /.understudy/v1
 * @param {{body?: any, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} what was answered; null for 204
 */
export async function control(method, path, { body, signal } = {}) {
  const headers = { Authorization: `Bearer ${control_token()}` };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  let answer;
  try {
    response = await send(kControl + path, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    answer = json_or_text(await response.text());
  } catch (problem) {
    if (problem.kind === 'gone') server_events.dispatchEvent(new Event('gone'));
    throw problem;
  }
  server_events.dispatchEvent(new Event('answered'));
  if (response.ok) return answer;
  if (response.status === 401) server_events.dispatchEvent(new Event('locked'));
  const error = answer?.error ?? {};
  throw new Problem({
    message: error.message ?? `The server answered ${response.status}`,
    hint:
      error.hint ??
      (response.status === 401
        ? 'Open the link that “understudy serve” printed last: each start has a token of its own.'
        : ''),
    status: response.status,
    kind: response.status === 401 ? 'locked' : 'refused',
    where: error.line ? { file: error.file, line: error.line, column: error.column } : undefined,
  });
}

// ---- the platform

/** @type {Map<string, Promise<{value: string, expires_at?: string}>>} access tokens by user, in memory only */
const access_tokens = new Map();

let platform_clock = () => null;
/** By which clock access tokens expire. @param {() => Date | null} read */
export const keep_time_by = (read) => (platform_clock = read);

const is_over = ({ expires_at }) => expires_at !== undefined && platform_clock() >= new Date(expires_at);

/** One that still holds, as far as this page knows. */
async function access_token(user) {
  const known = access_tokens.get(user);
  if (known && !is_over(await known)) return known;
  if (access_tokens.get(user) === known) {
    const asked = control('POST', '/tokens', { body: { user, kind: 'access', name: 'console' } });
    asked.catch(() => access_tokens.delete(user));
    access_tokens.set(user, asked);
  }
  return access_tokens.get(user);
}

export const forget_access_tokens = () => access_tokens.clear();

async function ask_platform(method, path, { body, signal, headers = {} } = {}) {
  const user = signed_in();
  for (const again of [true, false]) {
    const token = await access_token(user);
    const all = { ...headers, Authorization: `Bearer ${token.value}`, 'X-Understudy-Console': '1' };
    if (body !== undefined) all['Content-Type'] = 'application/json';
    const response = await send(kPlatform + path, {
      method,
      headers: all,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    // Access tokens live in platform time, so at ×60 a quarter of an hour is over soon: a new one, once.
    if (response.status !== 401 || !again) return response;
    access_tokens.delete(user);
    await response.body?.cancel();
  }
}

function platform_problem(status, answer) {
  const detail = answer?.detail;
  const details =
    detail && typeof detail === 'object' ? Object.entries(detail).map(([field, text]) => `${field}: ${text}`) : [];
  const message = typeof answer === 'object' ? (answer?.message ?? answer?.title ?? answer?.error) : answer;
  const hints = {
    401: 'The platform takes no token of this account any more. Sign in as somebody else, at the top of the page.',
    403: 'This account may not do that. Sign in as somebody with a stronger role, at the top of the page.',
    404: 'It may have been deleted, or this account may not see it.',
    501: 'The fake does not answer this request yet.',
  };
  return new Problem({
    message: [message || `The platform answered ${status}`, ...details].join(' · '),
    hint: hints[status] ?? (status >= 500 ? 'Is there a fault? The page Faults lists them.' : ''),
    status,
  });
}

/**
 * A request to the platform's own API, as whoever is signed in.
 * @param {string} method @param {string} path "/projects/x/variables"
 * @param {{body?: any, signal?: AbortSignal}} [options]
 */
export async function platform(method, path, options = {}) {
  const response = await ask_platform(method, path, options);
  const answer = json_or_text(await response.text());
  if (!response.ok) throw platform_problem(response.status, answer);
  return answer;
}

/**
 * An answer of lines of JSON, as they come.
 * @param {string} path @param {AbortSignal} signal @returns {AsyncGenerator<any>} until the server ends it
 */
export async function* platform_lines(path, signal) {
  const response = await ask_platform('GET', path, { signal, headers: { Accept: 'application/x-ndjson' } });
  if (!response.ok) throw platform_problem(response.status, json_or_text(await response.text()));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? '';
    const lines = rest.split('\n');
    rest = done ? '' : lines.pop();
    for (const line of lines) if (line.trim()) yield JSON.parse(line);
    if (done) return;
  }
}

/** All pages of a list that comes as {items, _links.next}, or a plain list. */
export async function platform_list(path, options) {
  let answer = await platform('GET', path, options);
  if (Array.isArray(answer)) return answer;
  const items = [...(answer.items ?? [])];
  while (answer._links?.next) {
    answer = await platform('GET', answer._links.next.href.replace(/^\/api(?=\/)/, ''), options);
    items.push(...(answer.items ?? []));
  }
  return items;
}

export const segment = encodeURIComponent;
