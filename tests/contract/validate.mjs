// Validates the responses in the given files (as `understudy run --exchanges FILE` writes them) against the published API
// description. Exit code 0: all fit, or the description is absent; 1: some do not; 2: usage.
import { readFileSync } from 'node:fs';
import { Contract, readDescription, usualPlace } from './description.mjs';
import { deviations } from './deviations.mjs';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node validate.mjs EXCHANGES...');
  process.exit(2);
}
const description = readDescription();
if (!description) {
  console.log(`skipped: the published API description is not at ${usualPlace}`);
  process.exit(0);
}

const contract = new Contract(description, deviations);
const validated = new Map();
const problems = new Map();
let responses = 0;
for (const file of files) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line) continue;
    const exchange = JSON.parse(line);
    if (!exchange.operation || exchange.note === 'fault' || exchange.status === 0) continue;
    const found = contract.judge(exchange.operation, exchange.status, exchange.response.body);
    if (found === null) continue;
    responses += 1;
    validated.set(exchange.operation, (validated.get(exchange.operation) ?? 0) + 1);
    for (const problem of found) {
      const key = `${exchange.operation}  ${problem}`;
      const known = problems.get(key) ?? { times: 0, example: `${exchange.scenario} step ${exchange.step}, request ${exchange.number}` };
      problems.set(key, { ...known, times: known.times + 1 });
    }
  }
}
for (const [key, { times, example }] of [...problems.entries()].sort()) console.log(`${key}  (${times} times, first in ${example})`);
console.log(`${responses} responses of ${validated.size} operations validated, ${problems.size} deviations beside the ${deviations.length} known ones`);
if (responses === 0) console.log('nothing was validated: was the suite run with --exchanges?');
process.exit(problems.size > 0 || responses === 0 ? 1 : 0);
