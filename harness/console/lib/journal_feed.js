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
  let since = null;
  while (!signal.aborted) {
    try {
      const known = since === null ? '' : `&since=${since}`;
      const answer = await control(
        'GET',
        `/journal?after=${entries.last}&limit=${kBatch}&wait=${since === null ? 0 : kWait}${known}`,
        { signal },
      );
      since = answer.changes ?? 0;
      if (answer.last < entries.last) {
        // Numbers began anew: it is another server.
        entries.clear();
        entries.last = 0;
        since = null;
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
      since = null;
      await new Promise((resolve) => setTimeout(resolve, kRetry));
    }
  }
}
