// JSON with its parts in colours, as elements.

import { h } from './dom.js';

const kTokens = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;
const kMostColoured = 200_000; // characters: beyond, colours would take long

/** @param {string} text pretty JSON @returns {{kind: string, text: string}[]} */
export function json_tokens(text) {
  const tokens = [];
  let at = 0;
  for (const found of text.matchAll(kTokens)) {
    if (found.index > at) tokens.push({ kind: '', text: text.slice(at, found.index) });
    const kind =
      found[2] !== undefined ? 'key' : found[1] !== undefined ? 'string' : found[3] !== undefined ? 'number' : 'word';
    tokens.push({ kind, text: found[1] ?? found[0] });
    if (found[2]) tokens.push({ kind: '', text: found[2] });
    at = found.index + found[0].length;
  }
  if (at < text.length) tokens.push({ kind: '', text: text.slice(at) });
  return tokens;
}

/** @param {any} value what JSON.stringify takes @returns {HTMLElement} */
export function json_view(value) {
  const text = JSON.stringify(value, null, 2) ?? '';
  const parts =
    text.length > kMostColoured
      ? [text]
      : json_tokens(text).map(({ kind, text: part }) => (kind ? h('span', { class: `json-${kind}` }, part) : part));
  return h('pre', { class: 'code', tabindex: '0' }, parts);
}

/** A body as it went over the wire: JSON in several lines, everything else as it is. @param {string} text */
export function body_view(text) {
  if (!text) return h('p', { class: 'muted' }, 'none');
  try {
    return json_view(JSON.parse(text));
  } catch {
    return h('pre', { class: 'code', tabindex: '0' }, text);
  }
}
