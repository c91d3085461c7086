// What the server said of itself last, and platform time as it goes on from there.

import { control, keep_time_by, server_events } from './api.js';

/** @type {any} answer of /status */
let status = null;
let asked_at = 0;
let reachable = true;

/** @type {EventTarget} "status" when it was asked, "moved" when time was moved by hand or the world became another */
export const world_events = new EventTarget();

export const server_status = () => status;
export const is_reachable = () => reachable;

function keep(now, speed) {
  status = { ...status, now, speed };
  asked_at = performance.now();
}

/** Platform time now: as the server said, and on at its speed. @returns {Date | null} */
export function platform_now() {
  if (!status) return null;
  return new Date(new Date(status.now).getTime() + (performance.now() - asked_at) * (status.speed ?? 0));
}

keep_time_by(platform_now);

export async function refresh_status() {
  const before = performance.now();
  const answer = await control('GET', '/status');
  // Loaded anew by this page, by somebody else, or because its file was changed.
  const is_another = status !== null && answer.begun !== status.begun;
  status = answer;
  asked_at = (before + performance.now()) / 2;
  if (is_another) moved();
  world_events.dispatchEvent(new Event('status'));
  return answer;
}

const moved = () => world_events.dispatchEvent(new Event('moved'));

/** @param {{by: string} | {to: string}} how @returns {Promise<{now: string, from: string}>} */
export async function advance(how) {
  const answer = await control('POST', '/advance', { body: how });
  keep(answer.now, status?.speed ?? 0);
  world_events.dispatchEvent(new Event('status'));
  moved();
  return answer;
}

export async function set_speed(speed) {
  await control('PUT', '/speed', { body: { speed } });
  await refresh_status();
}

export async function reset_world(journal) {
  await control('POST', '/reset', { body: { journal } });
  await refresh_status();
}

export async function load_world(what) {
  await control('POST', '/load', { body: what });
  await refresh_status();
}

const kOften = 5000;

/** Asks for as long as the page is there: often enough to tell soon that the server is gone or back. */
export function watch_server() {
  server_events.addEventListener('answered', () => {
    if (reachable) return;
    reachable = true;
    world_events.dispatchEvent(new Event('status'));
  });
  server_events.addEventListener('gone', () => {
    if (!reachable) return;
    reachable = false;
    world_events.dispatchEvent(new Event('status'));
  });
  const again = () => refresh_status().catch(() => {});
  setInterval(() => document.hidden || again(), kOften);
  document.addEventListener('visibilitychange', () => document.hidden || again());
}

/**
 * Calls `look` again and again while the page is shown, sooner after time was moved; the next time after the last has
 * ended. `pause()` says how many milliseconds to wait.
 */
export function keep_looking(look, pause, signal) {
  let timer = 0;
  let busy = false;
  const round = async () => {
    clearTimeout(timer);
    if (signal.aborted || busy) return;
    busy = true;
    if (!document.hidden) await look();
    busy = false;
    if (!signal.aborted) timer = setTimeout(round, pause());
  };
  world_events.addEventListener('moved', round, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return round();
}
