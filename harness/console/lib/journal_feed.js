// What is new in the journal, asked for as long as somebody looks.

import { control, is_abort } from './api.js';

const kBatch = 500;
const kWait = 25; // seconds that the server may hold a question
const kRetry = 2000; // milliseconds, when the server is gone

/**
 * @param {import('./journal_model.js').JournalEntries} entries are kept as they are on the server
 * @param {{signal: AbortSignal, news: () => void, trouble: (problem: Error | null) => void}} how
 */
export async function follow_journal(entries, { signal, news, trouble }) {
  let cursor = null; // what the server had to say last
  while (!signal.aborted) {
    try {
      const how = cursor === null ? 'wait=0' : `wait=${kWait}&cursor=${cursor}`;
      const answer = await control('GET', `/journal?after=${entries.last}&limit=${kBatch}&${how}`, { signal });
      cursor = answer.cursor;
      if (answer.last < entries.last) {
        // Numbers began anew: it is another server.
        entries.clear();
        entries.last = 0;
        cursor = null;
        continue;
      }
      entries.take(answer.entries);
      if (answer.first > 0) entries.forget_before(answer.first);
      else if (!answer.entries.length) entries.clear();
      trouble(null);
      news();
    } catch (problem) {
      if (is_abort(problem) || signal.aborted) return;
      trouble(problem);
      if (problem.kind === 'locked') return;
      cursor = null;
      await new Promise((resolve) => setTimeout(resolve, kRetry));
    }
  }
}
