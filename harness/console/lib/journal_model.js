// Which entries of the journal are shown, and which are folded into one row. Pure: tested by `node --test`.

/**
 * @typedef {{number: number, at: string, wall: string, duration_ms: number, method: string, path: string,
 *   query: string, status: number, user: string, client: string, route: string, operation: string, note: string,
 *   poll: boolean, finished: boolean, answered: boolean, let_in?: boolean, console?: boolean,
 *   auth?: any}} Entry
 * @typedef {{text: string, status: string, method: string, user: string, only: string,
 *   console: boolean, fold: boolean}} Filter `status`: "2" for 200 to 299, ...; `only`: "unanswered" or "errors"
 * @typedef {{entry: Entry, count: number, first: number}} Row `count`: of polls that it stands for
 */

export const kNoFilter = Object.freeze({
  text: '',
  status: '',
  method: '',
  user: '',
  only: '',
  console: false,
  fold: true,
});

/** An error of whoever asked, of the fake, or of the network. */
export const is_error = (entry) => entry.status >= 400 || (entry.status === 0 && entry.finished);

/** "GET /projects?x=1" */
export const request_line = (entry) => `${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ''}`;

/** @param {Entry} entry @param {Filter} filter */
export function passes(entry, filter) {
  if (entry.console && !filter.console) return false;
  if (filter.method && entry.method !== filter.method) return false;
  if (filter.status && Math.floor(entry.status / 100) !== Number(filter.status)) return false;
  if (filter.user && entry.user !== filter.user) return false;
  if (filter.only === 'unanswered' && entry.answered !== false) return false;
  if (filter.only === 'errors' && !is_error(entry)) return false;
  if (!filter.text) return true;
  const all = [request_line(entry), entry.user, entry.client, entry.route, entry.operation, entry.note, entry.status]
    .join('\n')
    .toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

const same_poll = (a, b) =>
  a.poll && b.poll && a.method === b.method && a.path === b.path && a.client === b.client && a.user === b.user;

/**
 * Newest first.
 * @param {Entry[]} entries by number @param {Filter} filter @returns {Row[]}
 */
export function rows_of(entries, filter) {
  const rows = [];
  for (let i = entries.length - 1; i >= 0; --i) {
    const entry = entries[i];
    if (!passes(entry, filter)) continue;
    const row = rows[rows.length - 1];
    if (filter.fold && row && same_poll(row.entry, entry)) {
      row.count += 1;
      row.first = entry.number;
    } else {
      rows.push({ entry, count: 1, first: entry.number });
    }
  }
  return rows;
}

/** Entries by number, the newer state of each; the oldest go when there are more than `most`. */
export class JournalEntries {
  #by_number = new Map();
  #most;

  constructor(most = 5000) {
    this.#most = most;
  }

  /** @param {Entry[]} entries */
  take(entries) {
    let in_order = true;
    let last = this.last;
    for (const entry of entries) {
      if (!this.#by_number.has(entry.number) && entry.number < last) in_order = false;
      this.#by_number.set(entry.number, entry);
      last = Math.max(last, entry.number);
    }
    if (!in_order) this.#by_number = new Map([...this.#by_number].sort(([a], [b]) => a - b));
    for (const number of this.#by_number.keys()) {
      if (this.#by_number.size <= this.#most) break;
      this.#by_number.delete(number);
    }
    this.last = last;
  }

  /** What is older has gone from the server. */
  forget_before(first) {
    for (const number of this.#by_number.keys()) {
      if (number >= first) break;
      this.#by_number.delete(number);
    }
  }

  clear() {
    this.#by_number.clear();
  }

  last = 0;
  get = (number) => this.#by_number.get(number);
  all = () => [...this.#by_number.values()];
}

/** Everybody who is in `entries`, and every method. */
export function choices_in(entries) {
  const users = new Set();
  const methods = new Set();
  for (const entry of entries) {
    if (entry.user) users.add(entry.user);
    methods.add(entry.method);
  }
  return { users: [...users].sort(), methods: [...methods].sort() };
}

/** @param {URLSearchParams} query @returns {Filter} */
export const filter_in = (query) => ({
  text: query.get('text') ?? '',
  status: query.get('status') ?? '',
  method: query.get('method') ?? '',
  user: query.get('user') ?? '',
  only: query.get('only') ?? '',
  console: query.get('console') === '1',
  fold: query.get('fold') !== '0',
});

/** What belongs into the address: nothing for what is usual. */
export const query_of = (filter) => ({ ...filter, console: filter.console ? '1' : '', fold: filter.fold ? '' : '0' });
